/** The agent publishes in the terms in which it leads, and only then. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { AgentOptions, Leadership } from '../../sync-agent/agent.ts';
import type { EdgeAnswer } from '../../sync-agent/publish/edge.ts';
import { minute, names, useStage } from './agent-stage.ts';

const stage = useStage();

/** Leads when the test says so. */
class TestLeadership implements Leadership {
  isLeading = false;
  /** Terms that are over, and in which nothing goes on. */
  settledCount = 0;
  #isWanted = false;
  #wake = (): void => {};
  #term: AbortController | undefined;

  async run(lead: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => {
      this.lose();
      this.#wake();
    });
    while (!signal.aborted) {
      if (this.#isWanted) {
        this.#term = new AbortController();
        this.isLeading = true;
        await lead(this.#term.signal);
        this.settledCount += 1;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  win(): void {
    this.#isWanted = true;
    this.#wake();
  }

  lose(): void {
    this.#isWanted = false;
    this.isLeading = false;
    this.#term?.abort(new Error('the term is over'));
  }
}

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

  test('that is over before it is known which cluster this is begins nothing', async () => {
    stage.cluster.faults.failNext('namespaces', 503, 1000, 'get');
    run();
    leadership.win();
    await stage.until(() => stage.status().isSynced);
    leadership.lose();
    await stage.arrived(() => leadership.settledCount === 1);
    expect(stage.edge.asked).toEqual([]);
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
    stage.edge.kept = { ...kept!, manifest: stage.edge.kept!.manifest };
    leadership.lose();
    leadership.win();
    await stage.until(() => stage.images.length > length, 50);
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
    await stage.clock.advance(10 * minute);
    expect(stage.status().unpublishedSince).toBe(since);
    stage.edge.answer = undefined;
    await stage.until(() => stage.images.length > 1, 1000);
    expect(stage.status().unpublishedSince).toBeUndefined();
  });

  test('the loop is alive while it waits for changes, and not while the edge does not answer', async () => {
    await runAndLead();
    await stage.clock.advance(3 * minute);
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
