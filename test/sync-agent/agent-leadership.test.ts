/** What an agent knows and does as a leader, besides publishing. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { AgentOptions } from '../../sync-agent/agent.ts';
import { readiness } from '../../sync-agent/operations/health.ts';
import { listed, minute, useStage } from './agent-stage.ts';
import { TestLeadership } from './test-leadership.ts';

const stage = useStage();
let leadership: TestLeadership;

beforeEach(() => {
  leadership = new TestLeadership();
});

function run(more: Partial<AgentOptions> = {}): void {
  stage.run({ leadership, ...more });
}

async function runAndLead(more: Partial<AgentOptions> = {}): Promise<void> {
  run(more);
  leadership.win();
  await stage.until(() => stage.readyCount > 0);
}

function unready(): string[] {
  const checks = readiness(stage.status(), stage.clock.steadyNow());
  return checks.flatMap(({ name, failure }) => (failure === undefined ? [] : [`${name}: ${failure}`]));
}

const identity = () => stage.edge.manifests.at(-1)?.identity;

describe('readiness', () => {
  test('fails while a leader waits to learn which cluster this is', async () => {
    stage.cluster.faults.failNext('namespaces', 503, 1000, 'get');
    run();
    leadership.win();
    await stage.until(() => stage.status().isSynced);
    await stage.until(() => stage.log.lines.some((line) => line.includes('kube-system')), 100);
    expect([stage.status().isLeading, unready()]).toEqual([true, ['publishing: nothing is published yet']]);
    expect(stage.edge.manifests).toEqual([]);
  });

  test('of a standby fails while no leader is seen', async () => {
    run();
    await stage.until(() => stage.status().isSynced);
    expect(unready()).toEqual([expect.stringMatching(/^leader: no agent is known to lead/)]);
    leadership.leaderSeenAt = stage.clock.steadyNow();
    expect(unready()).toEqual([]);
    await stage.clock.advance(4 * minute);
    await stage.sendBookmarks();
    expect(unready()).toEqual([]);
    await stage.clock.advance(2 * minute);
    expect(unready()).toEqual([expect.stringMatching(/^leader: nobody publishes: a leader was last seen 36\d s ago/)]);
  });
});

test('what is stored already is published, however old, and its deletion is shown while it is held back', async () => {
  for (let i = 0; i < 30; i += 1) stage.addService(`web-${i}`);
  await stage.runUntilReady();
  const generatedAt = stage.clock.steadyNow() - stage.clock.now() + stage.edge.kept!.manifest.generatedAt;
  stage.stop.abort();
  await stage.ended();
  stage.begin();
  await stage.clock.advance(minute);
  await stage.replaceCluster();
  stage.run();
  await stage.until(() => stage.status().heldSince !== undefined, 50);
  const held = { names: expect.any(Number), of: expect.any(Number) };
  expect(stage.status()).toMatchObject({ publishedAt: generatedAt, held });
  expect(unready()).toEqual([]);
});

describe('the identity of the cluster', () => {
  test('is asked for in each term', async () => {
    stage.cluster.faults.forbid('namespaces', 'get');
    await runAndLead();
    expect(identity()).toBeUndefined();
    stage.cluster.faults.allow('namespaces', 'get');
    leadership.lose();
    leadership.win();
    await stage.until(() => stage.images.length > 1, 50);
    expect(identity()).toEqual(expect.any(String));
  });

  test('is asked for again when the edge says that it is wrong', async () => {
    const wrong = {
      kind: 'refused',
      reason: 'the edge answered 403: another cluster',
      code: 'WRONG_IDENTITY',
    } as const;
    stage.cluster.faults.forbid('namespaces', 'get');
    stage.edge.answer = async () => (identity() === undefined ? wrong : { kind: 'stored' });
    run();
    leadership.win();
    await stage.until(() => stage.edge.manifests.length > 1, 1000);
    expect(stage.images).toEqual([]);
    stage.cluster.faults.allow('namespaces', 'get');
    await stage.until(() => stage.images.length > 0, 1000);
    expect(identity()).toEqual(expect.any(String));
  });

  test('is not asked for again when it refuses something else', async () => {
    const refused = { kind: 'refused', reason: 'the edge answered 403: wrong key', code: 'BAD_SIGNATURE' } as const;
    stage.cluster.faults.forbid('namespaces', 'get');
    stage.edge.answer = async () => (stage.edge.manifests.length < 3 ? refused : { kind: 'stored' });
    run();
    leadership.win();
    await stage.until(() => stage.edge.manifests.length > 1, 1000);
    stage.cluster.faults.allow('namespaces', 'get');
    await stage.until(() => stage.images.length > 0, 1000);
    expect(identity()).toBeUndefined();
  });
});

describe('another cluster behind the same address', () => {
  const allowing = { percent: 50, holdMilliseconds: 600_000, allowsDeletions: true };
  const askedCount = () => stage.api.requested.filter((path) => path.endsWith('/kube-system')).length;

  test('is not published, and readiness fails', async () => {
    stage.addService('web');
    await stage.runUntilReady({ guard: allowing });
    await stage.replaceCluster();
    // Watches may go on from a version that happens to be one of the other cluster, too.
    for (let i = 0; i < 9; i += 1) stage.addService(`db-${i}`);
    await stage.until(() => stage.status().isAnotherCluster, 100);
    const end = stage.clock.now() + 10 * minute;
    await stage.until(() => stage.clock.now() > end, 1000);
    expect(stage.edge.manifests).toHaveLength(1);
    expect(unready()).toContainEqual(
      expect.stringMatching(/^cluster: the API server shows another cluster than at first/),
    );
    expect(stage.warnings.filter((line) => line.startsWith('publishing failed'))).toEqual([
      expect.stringMatching(/the API server shows another cluster than before/),
    ]);
  });

  test('is looked for when something was listed anew, and only then', async () => {
    await stage.runUntilReady();
    const asked = askedCount();
    for (const name of ['a', 'b', 'c']) {
      await stage.seen(() => stage.addService(name));
      const { length } = stage.images;
      await stage.until(() => stage.images.length > length, 100);
    }
    expect(askedCount()).toBe(asked);
    stage.cluster.faults.expireWatches('services');
    await stage.until(() => stage.told('listed').length > 3, 100);
    expect(askedCount()).toBe(asked);
    stage.addService('d');
    const { length } = stage.images;
    await stage.until(() => stage.images.length > length, 100);
    expect(askedCount()).toBe(asked + 1);
  });
});

describe('a view that stands still', () => {
  test('for more than five minutes ends the term, so that another agent may lead', async () => {
    await runAndLead();
    await stage.clock.advance(4 * minute);
    await stage.sendBookmarks();
    await stage.clock.advance(4 * minute);
    expect(leadership.ends).toEqual([]);
    await stage.clock.advance(2 * minute);
    await stage.arrived(() => leadership.ends.length > 0);
    expect(leadership.ends).toEqual(['given-up']);
    expect(stage.warnings).toEqual([
      'what this agent sees of the cluster has stood still for too long: it lets another one lead',
    ]);
  });

  test('and one that was never whole are no views to lead with', async () => {
    stage.cluster.faults.failNext('services', 503, 1);
    run();
    await stage.arrived(() => leadership.isFit !== undefined);
    const isFit = () => leadership.isFit!();
    expect(isFit()).toBe(false);
    await stage.until(() => stage.cluster.faults.countWatches() === 3);
    await stage.arrived(isFit);
    await stage.clock.advance(2.5 * minute);
    expect(isFit()).toBe(true);
    await stage.clock.advance(minute);
    expect(isFit()).toBe(false);
    await stage.sendBookmarks();
    expect(isFit()).toBe(true);
    stage.cluster.faults.failNext('services', 503, 1000);
    stage.cluster.faults.closeWatches('services');
    await stage.until(() => stage.status().watches.get('Service')?.state === 'failing');
    expect(isFit()).toBe(false);
  });

  test('does not where nobody else can lead', async () => {
    await stage.runUntilReady();
    await stage.clock.advance(20 * minute);
    expect(stage.warnings).toEqual([]);
    expect(stage.status()).toMatchObject({ isLeading: true, isEnding: false });
  });

  test('does not where a permission is missing: others have no more', async () => {
    await runAndLead({ selection: listed('default', 'kube-system') });
    for (const resource of ['namespaces', 'services'] as const) {
      for (const verb of ['get', 'list', 'watch'] as const) stage.cluster.faults.forbid(resource, verb);
    }
    stage.cluster.faults.closeWatches('services');
    stage.cluster.faults.closeWatches('namespaces');
    await stage.until(() => stage.warnings.some((line) => line.includes('its names stay for 10 minutes')), 100);
    for (let i = 0; i < 8; i += 1) {
      stage.cluster.faults.sendBookmarks('endpointslices');
      const until = stage.clock.steadyNow() + minute;
      await stage.until(() => stage.clock.steadyNow() >= until, 5000);
    }
    expect(leadership.ends).toEqual([]);
    expect(unready()).toEqual([expect.stringMatching(/^watches: Namespace in default was last known to be watched/)]);
  });
});
