/** A clock whose sleeps end at once and move it on. */
import type { Clock } from '../../../sync-agent/kube/clock.ts';

export class ManualClock implements Clock {
  /** The sleeps so far, in milliseconds. */
  readonly sleeps: number[] = [];
  milliseconds: number;
  /** By how much the time was set on, or back. */
  setByMilliseconds = 0;

  constructor(milliseconds = 1_000_000) {
    this.milliseconds = milliseconds;
  }

  now(): number {
    return this.milliseconds + this.setByMilliseconds;
  }

  steadyNow(): number {
    return this.milliseconds;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.sleeps.push(milliseconds);
    this.milliseconds += milliseconds;
    // A failing server must not keep the event loop from everything else.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
