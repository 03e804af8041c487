/**
 * What 100 questions at once cost an isolate that remembers nothing, token and all: the token and the registry come in one
 * read, and each cluster's snapshot in one more. What they cost in memory, `npm run bench` measures.
 */
import { expect, test } from 'vitest';
import type { OwnerGroup } from '../../../zone/group.ts';
import { clusterId } from '../support/agent.ts';
import { type Edge, startEdge } from '../support/edge.ts';
import { outcome } from '../support/outcome.ts';
import { address, group, node, snapshot } from '../support/zone.ts';

const services = 10_000;
const clusters = ['local', 'east', 'west'] as const;

/** Every Service with an address that says which cluster it is and which version. */
function contentOf(cluster: number, version: number) {
  const groups = Array.from({ length: services }, (_, i): OwnerGroup => {
    const own = [address(`10.${cluster * 16 + version}.${i >> 8}.${i & 255}`)];
    return group(`s${i}.shop.svc`, { own, nodes: [node('', { addresses: 'base' })] });
  });
  return snapshot(groups);
}

/** With a version 1 of each cluster in KV, and a token for all of them. */
async function start(): Promise<{ edge: Edge; token: string }> {
  const edge = await startEdge();
  for (const [i, cluster] of clusters.entries()) {
    await edge.register(cluster);
    await edge.publish(contentOf(i, 1), { cluster: clusterId(cluster) });
  }
  return { edge, token: await edge.createToken(clusters) };
}

/** What 100 questions at once make the isolate call, given what each must be answered with. */
async function callsOf(
  isolate: Edge,
  token: string,
  asked: (i: number) => { cluster: number; version: number },
): Promise<string[]> {
  isolate.store.calls.length = 0;
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) => {
      const path = `/t/${token}/c/${clusters[asked(i).cluster]}/dns-query`;
      return isolate.ask(`s${i * 100}.shop.svc.cluster.local`, 'A', path);
    }),
  );
  const expected = answers.map((_, i) => {
    const { cluster, version } = asked(i);
    return `NOERROR 10.${cluster * 16 + version}.${(i * 100) >> 8}.${(i * 100) & 255}`;
  });
  expect(answers.map(outcome)).toEqual(expected);
  return isolate.store.calls.map((call) => call.replace(/token\/[a-z2-7]+/, 'token/…'));
}

const tokenAndRegistry = 'get token/… registry';
const [snapshotRead, ...otherReads] = clusters.map((cluster) => `get cluster/${cluster}/snapshot`);

test('one cluster costs two reads when the isolate is cold, one when its snapshot was replaced, two when all is due', async () => {
  const { edge, token } = await start();
  const isolate = await edge.newIsolate();
  const callsAt = (version: number) => callsOf(isolate, token, () => ({ cluster: 0, version }));
  expect(await callsAt(1)).toEqual([tokenAndRegistry, snapshotRead]);
  expect(await callsAt(1)).toEqual([]);
  await edge.publish(contentOf(0, 2), { serial: 2 });
  edge.machine.advance(2000);
  expect(await callsAt(2)).toEqual([snapshotRead]);
  await edge.publish(contentOf(0, 3), { serial: 3 });
  edge.machine.advance(60_000);
  expect(await callsAt(3)).toEqual([tokenAndRegistry, snapshotRead]);
});

test('three clusters cost a read each, and one more when the isolate is cold', async () => {
  const { edge, token } = await start();
  const isolate = await edge.newIsolate();
  const calls = await callsOf(isolate, token, (i) => ({ cluster: i % 3, version: 1 }));
  expect(calls[0]).toBe(tokenAndRegistry);
  expect(calls.slice(1).sort()).toEqual([...otherReads, snapshotRead].sort());
  await edge.publish(contentOf(1, 2), { cluster: clusterId('east'), serial: 2 });
  edge.machine.advance(2000);
  const bodies = () => clusters.map((cluster) => edge.store.bodiesRead(`cluster/${cluster}/snapshot`));
  const before = bodies();
  const again = await callsOf(isolate, token, (i) => ({ cluster: i % 3, version: i % 3 === 1 ? 2 : 1 }));
  expect(again.sort()).toEqual([...otherReads, snapshotRead].sort());
  expect(bodies().map((count, i) => count - before[i]!)).toEqual([0, 1, 0]);
});
