/**
 * An API server that suddenly lists nothing does not empty the list of endpoints, whichever kind it lists first: whoever
 * watches pods by it goes on with those that there were.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endpointsSource } from '../../sync-agent/endpoints/endpoints-source.ts';
import { SupplementPublisher } from '../../sync-agent/supplements/supplement-publisher.ts';
import { waitUntil } from '../cluster/control-plane/wait-until.ts';
import { RecordingSupplementEdge } from '../sync-agent/supplements/recording-supplement-edge.ts';
import type { AgentHere } from './agent-here.ts';
import { EmbeddedScene } from './embedded-scene.ts';

const factor = 50;
const database = 'db.steady.svc';
const hosts = ['10.210.0.1 ready', '10.210.0.2 ready', '10.210.0.3 ready'];

let scene: EmbeddedScene;
let agent: AgentHere;
let edge: RecordingSupplementEdge;
/** What was published of the database, in turn. */
let published: (readonly string[])[];

beforeEach(async () => {
  scene = await EmbeddedScene.start();
  edge = new RecordingSupplementEdge();
  published = [];
  edge.answer = async () => {
    published.push(edge.addressesOf(database));
    return { kind: 'stored' };
  };
  agent = scene.agent({ factor, more: { supplements: [new SupplementPublisher(endpointsSource, edge)] } });
  await waitUntil('the first list', () => agent.isReady && published.length > 0, { timeoutSeconds: 10 });
});
afterEach(async () => {
  await scene.stop();
});

async function hasSaid(text: string): Promise<void> {
  await waitUntil(text, () => agent.lines.some((line) => line.includes(text)), { timeoutSeconds: 10 });
}

test.for(['namespaces', 'services', 'endpointslices'] as const)(
  '%s are seen empty before the others',
  async (first) => {
    const kinds = ['Namespace', 'Service', 'EndpointSlice'];
    const hasMissed = (kind: string): boolean => agent.lines.some((line) => line.includes(`${kind}: cannot reach`));
    await scene.cluster.whileEmpty(
      async (faults) => {
        for (const other of ['namespaces', 'services', 'endpointslices'] as const) {
          if (other !== first) faults.failNext(other, 503, 2, 'watch');
        }
        await hasSaid('holding back');
        // Longer than between two heartbeats.
        await sleep((5 * 60_000) / factor);
      },
      async () => {
        await waitUntil('all watches to miss the server', () => kinds.every(hasMissed), { timeoutSeconds: 10 });
      },
    );
    await hasSaid('not held back any more');
    const { length } = published;
    await waitUntil('a list after that', () => published.length > length, { timeoutSeconds: 10 });
    expect(published[0]).toEqual(hosts);
    expect(new Set(published.map(String)).size, scene.log()).toBe(1);
  },
);

test('endpoints that are gone are gone from it, where nothing holds that back', async () => {
  const { store } = scene.cluster;
  for (const { metadata } of store.list('endpointslices')) {
    if (metadata.labels?.['kubernetes.io/service-name'] !== 'db') continue;
    store.delete('endpointslices', metadata.namespace, metadata.name);
  }
  await waitUntil('an empty list', () => published.at(-1)?.length === 0, { timeoutSeconds: 10 });
});
