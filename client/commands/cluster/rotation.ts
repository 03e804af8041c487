/** Replacing a cluster's key: the new one beside the old one, and then without it. Pure. */
import { UsageError } from '../../../sync-agent/usage.ts';

const maxKeys = 2;

/** The keys to register. Throws an error whose message says what to do instead. */
export function rotatedKeys(registered: unknown, added: string | undefined, isFinish: boolean): readonly string[] {
  const keys = Array.isArray(registered) ? registered.map(String) : [];
  const newest = keys.at(-1);
  if (isFinish) {
    if (newest === undefined || (added !== undefined && added !== newest)) {
      throw new Error(`the newest key that is registered is ${newest ?? 'missing'}: add the new one before you finish`);
    }
    return [newest];
  }
  if (added === undefined || added === '') {
    throw new UsageError('--public-key is missing: pass what "kube-doh key new" printed, or --finish');
  }
  if (keys.includes(added))
    throw new Error('this key is registered already: run it with --finish to leave only the newest');
  if (keys.length >= maxKeys) throw new Error('two keys are registered already: run it with --finish first');
  return [...keys, added];
}
