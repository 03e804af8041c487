/** Waits for something to become true, by asking again and again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ControlPlaneFailure } from './failure.ts';

/** How long to wait, and how often to ask. */
export interface WaitOptions {
  readonly timeoutSeconds: number;
  /** Pause between two questions; 25 by default. */
  readonly intervalMilliseconds?: number;
}

/**
 * Asks `predicate` until it returns something truthy, and returns that. `description` completes the sentence "waited …
 * for". Fails with not-ready after the timeout; an error of the predicate ends the wait at once.
 */
export async function waitUntil<T>(
  description: string,
  predicate: () => T | Promise<T>,
  options: WaitOptions,
): Promise<Exclude<Awaited<T>, false | undefined | null | 0 | ''>> {
  const deadline = performance.now() + options.timeoutSeconds * 1000;
  for (;;) {
    const answer = await predicate();
    if (answer) return answer as Exclude<Awaited<T>, false | undefined | null | 0 | ''>;
    if (performance.now() > deadline) {
      throw new ControlPlaneFailure('not-ready', `waited ${options.timeoutSeconds} s for ${description}`);
    }
    await sleep(options.intervalMilliseconds ?? 25);
  }
}
