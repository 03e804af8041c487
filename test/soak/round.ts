/** One round: histories of objects and faults at the same time, then quiet, then everything has to be as it should be. */
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../cluster/control-plane/wait-until.ts';
import { Chance } from '../cluster/differential/chance.ts';
import { ClusterState } from '../cluster/differential/cluster-state.ts';
import { historyOf } from '../cluster/differential/history/arbitrary.ts';
import { Changes } from '../cluster/faults/changes.ts';
import { anyFault, type Victims } from '../cluster/faults/random-faults.ts';
import { probed } from '../faults/law/readiness.ts';

/** More would be most of the cluster's names, whose deletion is held back. */
const slots = [0, 1];
const faultsPerRound = 3;
/** A history that a fault holds up ends with the faults. */
const pauseMilliseconds = 300;

/** Resolves to the faults that happened. Rejects with what is wrong. */
export async function playRound(victims: Victims, seed: number, round: number): Promise<readonly string[]> {
  const { plane, scene, agents } = victims;
  const state = new ClusterState(plane.plane.api);
  const changes = Changes.begin(plane.objects);
  const over = new AbortController();
  const playing = slots.map((slot) => play(state, seed, round * slots.length + slot, slot, over.signal));
  const chance = new Chance(`${seed} ${round}`);
  const happened: string[] = [];
  try {
    for (let fault = 0; fault < faultsPerRound; fault += 1) {
      happened.push(await anyFault(victims, chance));
      await sleep(chance.below(1500));
    }
  } finally {
    over.abort();
    await Promise.all(playing);
    await changes.stop();
  }
  const what = happened.join(', ');
  await settled(victims).catch(async (error: Error) => {
    const complaints = await Promise.all(
      agents.map(async ({ pid, url }) => `${pid}: ${(await probed(new URL('/readyz?verbose', url))).body}`),
    );
    throw new Error([`after ${what}: ${error.message}`, ...complaints, scene.log()].join('\n'));
  });
  scene.edge.publications.announcesDeletions = true;
  for (const slot of slots) {
    await clear(state, slot);
    await scene.untilCurrent();
  }
  scene.edge.publications.announcesDeletions = false;
  return happened;
}

/** What the API server refuses, or cannot take, is left out. */
async function play(
  state: ClusterState,
  seed: number,
  index: number,
  slot: number,
  signal: AbortSignal,
): Promise<void> {
  for (const step of historyOf(seed, index).steps) {
    if (signal.aborted) return;
    await state.take(step, slot).catch(() => {});
    await sleep(pauseMilliseconds, undefined, { signal }).catch(() => {});
  }
}

/** An API server that has just begun does not serve custom resources yet. */
async function clear(state: ClusterState, slot: number): Promise<void> {
  const attempt = (): Promise<boolean> =>
    state.clear([slot]).then(
      () => true,
      () => false,
    );
  await waitUntil(`slot ${slot} to be empty`, attempt, { timeoutSeconds: 60, intervalMilliseconds: 500 });
}

async function settled({ scene, agents, replace }: Victims): Promise<void> {
  // One that begins while it may not read ends at once, and is begun again, as Kubernetes does it.
  const revive = async (): Promise<void> => {
    for (const ended of agents.filter(({ exitCode }) => exitCode !== undefined)) await replace(ended);
  };
  const count = async (metric: string): Promise<number> => {
    const values = await Promise.all(agents.map((agent) => agent.metric(metric)));
    return values.reduce((sum, value) => sum + value, 0);
  };
  const isWhole = async (): Promise<boolean> => {
    await revive();
    return (await count('leader_election_master_status')) === 1 && (await count('kube_doh_ready')) === agents.length;
  };
  const limits = { timeoutSeconds: 60, intervalMilliseconds: 200 };
  await waitUntil('one agent to lead, and all to be ready', isWhole, limits);
  await scene.untilCurrent();
  scene.expectLaw();
}
