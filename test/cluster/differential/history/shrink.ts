/** Smaller histories than a given one: each leaves something out. Pure. */
import type { History } from './history.ts';

/** Those that leave out most come first. */
export function* smallerThan(history: History): Generator<History> {
  const { steps } = history;
  for (const [i] of steps.entries()) if (steps.length > 1) yield { steps: steps.toSpliced(i, 1) };
  for (const [i, step] of steps.entries()) {
    for (const part of halves(step)) yield { steps: steps.with(i, part) };
  }
  for (const [i, step] of steps.entries()) {
    for (const [j] of step.entries()) yield { steps: steps.with(i, step.toSpliced(j, 1)) };
  }
  for (const smaller of smallerValues(steps, 0)) yield { steps: smaller as History['steps'] };
}

/** How much there is in it. */
export function sizeOf(history: History): number {
  return JSON.stringify(history).length;
}

function halves<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 4) return [];
  const middle = items.length >> 1;
  return [items.slice(middle), items.slice(0, middle)];
}

/** Of lists one element, of objects one field that may be missing; those of the steps themselves were tried before. */
function* smallerValues(value: unknown, depth: number): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      if (depth > 1) yield value.toSpliced(i, 1);
      for (const smaller of smallerValues(item, depth + 1)) yield value.with(i, smaller);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (optionalFields.has(key)) {
        const { [key]: _, ...rest } = value as Readonly<Record<string, unknown>>;
        yield rest;
      }
      for (const smaller of smallerValues(item, depth + 1)) yield { ...value, [key]: smaller };
    }
  }
}

const optionalFields: ReadonlySet<string> = new Set([
  'hide',
  'isHeld',
  'hasSelector',
  'externalAddress',
  'publishesNotReady',
  'name',
  'service',
  'imported',
  'hostname',
  'isReady',
  'isServing',
  'isTerminating',
  'podName',
  'skipsMirroring',
  'appearsTerminating',
]);
