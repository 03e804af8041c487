import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ZoneSource } from '../../../client/stub/contract.ts';
import { parseName } from '../../../zone/name.ts';
import { a, FakeEdge, nothing, query, response, Stage } from './stub-stage.ts';

const web = 'web.shop.svc.cluster.local';

/** Messages, whole and with octets changed, cut or added; and any octets at all. */
function mangled(message: Buffer): fc.Arbitrary<Uint8Array> {
  const changes = fc.array(fc.tuple(fc.nat(message.length - 1), fc.nat(255)), { maxLength: 6 });
  const changed = fc
    .tuple(changes, fc.nat(message.length), fc.uint8Array({ maxLength: 40 }))
    .map(([list, kept, more]) => {
      const octets = Buffer.from(message);
      for (const [at, value] of list) octets[at] = value;
      return Buffer.concat([octets.subarray(0, kept + 12), more]);
    });
  return fc.oneof(fc.uint8Array({ maxLength: 600 }), changed);
}

const asking = query(`${web} A`);
const answering = response(web, 'A', a(web, 30, '10.0.0.1', '10.0.0.2'));

test('any octets are answered at most once, within the size of the transport', async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(mangled(asking), fc.constantFrom('udp' as const, 'tcp' as const), async (octets, transport) => {
      const answer = await new Stage([new FakeEdge('prod', 'cluster.local')]).resolver.answer(octets, transport);
      if (answer === undefined) return;
      answered += 1;
      expect([answer[0], answer[1]]).toEqual([octets[0], octets[1]]);
      expect(answer.length).toBeGreaterThanOrEqual(12);
      expect(answer.length).toBeLessThanOrEqual(transport === 'udp' ? 1232 : 65_535);
    }),
    { numRuns: 400 },
  );
  expect(answered).toBeGreaterThan(50);
});

test('any octets of an edge give an answer, and only what is whole is kept', async () => {
  const rcodes = new Set<number>();
  await fc.assert(
    fc.asyncProperty(mangled(answering), async (octets) => {
      const source: ZoneSource = { name: 'odd', zones: [parseName('cluster.local')], ask: async () => octets };
      const stage = new Stage([source]);
      const [first, second] = [await stage.answer(`${web} A`), await stage.answer(`${web} A`)];
      rcodes.add(first![3]! & 0x0f);
      expect(first!.length).toBeLessThanOrEqual(1232);
      expect(second!.length).toBe(first!.length);
    }),
    { numRuns: 1000 },
  );
  expect(rcodes).toContain(0);
  expect(rcodes).toContain(2);
});

test('an answer over UDP is never longer than the client takes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(120), fc.option(fc.nat(65_535)), fc.boolean(), async (count, size, isStale) => {
      const addresses = Array.from({ length: count }, (_, i) => `10.1.0.${i}`);
      const edge = new FakeEdge('prod', 'cluster.local').tell(
        `${web} A`,
        count === 0 ? nothing(0) : a(web, 30, ...addresses),
      );
      const stage = new Stage([edge]);
      if (isStale) {
        await stage.ask(`${web} A`);
        edge.mood = 'fails';
        await stage.time.pass(40_000);
      }
      const answer = await stage.answer(`${web} A`, { udpPayloadSize: size });
      const limit = size === null ? 512 : Math.min(Math.max(size, 512), 1232);
      expect(answer!.length).toBeLessThanOrEqual(limit);
      expect((answer![2]! & 0x02) !== 0).toBe(answer!.length < 12 + count * 16);
    }),
    { numRuns: 300 },
  );
});

test('what is kept is what the edge said, but for the id, the TTLs and the order of addresses', async () => {
  const addresses = fc.uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      addresses,
      fc.integer({ min: 2, max: 5000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      async (list, ttl, drawn) => {
        const stage = new Stage([new FakeEdge('prod', 'cluster.local').tell(`${web} A`, a(web, ttl, ...list))], {
          random: () => drawn,
        });
        const first = await stage.answer(`${web} A`, { id: 1, transport: 'tcp' });
        await stage.time.pass(1000);
        const second = await stage.answer(`${web} A`, { id: 2, transport: 'tcp' });
        const [x, y] = [parts(first!, list.length), parts(second!, list.length)];
        expect(y.head).toEqual(x.head);
        expect([...y.addresses].sort()).toEqual([...x.addresses].sort());
        expect(y.ttls).toEqual(x.ttls.map((seconds) => seconds - 1));
        expect(y.rest).toEqual(x.rest);
      },
    ),
    { numRuns: 200 },
  );
});

interface Parts {
  readonly head: string;
  readonly addresses: readonly string[];
  readonly ttls: readonly number[];
  readonly rest: string;
}

/** Of an answer whose owners are pointers. */
function parts(answer: Uint8Array, count: number): Parts {
  const octets = Buffer.from(answer);
  const start = octets.indexOf(0, 12) + 5;
  const records = Array.from({ length: count }, (_, i) => octets.subarray(start + i * 16, start + (i + 1) * 16));
  return {
    head: octets.toString('latin1', 2, start),
    addresses: records.map((record) => record.toString('hex', 12)),
    ttls: records.map((record) => record.readUInt32BE(6)),
    rest: octets.toString('latin1', start + count * 16),
  };
}

/** What clocks do: both go on, or the wall's alone, forward or back. */
const passing = fc.oneof(
  fc.record({ both: fc.integer({ min: 0, max: 4000 }) }),
  fc.record({ wall: fc.integer({ min: -100_000, max: 9000 }) }),
);

test('a TTL never rises before the edge was asked again, whatever the clocks do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(passing, { maxLength: 20 }), async (steps) => {
      const edge = new FakeEdge('prod', 'cluster.local').tell(`${web} A`, a(web, 30, '10.0.0.1'));
      const stage = new Stage([edge]);
      let [last, asked] = [30, 0];
      for (const step of steps) {
        const [ttl] = parts((await stage.answer(`${web} A`))!, 1).ttls;
        if (edge.asked.length > asked) last = 30;
        asked = edge.asked.length;
        expect(ttl).toBeLessThanOrEqual(last);
        expect(ttl).toBeGreaterThan(0);
        last = ttl!;
        if ('both' in step) await stage.time.pass(step.both);
        else stage.time.sleep(step.wall);
      }
    }),
    { numRuns: 200 },
  );
});
