/**
 * Isolates under Workers KV as it is, with failures, delays, agents that follow each other, keys that are replaced, KV that
 * is restored, and objects that restart or lose what they knew: they never go back, never mix snapshots, never say that a
 * name does not exist for lack of data, and come up to date within a stated time once the trouble ends. Nothing is stored
 * under a key that was taken away before. Readers that are wrong in one way each are found out.
 */
import { describe, expect, test } from 'vitest';
import { Directory } from '../../../worker/clusters/directory.ts';
import { loadWanted } from '../../../worker/snapshots/load.ts';
import { type Served, servedFrom } from '../../../worker/snapshots/served.ts';
import { clusterId } from '../support/agent.ts';
import { answerFrom } from '../support/isolate.ts';
import type { SimulatedTime } from '../support/simulated-time.ts';
import type { KvLocation } from '../support/workers-kv.ts';
import { type Answering, isolate, type Making, simulate } from './simulation.ts';

const seeds = Array.from({ length: 8 }, (_, i) => i + 1);

/** Each runs for a quarter of an hour of its own time. */
const timeout = 30_000;

describe('isolates of three locations', { timeout }, () => {
  test.for(seeds)('seed %i', async (seed) => {
    const { wrong, answers } = await simulate(seed, isolate);
    expect([...wrong]).toEqual([]);
    expect(answers['NOERROR']).toBeGreaterThan(500);
    expect(answers['NXDOMAIN']).toBeUndefined();
  });

  test('have real trouble', async () => {
    const { answers, refusals } = await simulate(3, isolate);
    expect(answers['SERVFAIL']).toBeGreaterThan(0);
    for (const code of ['NOT_NEWER', 'WRONG_SIGNATURE', 'not-stored']) expect(refusals[code]).toBeGreaterThan(0);
  });
});

/** Asks KV for every question and believes it. */
async function believe(store: KvLocation, time: SimulatedTime): Promise<Served> {
  const cluster = clusterId('local');
  try {
    const registration = await new Directory(store, time).of(cluster);
    if (registration === undefined) return { kind: 'absent' };
    const loading = await loadWanted(store, cluster, registration, () => true);
    if (loading.kind !== 'loaded') return { kind: 'absent' };
    const { image, signed } = loading.snapshot;
    return servedFrom(image, signed, registration);
  } catch {
    return { kind: 'unreachable' };
  }
}

function looking(read: () => Promise<Served>, time: SimulatedTime): Answering {
  return {
    look: async () => {
      const served = await read();
      return { served, ask: (name) => answerFrom(served, name, 'A', time.now()) };
    },
  };
}

const wrongReaders: Readonly<Record<string, Making>> = {
  'an older snapshot': (store, time) => looking(() => believe(store, time), time),
  'two snapshots in one answer': (store, time) => ({
    look: async () => {
      const served = await believe(store, time);
      return { served, ask: async (name) => answerFrom(await believe(store, time), name, 'A', time.now()) };
    },
  }),
  'not up to date': (store, time) => {
    let first: Served | undefined;
    const read = async (): Promise<Served> => {
      if (first?.kind !== 'live') first = await believe(store, time);
      return first;
    };
    return looking(read, time);
  },
  'NXDOMAIN for a name that was always there': (store, time) => {
    const read = async (): Promise<Served> => {
      const served = await believe(store, time);
      if (served.kind !== 'live') return served;
      const forward = served.zones.forward.map((zone) => Object.assign(Object.create(zone), { find: () => undefined }));
      return { ...served, zones: { ...served.zones, forward } };
    };
    return looking(read, time);
  },
};

describe('a wrong reader is found out', { timeout }, () => {
  test.for(Object.entries(wrongReaders))('%s', async ([finding, make]) => {
    const { wrong } = await simulate(1, make, 12);
    expect(wrong).toContain(finding);
  });
});
