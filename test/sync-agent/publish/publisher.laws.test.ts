/** What holds whatever goes wrong on the way to an edge that keeps its rules (zone/manifest.ts). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Edge, EdgeAnswer } from '../../../sync-agent/publish/edge.ts';
import { Publisher } from '../../../sync-agent/publish/publisher.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { isNewer, type Manifest, maySucceed } from '../../../zone/manifest.ts';
import { ManualClock } from '../kube/manual-clock.ts';
import { silentLog } from '../recording-log.ts';

type Fault = 'none' | 'request is lost' | 'answer is lost' | 'answer is late';

/** Stores what may succeed what is stored; each request goes wrong as the next fault says. */
class RuledEdge implements Pick<Edge, 'put'> {
  readonly stored: Manifest[] = [];
  readonly #faults: Fault[];

  constructor(faults: readonly Fault[]) {
    this.#faults = [...faults];
  }

  async put(manifest: Manifest): Promise<EdgeAnswer> {
    const fault = this.#faults.shift() ?? 'none';
    if (fault === 'request is lost') return lost;
    const last = this.stored.at(-1);
    const { epoch, serial } = last ?? manifest;
    if (last !== undefined && !maySucceed(manifest, last)) return { kind: 'not-newer', stored: { epoch, serial } };
    this.stored.push(manifest);
    if (fault === 'answer is late') await new Promise((resolve) => setImmediate(resolve));
    return fault === 'answer is lost' ? lost : { kind: 'stored' };
  }
}

const lost: EdgeAnswer = { kind: 'unavailable', reason: 'lost', retryAfterSeconds: undefined };
const fault = fc.constantFrom<Fault>('none', 'none', 'request is lost', 'answer is lost', 'answer is late');

test('each writer has its snapshot stored, and readers never go back', async () => {
  const writers = fc.array(fc.record({ startsAt: fc.nat(5), publishes: fc.integer({ min: 1, max: 4 }) }), {
    minLength: 1,
    maxLength: 3,
  });
  await fc.assert(
    fc.asyncProperty(
      writers,
      fc.array(fault, { maxLength: 20 }),
      fc.integer({ min: 0, max: 99 }),
      async (all, faults, seed) => {
        const edge = new RuledEdge(faults);
        const write = async ({ startsAt, publishes }: { startsAt: number; publishes: number }, index: number) => {
          // Clocks that disagree by a few seconds.
          const clock = new ManualClock(1_700_000_000_000 + startsAt * 1000);
          const random = (): number => ((seed * (index + 1)) % 100) / 100;
          const publisher = new Publisher({ cluster: 'a' as ClusterId, edge, clock, random, log: silentLog });
          for (let i = 0; i < publishes; i += 1) {
            const publishable = { image: new Uint8Array([index, i]), generatedAt: i };
            const { signal } = new AbortController();
            const published = await publisher.publish(publishable, () => publishable, signal);
            expect(edge.stored).toContain(published?.manifest);
          }
        };
        await Promise.all(all.map(write));
        for (const [i, manifest] of edge.stored.entries()) {
          if (i > 0) expect(isNewer(manifest, edge.stored[i - 1]!)).toBe(true);
        }
        expect(new Set(edge.stored.map(({ serial }) => serial)).size).toBe(edge.stored.length);
      },
    ),
    { numRuns: 50 },
  );
});
