/**
 * Makes V8 take less memory than it would for speed that a stub has no use for. Nearly all that a question makes is garbage at
 * once, which V8 would let grow to many times what is in use before it looks: asked for many new names at once, it would take
 * 250 MB, of which it uses 15.
 *
 * - New objects stay in the space that there is at the start, instead of one that doubles up to 16 MiB.
 * - What outlives that is looked through when it has grown by a fifth, not to twice or four times what is in use, and what
 *   is free of it goes back to the system at once.
 * - Functions are compiled by Maglev at best and not by TurboFan, which takes 6 MB for its own code as soon as it runs.
 *   Cached answers are a tenth slower for it.
 */
import { setFlagsFromString } from 'node:v8';

/**
 * To be called before much is made or loaded; what Node was started with may have said the same. Not among `startFlags`, since
 * what was compiled under such flags counts only for who was started with them.
 */
export function keepMemoryModest(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
  // V8 12, as Node 22 has it, does not know it, and would complain.
  if (Number.parseInt(process.versions.v8, 10) >= 13) setFlagsFromString('--memory-saver-mode');
  setFlagsFromString('--no-turbofan');
}

/**
 * What V8 takes on Node's command line alone, the last that is said of each.
 *
 * - Functions are compiled on the main thread. What the threads for it take, 5 to 15 MB, is never given back.
 * - Two of the flags that serve the agent, and that the first line of the script starts Node with, are taken back.
 */
export const startFlags: readonly string[] = [
  '--no-concurrent-recompilation',
  '--initial-old-space-size=0',
  '--incremental-marking',
];
