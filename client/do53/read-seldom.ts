/** Facts about this machine that change, but not from one question to the next. */

const keptMilliseconds = 2000;

/** What `read` gave within the last two seconds. */
export function readSeldom<T>(read: () => T): () => T {
  let last: { readonly value: T; readonly atMilliseconds: number } | undefined;
  return () => {
    const now = performance.now();
    if (last === undefined || now - last.atMilliseconds > keptMilliseconds) {
      last = { value: read(), atMilliseconds: now };
    }
    return last.value;
  };
}
