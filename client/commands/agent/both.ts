/** Two things that may both go wrong. */
import { messageOf } from '../../../sync-agent/kube/error.ts';

/** What both give; throws with all that is wrong, so that it can be mended at once. */
export function both<A, B>(first: () => A, second: () => B): [A, B] {
  const [a, b] = [attempt(first), attempt(second)];
  if ('value' in a && 'value' in b) return [a.value, b.value];
  const errors = [a, b].flatMap((each) => ('error' in each ? [each.error] : []));
  if (errors.length === 1) throw errors[0];
  throw new Error(errors.map(messageOf).join('; '));
}

function attempt<T>(make: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: make() };
  } catch (error) {
    return { error };
  }
}
