/** What an edge tells of the names in a token's scope, `GET /v1/names`. Pure. */
import { type Name, NameError, parseName } from '../../../zone/name.ts';
import { listOf, membersOf } from '../../why/explanation.ts';

/** Relative to the zone. Undefined when this is not what an edge tells. */
export function parseListedNames(value: unknown): readonly string[] | undefined {
  return listOf(membersOf(value)?.['names'], (name) => (typeof name === 'string' ? name : undefined));
}

/** Below the zone, without a final dot; what is no name is left out. */
export function fullNames(names: readonly string[], zoneText: string): readonly string[] {
  return names.filter(isName).map((name) => `${name}.${zoneText}`);
}

function isName(text: string): boolean {
  try {
    const name: Name = parseName(text);
    // What is printed is read by shells, a name on each line.
    return name.length > 1 && /^[\w.-]+$/.test(text);
  } catch (error) {
    if (error instanceof NameError) return false;
    throw error;
  }
}

/** Those that Services are in, sorted, each once. */
export function namespacesOf(names: readonly string[]): readonly string[] {
  const found = names.flatMap((name) => /(?:^|\.)([^.]+)\.svc\./.exec(name)?.[1] ?? []);
  return [...new Set(found)].sort();
}
