/** What an edge tells of a name, `GET /v1/why`. Pure. */
import type { Cause, Step } from './report.ts';

export interface Explanation {
  readonly cluster: string | null;
  readonly steps: readonly Step[];
  /** Null where it did not come to an answer. */
  readonly rcode: string | null;
  readonly records: number;
  readonly cause: Cause | null;
  /** Full names with a final dot. */
  readonly suggestions: readonly string[];
}

/** Undefined when this is not what an edge tells. Members that are not known are of a later version. */
export function parseExplanation(value: unknown): Explanation | undefined {
  const members = membersOf(value);
  if (members === undefined) return undefined;
  const { cluster = null, steps, rcode = null, records = 0, cause = null, suggestions } = members;
  const readSteps = listOf(steps, readStep);
  const readSuggestions = listOf(suggestions, (each) => (typeof each === 'string' ? each : undefined));
  const readCluster = cluster === null || typeof cluster === 'string' ? cluster : undefined;
  const readRcode = rcode === null || isRcode(rcode) ? rcode : undefined;
  const toldCause = cause === null ? null : readCause(cause);
  if (readSteps === undefined || readSuggestions === undefined || readCluster === undefined) return undefined;
  if (readRcode === undefined || toldCause === undefined || !isCount(records)) return undefined;
  return {
    cluster: readCluster,
    steps: readSteps,
    rcode: readRcode,
    records,
    cause: toldCause,
    suggestions: readSuggestions,
  };
}

function readStep(value: unknown): Step | undefined {
  const { step, ok, text } = membersOf(value) ?? {};
  if (typeof step !== 'string' || typeof ok !== 'boolean' || typeof text !== 'string') return undefined;
  return { step, ok, text };
}

function readCause(value: unknown): Cause | undefined {
  const { code, text, next } = membersOf(value) ?? {};
  if (typeof code !== 'string' || !/^[A-Z][A-Z0-9_]{0,63}$/.test(code)) return undefined;
  return typeof text === 'string' && typeof next === 'string' ? { code, text, next } : undefined;
}

/** As `NXDOMAIN`, or `RCODE23` where it has no name. */
function isRcode(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Z][A-Z0-9]{0,15}$/.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

/** Undefined unless it is a list, and each of it can be read. */
export function listOf<T>(value: unknown, read: (each: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const all = value.map(read);
  const known = all.filter((each) => each !== undefined);
  return known.length === all.length ? known : undefined;
}

/** Undefined unless it is an object. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
}
