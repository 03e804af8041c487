/** How the agent begins, and when it does not. */
import { describe, expect, test } from 'vitest';
import { kubernetes, names, useStage } from './agent-stage.ts';

const stage = useStage();

describe('being ready', () => {
  test('is told once, when a snapshot is stored and every watch is open', async () => {
    stage.cluster.faults.failNext('endpointslices', 503, 3, 'watch');
    stage.run();
    await stage.until(() => stage.images.length > 0);
    expect(stage.readyCount).toBe(0);
    await stage.until(() => stage.readyCount > 0, 100);
    expect(stage.cluster.faults.countWatches()).toBe(3);
    stage.addService('web');
    await stage.until(() => stage.images.length > 1, 50);
    expect(stage.readyCount).toBe(1);
  });

  test('is not waited for with what changes', async () => {
    stage.cluster.faults.failNext('namespaces', 503, 1000, 'watch');
    stage.run();
    await stage.until(() => stage.images.length > 0);
    stage.addService('web');
    await stage.until(() => stage.images.length > 1, 50);
    expect(names(stage.images[1])).toContain('web.default.svc');
    expect(stage.readyCount).toBe(0);
  });
});

describe('it cannot start', () => {
  test.for([
    { verb: 'list', resource: 'namespaces', group: '' },
    { verb: 'list', resource: 'services', group: '' },
    { verb: 'list', resource: 'endpointslices', group: 'discovery.k8s.io' },
    { verb: 'watch', resource: 'namespaces', group: '' },
    { verb: 'watch', resource: 'services', group: '' },
    { verb: 'watch', resource: 'endpointslices', group: 'discovery.k8s.io' },
  ] as const)('when it may not $verb $resource', async ({ verb, resource, group }) => {
    // A list that is streamed needs the permission to watch alone.
    stage.cluster.faults.initialEvents = 'refused';
    stage.cluster.faults.forbid(resource, verb);
    const end = stage.run();
    await expect(end).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(end).rejects.toThrow(
      `may not ${verb} ${resource} (API group "${group}") in the whole cluster: grant the verbs "list" and "watch"`,
    );
    expect(stage.readyCount).toBe(0);
  });

  test('when it shall not wait for a cluster that is not there', async () => {
    await stage.cluster.stop();
    const end = stage.run({ failFast: true });
    await expect(end).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await expect(end).rejects.toThrow(`cannot reach the API server at ${stage.cluster.url} (connection refused)`);
  });

  test('otherwise it waits, and says so', async () => {
    await stage.cluster.stop();
    stage.run();
    await stage.until(() => stage.log.lines.length >= 3, 100);
    expect(stage.log.lines[0]).toMatch(
      /^(Namespace|Service|EndpointSlice): cannot reach the API server .*; it is tried again$/,
    );
    await stage.replaceCluster();
    await stage.until(() => stage.readyCount > 0, 1000);
    expect(names(stage.images[0])).toContain(kubernetes);
  });

  test('a failure is told once while it stays the same, and when it is over', async () => {
    stage.run();
    await stage.until(() => stage.readyCount > 0);
    const told = () => stage.log.lines.filter((line) => line.startsWith('Service: ') && !line.includes('early'));
    for (const round of [1, 2]) {
      const asked = stage.api.watched('services');
      stage.cluster.faults.forbid('services', 'watch');
      stage.cluster.faults.closeWatches('services');
      await stage.until(() => stage.api.watched('services') >= asked + 4, 1000);
      expect(told()).toHaveLength(2 * round - 1);
      stage.cluster.faults.allow('services', 'watch');
      await stage.until(() => stage.cluster.faults.countWatches() === 3, 1000);
      stage.cluster.faults.sendBookmarks('services');
      await stage.arrived(() => told().length === 2 * round);
    }
    const refused = expect.stringMatching(/^Service: .* may not watch services .*; it is tried again$/);
    expect(told()).toEqual([refused, 'Service: it is watched again', refused, 'Service: it is watched again']);
  });

  test('a permission that is taken away later does not end it', async () => {
    stage.run();
    await stage.until(() => stage.readyCount > 0);
    stage.cluster.faults.forbid('services', 'watch');
    stage.cluster.faults.closeWatches('services');
    await stage.until(() => stage.log.lines.some((line) => line.includes('may not watch services')), 1000);
    stage.cluster.faults.allow('services', 'watch');
    stage.addService('web');
    await stage.until(() => names(stage.images.at(-1)).includes('web.default.svc'), 1000);
  });
});
