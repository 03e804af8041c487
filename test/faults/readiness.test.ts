/**
 * Readiness tells the truth about a view that stands still: within the bound it may be green, beyond it never, and it is
 * green again when the view moves. The bound of five minutes is the agent's own; time goes by six hundred times as fast.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { frozenBoundMilliseconds } from '../../sync-agent/operations/health.ts';
import { waitUntil } from '../cluster/control-plane/wait-until.ts';
import type { AgentHere } from './agent-here.ts';
import { EmbeddedScene } from './embedded-scene.ts';
import { service } from './steady-objects.ts';

const factor = 600;
const bound = frozenBoundMilliseconds / factor;
/** For what was on its way when the fault began, and for a busy machine. */
const lateMilliseconds = 300;

let scene: EmbeddedScene;
let agent: AgentHere;

beforeAll(async () => {
  scene = await EmbeddedScene.start();
  for (const name of manyNames) scene.cluster.store.create(service(name, { ports: [{ port: 80 }] }, 'default'));
  // Silence is not found out by itself, so that the view stands still for as long as the test wants.
  agent = scene.agent({ factor, more: { inactivityMilliseconds: 60_000 } });
  await waitUntil('readiness', () => agent.isReady, { timeoutSeconds: 10 });
});
afterAll(async () => {
  await scene.stop();
});

/** Services that are most of the names there are. */
const manyNames = Array.from({ length: 100 }, (_, i) => `one-of-many-${i}`);

const resources = ['namespaces', 'services', 'endpointslices'] as const;

interface Freeze {
  readonly what: string;
  readonly says: RegExp;
  /** Brings the view to a stand, and returns what lets it go on. */
  readonly begin: (scene: EmbeddedScene) => () => void | Promise<void>;
}

const freezes: readonly Freeze[] = [
  {
    what: 'watches are open and say nothing',
    says: /was last known to be watched/,
    begin: ({ cluster }) => {
      cluster.faults.stallWatches();
      return () => cluster.link.reset();
    },
  },
  {
    what: 'one watch alone is open and says nothing',
    says: /^EndpointSlice was last known to be watched/,
    begin: ({ cluster }) => {
      cluster.faults.stallWatches('endpointslices');
      return () => cluster.faults.resetWatches('endpointslices');
    },
  },
  {
    what: 'a router has forgotten the connections',
    says: /was last known to be watched/,
    begin: ({ cluster }) => {
      cluster.link.freeze();
      return () => cluster.link.reset();
    },
  },
  {
    what: 'the API server is away',
    says: /was last known to be watched/,
    begin: ({ cluster }) => {
      void cluster.link.set('down');
      return () => cluster.link.set('well');
    },
  },
  {
    what: 'everything is refused',
    says: /was last known to be watched/,
    begin: ({ cluster }) => {
      for (const resource of resources)
        for (const verb of ['list', 'watch'] as const) cluster.faults.forbid(resource, verb);
      cluster.link.reset();
      return () => {
        for (const resource of resources)
          for (const verb of ['list', 'watch'] as const) cluster.faults.allow(resource, verb);
      };
    },
  },
  {
    what: 'the token has expired',
    says: /was last known to be watched/,
    begin: ({ cluster }) => {
      cluster.faults.refusesCredentials = true;
      cluster.link.reset();
      return () => {
        cluster.faults.refusesCredentials = false;
      };
    },
  },
  {
    what: 'the edge takes nothing',
    says: /^a change is not published/,
    begin: ({ cluster, edge }) => {
      edge.faults.faultOf = () => ({ kind: 'status', status: 503 });
      cluster.store.create(service('late', { ports: [{ port: 80 }] }));
      return () => {
        edge.faults.faultOf = () => undefined;
      };
    },
  },
  {
    what: 'a deletion is held back',
    says: /^a deletion is held back/,
    begin: ({ cluster }) => {
      const before = manyNames.map((name) => cluster.store.get('services', 'default', name));
      for (const name of manyNames) cluster.store.delete('services', 'default', name);
      return () => {
        for (const { metadata, ...object } of before) {
          const { name, namespace } = metadata;
          cluster.store.create({ ...object, metadata: { name, namespace } });
        }
      };
    },
  },
];

test('idle, it is ready for ever', async () => {
  const unready: string[] = [];
  const end = performance.now() + 3 * bound;
  while (performance.now() < end) {
    unready.push(...agent.complaints);
    await sleep(10);
  }
  expect(unready).toEqual([]);
});

test.for(freezes)('$what', async ({ begin, says }) => {
  const thaw = begin(scene);
  const frozenAt = performance.now();
  const beyond = frozenAt + bound + lateMilliseconds;
  while (agent.isReady && performance.now() < beyond) await sleep(5);
  expect(agent.isReady).toBe(false);
  await expect
    .poll(() => agent.complaints, { interval: 5 })
    .toEqual(expect.arrayContaining([expect.stringMatching(says)]));
  await sleep(100);
  expect(agent.isReady).toBe(false);
  await thaw();
  await expect.poll(() => agent.isReady, { interval: 5, timeout: 5000 }).toBe(true);
  await scene.untilCurrent();
  await scene.expectLaw();
});
