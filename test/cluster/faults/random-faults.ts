/** One fault by chance, of everything that happens to a real cluster, its agents and their edge. */
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentProcess } from '../../faults/agent-process.ts';
import type { EdgeFault } from '../../faults/faulty-edge.ts';
import type { FaultyLink } from '../../faults/faulty-link.ts';
import type { Chance } from '../differential/chance.ts';
import type { OwnPlane } from './own-plane.ts';
import type { Scene } from './scene.ts';

export interface Victims {
  readonly plane: OwnPlane;
  /** Between agents and API server. */
  readonly link: FaultyLink;
  readonly scene: Scene;
  readonly agents: readonly AgentProcess[];
  /** Takes the place of one that was killed. */
  readonly replace: (killed: AgentProcess) => Promise<void>;
  /** Of the agents' account, which may do everything that they need while it is bound. */
  readonly setBound: (isBound: boolean) => Promise<void>;
  /** Read by the agents at SIGUSR2. */
  readonly clockFile: string;
}

/** Resolves when it is over. */
type Fault = (victims: Victims, chance: Chance) => Promise<void>;

const edgeFaults: readonly EdgeFault[] = [
  { kind: 'status', status: 429, retryAfterSeconds: 1 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'broken-body' },
  { kind: 'lost-answer' },
];

const faults: Readonly<Record<string, Fault>> = {
  'the API server is killed and started again': async ({ plane }, chance) => {
    await plane.kill('kube-apiserver');
    await sleep(chance.below(2000));
    await plane.run('kube-apiserver');
  },
  'the API server stands still': async ({ plane }, chance) => {
    await plane.signal('kube-apiserver', 'SIGSTOP');
    await sleep(500 + chance.below(3000));
    await plane.signal('kube-apiserver', 'SIGCONT');
  },
  'etcd stands still': async ({ plane }, chance) => {
    await plane.signal('etcd', 'SIGSTOP');
    await sleep(500 + chance.below(2000));
    await plane.signal('etcd', 'SIGCONT');
  },
  'the past is compacted away behind a broken link': async ({ plane, link }) => {
    await link.set('breaking');
    link.reset();
    await plane.compact();
    await plane.restartApiServer();
    await link.set('well');
  },
  'connections are reset': async ({ link }) => link.reset(),
  'the link is down': async ({ link }, chance) => {
    await link.set('down');
    await sleep(chance.below(4000));
    await link.set('well');
  },
  'the link cuts answers off': async ({ link }, chance) => {
    link.cutAfterOctets = 2000 + chance.below(40_000);
    link.reset();
    await sleep(chance.below(4000));
    link.cutAfterOctets = undefined;
  },
  'the link is slow': async ({ link }, chance) => {
    link.delayMilliseconds = 50 + chance.below(300);
    await sleep(chance.below(4000));
    link.delayMilliseconds = 0;
  },
  'permissions are taken away': async ({ setBound, link }, chance) => {
    await setBound(false);
    link.reset();
    await sleep(chance.below(3000));
    await setBound(true);
  },
  'an agent is killed': async ({ agents, replace }, chance) => {
    const killed = chance.oneOf(agents);
    killed.kill('SIGKILL');
    await sleep(chance.below(3000));
    await replace(killed);
  },
  'an agent stands still': async ({ agents }, chance) => {
    const stopped = chance.oneOf(agents);
    stopped.kill('SIGSTOP');
    await sleep(chance.below(6000));
    stopped.kill('SIGCONT');
  },
  'the agents’ clocks are set': async ({ agents, clockFile }, chance) => {
    // The edge refuses what is of the future, but for a minute.
    for (const offByMilliseconds of [chance.oneOf([-7_200_000, 30_000]), 0]) {
      writeFileSync(clockFile, String(offByMilliseconds));
      for (const agent of agents) agent.kill('SIGUSR2');
      await sleep(500 + chance.below(2000));
    }
  },
  'the edge fails': async ({ scene }, chance) => {
    scene.edge.faults.faultOf = () => (chance.oneIn(2) ? chance.oneOf(edgeFaults) : undefined);
    await sleep(chance.below(5000));
    scene.edge.faults.faultOf = () => undefined;
  },
  'the edge is away': async ({ scene }, chance) => {
    await scene.edge.faults.down();
    await sleep(chance.below(4000));
    await scene.edge.faults.up();
  },
  'the edge loses everything': async ({ scene }) => scene.edge.loseEverything(),
};

/** Resolves to what it was, when it is over. */
export async function anyFault(victims: Victims, chance: Chance): Promise<string> {
  const name = chance.oneOf(Object.keys(faults));
  await faults[name]!(victims, chance);
  return name;
}
