/** A promise that is not waited for longer than it may take. */

/** What the promise brings in time; otherwise, and when it rejects, `instead`. */
export async function settledSoon<T>(promise: Promise<T>, milliseconds: number, instead: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(instead), milliseconds);
  });
  try {
    return await Promise.race([promise.catch(() => instead), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
