/** What the agent publishes while nothing changes. */
import { describe, expect, test } from 'vitest';
import { minute, useStage } from './agent-stage.ts';

const stage = useStage();

/** Lets the watches show that they are alive, and waits for the heartbeat that tells so. */
async function heartbeat(): Promise<void> {
  const { length } = stage.edge.manifests;
  await stage.sendBookmarks();
  await stage.until(() => stage.edge.manifests.length > length, minute);
  await stage.until(() => stage.told('published').length > length);
}

describe('the heartbeat', () => {
  test('tells every four minutes that the watches are alive, and only then', async () => {
    await stage.runUntilReady();
    await stage.clock.advance(20 * minute);
    expect(stage.images).toHaveLength(1);

    await stage.sendBookmarks();
    const aliveAt = stage.clock.now();
    await stage.until(() => stage.images.length > 1, minute);
    expect(stage.edge.manifests[1]).toMatchObject({ serial: 2, generatedAt: aliveAt });
    expect(stage.images[1]).toEqual(stage.images[0]);

    await stage.clock.advance(20 * minute);
    expect(stage.images).toHaveLength(2);
    expect(stage.told('published').map(({ why }) => why)).toEqual(['change', 'heartbeat']);
  });

  test('does not come while one of the watches is silent', async () => {
    await stage.runUntilReady();
    await stage.seen(() => {
      stage.cluster.faults.sendBookmarks('services');
      stage.cluster.faults.sendBookmarks('namespaces');
    }, 2);
    await stage.clock.advance(20 * minute);
    expect(stage.images).toHaveLength(1);
    stage.cluster.faults.sendBookmarks('endpointslices');
    await stage.until(() => stage.images.length > 1, minute);
  });

  test('in quiet the edge is asked for nothing more than what it answers from, before each', async () => {
    await stage.runUntilReady();
    for (let i = 0; i < 3; i += 1) await heartbeat();
    await stage.clock.advance(3 * minute);
    const pair = ['served', 'put'];
    expect(stage.edge.asked).toEqual(['stored', 'put', ...pair, ...pair, ...pair]);
  });
});

describe('clocks that are set', () => {
  test('back: heartbeats go on, with the time that it is now', async () => {
    await stage.runUntilReady();
    stage.clock.setByMilliseconds = -60 * minute;
    await heartbeat();
    await heartbeat();
    const [first, second, third] = stage.edge.manifests;
    expect(second!.generatedAt).toBeLessThan(first!.generatedAt);
    expect(third!.generatedAt).toBeGreaterThan(second!.generatedAt);
    expect([second!.epoch, second!.serial]).toEqual([first!.epoch, 2]);
  });

  test('on: a snapshot of the future is refused, told, and tried again until the clock is right', async () => {
    await stage.runUntilReady();
    const rightNow = stage.clock.now();
    const reason = 'the edge answered 422: the manifest says that it was made 3600 seconds from now';
    stage.edge.answer = async () =>
      stage.edge.manifests.at(-1)!.generatedAt > rightNow + 30 * minute
        ? { kind: 'refused', reason }
        : { kind: 'stored' };
    stage.clock.setByMilliseconds = 60 * minute;
    stage.addService('web');
    await stage.until(() => stage.edge.manifests.length > 2, 5000);
    expect(stage.warnings).toEqual([`publishing failed: ${reason}; it is tried again`]);
    expect(stage.told('publish-failed').map((event) => event.reason)).toEqual(['refused', 'refused']);
    stage.clock.setByMilliseconds = 0;
    await stage.until(() => stage.images.length > 1, 5000);
  });
});

describe('what the edge answers from', () => {
  test('is put right when it is something else than was published', async () => {
    await stage.runUntilReady();
    const [first] = stage.edge.manifests;
    const other = { ...first!, sha256: '0'.repeat(64) };
    stage.edge.kept = { manifest: other, body: new Uint8Array() };
    await heartbeat();
    expect(stage.edge.asked).toEqual(['stored', 'put', 'served', 'served', 'put']);
    expect(stage.edge.kept?.manifest.serial).toBe(2);
    expect(stage.told('drifted')).toHaveLength(1);
    const { epoch } = first!;
    expect(stage.warnings).toEqual([
      `the edge answers from epoch ${epoch}, serial 1 of another writer, and not from what was published (epoch ${epoch}, serial 1): it is published again`,
    ]);
    await heartbeat();
    expect(stage.told('drifted')).toHaveLength(1);
  });

  test('is put right when it is nothing', async () => {
    await stage.runUntilReady();
    stage.edge.kept = undefined;
    await heartbeat();
    expect(stage.told('drifted')).toHaveLength(1);
    expect(stage.warnings[0]).toContain('the edge answers from nothing');
    expect(stage.edge.kept).toBeDefined();
  });

  test('is not complained of when it is only late to show', async () => {
    await stage.runUntilReady();
    const early = { ...stage.edge.kept!.manifest, serial: 0, sha256: '0'.repeat(64) };
    stage.edge.servedAnswer = async () => ({ kind: 'served', manifest: early });
    await heartbeat();
    expect(stage.told('drifted')).toEqual([]);
    expect(stage.warnings).toEqual([]);
  });

  test.for([
    { kind: 'unsupported' },
    { kind: 'refused', reason: 'no' },
    { kind: 'unavailable', reason: 'down', retryAfterSeconds: undefined },
  ] as const)('need not be known: $kind', async (answer) => {
    await stage.runUntilReady();
    stage.edge.servedAnswer = async () => answer;
    await heartbeat();
    expect(stage.warnings).toEqual([]);
  });
});
