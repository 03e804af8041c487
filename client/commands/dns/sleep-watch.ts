/** Notices that the machine slept: a timer comes much later than it should, by the clock of the wall. */

const tickMilliseconds = 1000;
/** More than a busy machine is late. */
const noticeableMilliseconds = 5000;

/** Calls `onWake` after each sleep, and `onTick` about every second; the function that it gives ends it. */
export function watchForSleep(onWake: () => void, onTick: () => void, now: () => number = Date.now): () => void {
  let lastAt = now();
  const timer = setInterval(() => {
    const at = now();
    const isLate = at - lastAt > tickMilliseconds + noticeableMilliseconds;
    lastAt = at;
    if (isLate) onWake();
    onTick();
  }, tickMilliseconds);
  return () => clearInterval(timer);
}
