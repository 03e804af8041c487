/** Waiting for no longer than it is worth. */

/** Calls `then` after so long, unless what it gives is called before. */
export type After = (milliseconds: number, then: () => void) => () => void;

/** As the platform does it. */
export const afterTimeout: After = (milliseconds, then) => {
  const timer = setTimeout(then, milliseconds);
  return () => clearTimeout(timer);
};

/** What the promise gives, or `late`. Rejects as the promise does, unless it was late. */
export function within<T>(promise: Promise<T>, milliseconds: number, after: After): Promise<T | 'late'> {
  return new Promise((resolve, reject) => {
    const cancel = after(milliseconds, () => resolve('late'));
    promise.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error) => {
        cancel();
        reject(error);
      },
    );
  });
}
