/** The agent publishes in the terms in which it leads, and only then. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { AgentOptions } from '../../sync-agent/agent.ts';
import type { EdgeAnswer } from '../../sync-agent/publish/edge.ts';
import { serviceManifest } from '../demo/cluster/client.ts';
import { minute, names, useStage } from './agent-stage.ts';
import { TestLeadership } from './test-leadership.ts';

const stage = useStage();

/** An edge that does not answer a write. */
function silent(onAbort: (reason: unknown) => void = () => {}): (signal: AbortSignal) => Promise<EdgeAnswer> {
  return (signal) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        onAbort(signal.reason);
        reject(signal.reason);
      });
    });
}

/** Lets so many minutes go by in which the watches show that they are alive. */
async function watchFor(minutes: number): Promise<void> {
  for (let i = 0; i < minutes; i += 1) {
    await stage.clock.advance(minute * Math.min(1, minutes - i));
    await stage.sendBookmarks();
  }
}

function addMany(count: number): void {
  for (let i = 0; i < count; i += 1) {
    const spec = { clusterIP: `10.96.200.${i}`, ports: [{ port: 80 }] };
    stage.cluster.store.create(serviceManifest(`web-${i}`, 'default', spec));
  }
}

/** Those from `first` on that come before `end`. Resolves when the agent has seen it. */
async function removeMany(end: number, first = 0): Promise<void> {
  await stage.seen(() => {
    for (let i = first; i < end; i += 1) stage.cluster.store.delete('services', 'default', `web-${i}`);
  }, end - first);
}

/** Of the Service `db`; the change was triggered at `at` on the clock of the test. */
function triggeredSlice(at: number) {
  const annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': new Date(at).toISOString() };
  const labels = { 'kubernetes.io/service-name': 'db' };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'default', name: 'db-1', labels, annotations },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.9.0.1'], conditions: { ready: true } }],
    ports: [{ port: 1 }],
  } as never;
}

let leadership: TestLeadership;

beforeEach(() => {
  leadership = new TestLeadership();
});

function run(more: Partial<AgentOptions> = {}): Promise<void> {
  return stage.run({ leadership, ...more });
}

async function runAndLead(more: Partial<AgentOptions> = {}): Promise<void> {
  run(more);
  leadership.win();
  await stage.until(() => stage.readyCount > 0);
}

describe('standing by', () => {
  test('it observes and computes, and neither publishes nor asks the edge', async () => {
    run();
    await stage.until(() => stage.status().isSynced);
    stage.addService('web');
    await stage.until(() => stage.told('change-noted').length > 0 && stage.status().waitingChanges === 0, 50);
    await stage.clock.advance(10 * minute);
    expect(stage.edge.asked).toEqual([]);
    expect(stage.status()).toMatchObject({ isLeading: false, unpublishedSince: undefined, isSynced: true });
    expect(stage.told('computed').length).toBeGreaterThan(0);
  });

  test('it publishes what is known as soon as it leads', async () => {
    run();
    await stage.until(() => stage.status().isSynced);
    stage.addService('web');
    await stage.until(() => stage.status().waitingChanges > 0, 0);
    await stage.clock.advance(minute);
    leadership.win();
    const from = stage.clock.now();
    await stage.until(() => stage.images.length > 0);
    expect(stage.clock.now() - from).toBeLessThan(1000);
    expect(names(stage.images[0])).toContain('web.default.svc');
    expect(stage.status()).toMatchObject({ isLeading: true, unpublishedSince: undefined });
  });
});

describe('a term', () => {
  test('that is over sends nothing more, and the next is a new writer that goes on', async () => {
    await runAndLead();
    leadership.lose();
    stage.addService('web');
    await stage.clock.advance(10 * minute);
    expect(stage.edge.manifests).toHaveLength(1);
    leadership.win();
    await stage.until(() => stage.images.length > 1, 50);
    const [first, second] = stage.edge.manifests;
    expect(second!.epoch).toBeGreaterThan(first!.epoch);
    expect(second!.serial).toBe(2);
    expect(names(stage.images[1])).toContain('web.default.svc');
  });

  test('that is lost gives up the write that is under way', async () => {
    await runAndLead();
    let reason: unknown;
    stage.edge.answer = silent((given) => {
      reason = given;
    });
    stage.addService('web');
    await stage.until(() => stage.edge.manifests.length > 1, 50);
    leadership.lose();
    await stage.arrived(() => reason !== undefined);
    expect(reason).toMatchObject({ message: 'the term is over' });
    stage.edge.answer = undefined;
    leadership.win();
    await stage.until(() => stage.images.length > 1, 50);
  });

  test('that is over before it is known which cluster this is publishes nothing', async () => {
    stage.cluster.faults.failNext('namespaces', 503, 1000, 'get');
    run();
    leadership.win();
    await stage.until(() => stage.status().isSynced);
    leadership.lose();
    await stage.arrived(() => leadership.ends.length === 1);
    expect(stage.edge.asked).toEqual(['stored']);
  });

  test('that should be over sends nothing, though its signal is late', async () => {
    await runAndLead();
    leadership.isLeading = false;
    stage.addService('web');
    const later = stage.clock.now() + minute;
    await stage.until(() => stage.clock.now() >= later, 500);
    expect(stage.told('computed').at(-1)).toMatchObject({ result: 'changed' });
    expect(stage.edge.manifests).toHaveLength(1);
    leadership.lose();
    leadership.win();
    await stage.until(() => stage.images.length > 1, 50);
  });

  test('holds back what another leader had published, and this one does not see', async () => {
    await runAndLead();
    leadership.lose();
    const { kept } = stage.edge;
    for (let i = 0; i < 30; i += 1) stage.addService(`web-${i}`);
    await stage.clock.advance(minute);
    leadership.win();
    await stage.until(() => names(stage.images.at(-1)).length > 30, 50);
    leadership.lose();
    await stage.seen(() => {
      for (let i = 0; i < 30; i += 1) stage.cluster.store.delete('services', 'default', `web-${i}`);
    }, 30);
    const { length } = stage.images;
    leadership.win();
    await stage.until(() => stage.status().heldSince !== undefined, 50);
    expect(stage.images).toHaveLength(length);
    // The names of the first term are too few to lose.
    const { manifest } = stage.edge.kept!;
    stage.edge.kept = { ...kept!, manifest: { ...manifest, serial: manifest.serial + 1 } };
    leadership.lose();
    leadership.win();
    await stage.until(() => stage.images.length > length, 50);
  });

  test('goes on with the hold of the one before it', async () => {
    addMany(30);
    await runAndLead();
    await stage.clock.advance(minute);
    await removeMany(30);
    await stage.until(() => stage.status().heldSince !== undefined, 50);
    const since = stage.status().heldSince!;
    await watchFor(5);
    leadership.lose();
    await watchFor(1);
    leadership.win();
    await stage.until(() => stage.told('held-back').length > 1, 50);
    expect(stage.status().heldSince).toBe(since);
    await watchFor(5);
    await stage.until(() => stage.images.length > 1, 1000);
    expect(stage.clock.steadyNow() - since).toBeLessThan(12 * minute);
  });

  test('begins a hold anew when the names were there again between the terms', async () => {
    addMany(30);
    await runAndLead();
    await stage.clock.advance(minute);
    await removeMany(30);
    await stage.until(() => stage.status().heldSince !== undefined, 50);
    const since = stage.status().heldSince!;
    leadership.lose();
    for (const change of [async () => stage.seen(() => addMany(30), 30), () => removeMany(30)]) {
      await change();
      await stage.clock.advance(minute);
    }
    leadership.win();
    await stage.until(() => stage.status().heldSince !== undefined, 50);
    expect(stage.status().heldSince).toBeGreaterThanOrEqual(since + 2 * minute);
  });

  test('remembers what it has published in the one before it, if nobody else has published since', async () => {
    addMany(30);
    await runAndLead();
    await stage.clock.advance(minute);
    await removeMany(12);
    await stage.until(() => stage.images.length > 1, 50);
    leadership.lose();
    await removeMany(23, 12);
    leadership.win();
    await stage.until(() => stage.status().heldSince !== undefined || stage.images.length > 2, 50);
    expect(stage.images).toHaveLength(2);
    // Each has two.
    expect(stage.told('held-back')).toEqual([expect.objectContaining({ names: 2 * 23 })]);
  });

  test('takes nothing back that another leader has seen since this one has looked', async () => {
    await runAndLead();
    leadership.lose();
    const { manifest, body } = stage.edge.kept!;
    const other = { ...manifest, serial: manifest.serial + 1, generatedAt: stage.clock.now() + minute };
    stage.edge.kept = { manifest: other, body };
    stage.addService('web');
    leadership.win();
    await watchFor(0.9);
    await stage.clock.advance(2 * minute);
    expect(stage.edge.kept.manifest).toBe(other);
    expect(stage.status().unpublishedSince).toBeDefined();
    expect(stage.warnings).toEqual([expect.stringContaining('nothing is published until its watches show')]);
    await stage.sendBookmarks();
    await stage.until(() => stage.images.length > 1, 1000);
    expect(names(stage.images.at(-1))).toContain('web.default.svc');
  });

  test('tells of the changes that it begins with', async () => {
    const metadata = { name: 'db', namespace: 'default' };
    const spec = { clusterIP: 'None', ports: [{ port: 1 }] };
    stage.cluster.store.create({ apiVersion: 'v1', kind: 'Service', metadata, spec } as never);
    run();
    await stage.until(() => stage.told('computed').length > 0, 50);
    await stage.clock.advance(minute);
    await stage.seen(() => stage.cluster.store.create(triggeredSlice(stage.clock.now())));
    const before = stage.told('computed').length;
    leadership.win();
    await stage.until(() => stage.images.length > 0);
    expect(stage.told('computed')[before]!.changes).toBeGreaterThan(0);
    expect(stage.told('programmed')).toEqual([expect.objectContaining({ stage: 'published' })]);
  });

  test('goes on against another writer while it holds, and says that there is one', async () => {
    await runAndLead();
    const { manifest, body } = stage.edge.kept!;
    stage.edge.kept = { manifest: { ...manifest, epoch: manifest.epoch + 100, serial: 50 }, body };
    stage.addService('web');
    await stage.until(() => stage.images.length > 1, 50);
    expect(stage.edge.manifests.at(-1)).toMatchObject({ epoch: manifest.epoch + 101, serial: 51 });
    expect(stage.warnings).toEqual([expect.stringContaining('another agent publishes cluster prod too')]);
    expect(stage.told('publish-failed')).toEqual([{ kind: 'publish-failed', reason: 'not-newer' }]);
  });
});

describe('how it stands', () => {
  test('a change that cannot be published is told with the time since when', async () => {
    await runAndLead();
    expect(stage.status()).toMatchObject({ unpublishedSince: undefined, publishedAt: expect.any(Number) });
    stage.edge.answer = async () => ({ kind: 'unavailable', reason: 'it is down', retryAfterSeconds: undefined });
    await stage.seen(() => stage.addService('web'));
    const since = stage.clock.steadyNow();
    expect(stage.status().unpublishedSince).toBe(since);
    await watchFor(10);
    expect(stage.status().unpublishedSince).toBe(since);
    // Another change does not make it younger.
    await stage.seen(() => stage.addService('db'));
    await watchFor(10);
    expect(stage.status().unpublishedSince).toBe(since);
    stage.edge.answer = undefined;
    await stage.until(() => stage.images.length > 1, 1000);
    expect(stage.status().unpublishedSince).toBeUndefined();
  });

  test('the loop is alive while it waits for changes, and not while the edge does not answer', async () => {
    await runAndLead();
    await watchFor(3);
    expect(stage.status().loopAt).toBe(stage.clock.steadyNow());
    stage.edge.answer = silent();
    await stage.seen(() => stage.addService('web'));
    await stage.until(() => stage.edge.manifests.length > 1, 50);
    const sentAt = stage.clock.steadyNow();
    await stage.clock.advance(3 * minute);
    expect(stage.status().loopAt).toBeLessThanOrEqual(sentAt);
    leadership.lose();
  });

  test('every watch is told', async () => {
    await runAndLead();
    expect([...stage.status().watches.keys()].sort()).toEqual(['EndpointSlice', 'Namespace', 'Service']);
  });
});

test('what cannot become records is told with the signal of the term, for what is written about it', async () => {
  const leadership = new TestLeadership();
  const terms = new Set<AbortSignal>();
  stage.run({ leadership, onProblems: (_, term) => terms.add(term) });
  leadership.win();
  await stage.until(() => terms.size === 1, 100);
  const [first] = terms;
  expect(first!.aborted).toBe(false);
  leadership.lose();
  expect(first!.aborted).toBe(true);
  await stage.arrived(() => leadership.ends.length === 1);
  leadership.win();
  await stage.until(() => terms.size === 2, 100);
  expect([...terms].map(({ aborted }) => aborted)).toEqual([true, false]);
});
