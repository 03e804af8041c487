/** How the agent ends. */
import { afterEach, describe, expect, test } from 'vitest';
import { alwaysLeading, type Leadership } from '../../sync-agent/leader/leadership.ts';
import type { EdgeAnswer } from '../../sync-agent/publish/edge.ts';
import { minute, useStage } from './agent-stage.ts';

const stage = useStage();

/** An edge that answers a write when the test says so; `order` takes what happens. */
function slowWrites(order: string[]): (answer: EdgeAnswer) => void {
  const { promise, resolve } = Promise.withResolvers<EdgeAnswer>();
  stage.edge.answer = async (signal) => {
    signal.addEventListener('abort', () => order.push('write given up'));
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    const answer = await Promise.race([promise, aborted]);
    order.push('write finished');
    return answer;
  };
  return resolve;
}

/** Leads until the signal aborts, then lets the others begin when it has settled. */
function leadershipNoting(order: string[], leadsUntil = Number.POSITIVE_INFINITY): Leadership {
  return {
    ...alwaysLeading,
    leadsUntil,
    run: async (lead, signal) => {
      await lead(signal);
      order.push(`released with ${stage.api.open} watches open`);
    },
  };
}

describe('it ends with the signal and leaves nothing open', () => {
  test('while it watches', async () => {
    const order: string[] = [];
    const end = stage.run({ leadership: leadershipNoting(order) });
    await stage.until(() => stage.readyCount > 0);
    expect(stage.api.open).toBe(3);
    stage.stop.abort();
    await end;
    expect(order).toEqual(['released with 0 watches open']);
  });

  test('while the edge does not answer a write, after ten seconds', async () => {
    const order: string[] = [];
    slowWrites(order);
    const end = stage.run({ leadership: leadershipNoting(order) });
    await stage.until(() => stage.edge.manifests.length > 0);
    stage.stop.abort();
    await stage.clock.advance(9900);
    expect(order).toEqual([]);
    await stage.clock.advance(200);
    await end;
    expect(order).toEqual(['write given up', 'released with 0 watches open']);
  });

  test('while the edge does not answer a write, before the Lease runs out', async () => {
    const order: string[] = [];
    slowWrites(order);
    const end = stage.run({ leadership: leadershipNoting(order, stage.clock.steadyNow() + 20_000) });
    await stage.until(() => stage.edge.manifests.length > 0);
    await stage.clock.advance(17_000);
    stage.stop.abort();
    await stage.clock.advance(3000 + 100);
    await end;
    expect(order).toEqual(['write given up', 'released with 0 watches open']);
  });

  test('while the edge does not answer what is stored', async () => {
    stage.edge.storedAnswer = () => new Promise(() => {});
    const end = stage.run();
    await stage.arrived(() => stage.edge.asked.length > 0);
    stage.edge.storedAnswer = undefined;
    stage.stop.abort();
    await end;
  });

  test('while the cluster does not answer', async () => {
    stage.cluster.faults.failNext('services', 503, 1000);
    const end = stage.run();
    await stage.arrived(() => stage.log.lines.length > 0);
    stage.stop.abort();
    await end;
  });

  test('before it has begun', async () => {
    stage.stop.abort();
    await stage.run();
    expect(stage.api.listed).toEqual([]);
  });

  test('in order: watches, a write that is under way, the Lease', async () => {
    const order: string[] = [];
    const finishWrite = slowWrites(order);
    const end = stage.run({ leadership: leadershipNoting(order) });
    await stage.until(() => stage.edge.manifests.length > 0);
    expect(stage.status()).toMatchObject({ isEnding: false, isLeading: true });
    stage.stop.abort();
    expect(stage.status()).toMatchObject({ isEnding: true });
    await stage.arrived(() => stage.cluster.faults.countWatches() === 0);
    order.push('watches closed');
    finishWrite({ kind: 'stored' });
    await end;
    expect(order).toEqual(['watches closed', 'write finished', 'released with 0 watches open']);
    expect(stage.images).toHaveLength(1);
  });

  afterEach(async () => {
    stage.stop.abort();
    await stage.arrived(() => stage.cluster.faults.countWatches() === 0);
    expect(stage.clock.sleeping).toBe(0);
    const { length } = stage.edge.manifests;
    await stage.clock.advance(10 * minute);
    expect(stage.edge.manifests).toHaveLength(length);
  });
});

test('an error in what it tells ends it with that error', async () => {
  const onPublished = () => {
    throw new Error('no more');
  };
  const end = stage.run({ onPublished });
  await stage.until(() => stage.edge.manifests.length > 0);
  await expect(end).rejects.toThrow('no more');
});
