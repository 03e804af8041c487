/** Waiting for others, and not for ever. */
import { type Machine, StoreError } from './environment.ts';

/** What the work comes to. Throws StoreError when it takes longer; it goes on nevertheless, and nobody hears how it ends. */
export function within<T>(
  machine: Pick<Machine, 'sleep'>,
  maxMilliseconds: number,
  work: () => Promise<T>,
): Promise<T> {
  const tooLate = machine.sleep(maxMilliseconds).then(() => {
    throw new StoreError('no answer in time');
  });
  return Promise.race([work(), tooLate]);
}
