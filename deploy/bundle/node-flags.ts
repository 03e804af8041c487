/**
 * What Node is started with to run the agent: V8 takes memory for speed that an agent has no use for. With 5,000 Services and
 * 100,000 endpoints this makes 110 MB of 170 when the first snapshot is published, for no more CPU time.
 *
 * - Most of what an agent makes is garbage at once: each object of the API, as it is read. V8 would let that grow to
 *   three times 16 MiB before it looks; of three times 2 MiB it is rid as fast.
 * - What has outlived that may grow to 24 MiB, and then by a third, before it is looked through, not to twice or four
 *   times what is in use.
 * - Marking beside the program ends some time after that limit, the later the busier the machine is. All at once it takes
 *   20 to 40 ms, in which nobody waits for the agent.
 * - V8 optimizes functions on threads of their own, several at once. What these take at the start, 5 to 15 MB, is never
 *   given back. One after the other on the main thread they take 2 MB, and no more CPU time.
 *
 * Node takes most of them on its command line alone, and not from NODE_OPTIONS.
 */
export const nodeFlags: readonly string[] = [
  '--max-semi-space-size=2',
  '--initial-old-space-size=24',
  '--heap-growing-percent=30',
  '--no-incremental-marking',
  '--no-concurrent-recompilation',
];
