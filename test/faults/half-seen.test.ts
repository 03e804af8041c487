/**
 * An API server comes back empty, and is listed kind by kind; it is filled again, object by object. At no moment is what
 * has come so far taken for all there is.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, test } from 'vitest';
import { waitUntil } from '../cluster/control-plane/wait-until.ts';
import type { AgentHere } from './agent-here.ts';
import { EmbeddedScene } from './embedded-scene.ts';

const factor = 50;
const resources = ['namespaces', 'services', 'endpointslices'] as const;
const kinds = ['Namespace', 'Service', 'EndpointSlice'];

let scene: EmbeddedScene;
let agent: AgentHere;

beforeEach(async () => {
  scene = await EmbeddedScene.start();
  agent = scene.agent({ factor });
  await waitUntil('readiness', () => agent.isReady, { timeoutSeconds: 10 });
});
afterEach(async () => {
  await scene.stop();
});

test.for(resources)('%s are seen empty before the others', async (first) => {
  const { cluster } = scene;
  const hasMissed = (kind: string): boolean => agent.lines.some((line) => line.includes(`${kind}: cannot reach`));
  const missed = async (): Promise<void> => {
    await waitUntil('all watches to miss the server', () => kinds.every(hasMissed), { timeoutSeconds: 10 });
  };
  await cluster.whileEmpty(async (faults) => {
    for (const other of resources) if (other !== first) faults.failNext(other, 503, 2, 'watch');
    await waitUntil('a deletion to be held back', () => agent.lines.some((line) => line.includes('holding back')), {
      timeoutSeconds: 10,
    });
    await sleep(100);
  }, missed);
  await waitUntil('recovery', () => agent.lines.some((line) => line.includes('not held back any more')), {
    timeoutSeconds: 10,
  });
  await scene.untilCurrent();
  await scene.expectLaw();
});

test('what is held back comes back in parts', async () => {
  const { store } = scene.cluster;
  // Those that are asked for come after half of the names, and before the last few, which may always go.
  const many = [...Array.from({ length: 28 }, (_, i) => i + 1).toSpliced(20, 0, 0, 29)].map((i) => `plain-${i}`);
  const before = many.map((name) => store.get('services', 'steady', name));
  for (const name of many) store.delete('services', 'steady', name);
  await waitUntil('a deletion to be held back', () => agent.lines.some((line) => line.includes('holding back')), {
    timeoutSeconds: 10,
  });
  for (const { metadata, ...object } of before) {
    const { name, namespace } = metadata;
    store.create({ ...object, metadata: { name, namespace } });
    // More than a publish window.
    await sleep(100);
  }
  await scene.untilCurrent();
  await scene.expectLaw();
});
