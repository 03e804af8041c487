/** One fault by chance, of everything that can happen between an agent, its API server and its edge. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FailureCode, Verb } from '../../demo/cluster/api/faults.ts';
import type { Chance } from '../cluster/differential/chance.ts';
import type { EmbeddedScene } from './embedded-scene.ts';
import type { EdgeFault } from './faulty-edge.ts';

/** Resolves when the fault is over, or left to go on until `mend`. */
type Fault = (scene: EmbeddedScene, chance: Chance) => void | Promise<void>;

const resources = ['namespaces', 'services', 'endpointslices'] as const;
const codes: readonly FailureCode[] = [410, 429, 500, 503];

const faults: Readonly<Record<string, Fault>> = {
  'watches end': ({ cluster }) => cluster.faults.closeWatches(),
  'watches break in the middle of a line': ({ cluster }, chance) =>
    cluster.faults.resetWatches(chance.oneOf(resources)),
  'watches are told 410': ({ cluster }, chance) => cluster.faults.expireWatches(chance.oneOf(resources)),
  'a watch falls silent': ({ cluster }, chance) => cluster.faults.stallWatches(chance.oneOf(resources)),
  'requests fail': ({ cluster }, chance) => {
    const verb = chance.oneOf<Verb>(['list', 'watch']);
    cluster.faults.failNext(chance.oneOf(resources), chance.oneOf(codes), 1 + chance.below(4), verb);
    cluster.link.reset();
  },
  'watching is forbidden': ({ cluster }, chance) => {
    const resource = chance.oneOf(resources);
    cluster.faults.forbid(resource, 'watch');
    cluster.faults.resetWatches(resource);
  },
  'reading is forbidden': ({ cluster }) => {
    for (const resource of resources) for (const verb of verbs) cluster.faults.forbid(resource, verb);
    cluster.link.reset();
  },
  'the token is refused': ({ cluster }) => {
    cluster.faults.refusesCredentials = true;
    cluster.link.reset();
  },
  'the history is forgotten': ({ cluster }, chance) => {
    cluster.faults.tooOldWatches = chance.oneOf(['error-event', 'http-status']);
    cluster.store.compact();
    cluster.link.reset();
  },
  'lists cannot be streamed': ({ cluster }, chance) => {
    cluster.faults.initialEvents = chance.oneOf(['refused', 'ignored']);
    cluster.faults.expireWatches();
  },
  'lists break while they are streamed': ({ cluster }, chance) => {
    cluster.faults.initialEventsBeforeReset = chance.below(40);
    cluster.faults.expireWatches();
  },
  'connections are reset': ({ cluster }) => cluster.link.reset(),
  'connections are forgotten': ({ cluster }) => cluster.link.freeze(),
  'new connections break': async ({ cluster }, chance) => {
    await cluster.link.set('breaking');
    cluster.link.reset();
    await sleep(chance.below(100));
  },
  'new connections are silent': async ({ cluster }) => {
    await cluster.link.set('silent');
    cluster.link.reset();
  },
  'the server is away': async ({ cluster }, chance) => {
    await cluster.link.set('down');
    await sleep(chance.below(100));
  },
  'answers are cut off': ({ cluster }, chance) => {
    cluster.link.cutAfterOctets = 1 + chance.below(20_000);
    cluster.link.reset();
  },
  'answers are slow': ({ cluster }, chance) => {
    cluster.link.delayMilliseconds = 1 + chance.below(60);
  },
  'the server comes back with older versions': ({ cluster }) => cluster.restore(),
  'the server comes back empty, for a while': ({ cluster }, chance) =>
    cluster.whileEmpty(() => sleep(50 + chance.below(150))),
  'the edge fails': ({ edge }, chance) => edgeFails(edge.faults, () => anyEdgeFault(chance), 1 + chance.below(3)),
  'the edge is away': async ({ edge }, chance) => {
    await edge.faults.down();
    await sleep(chance.below(150));
    await edge.faults.up();
  },
  'another agent has published': ({ edge }, chance) => {
    const { epoch = 1, serial = 1 } = edge.publications.last?.manifest ?? {};
    const newer = { kind: 'not-newer', epoch: epoch + chance.below(3), serial: serial + chance.below(5) } as const;
    edgeFails(edge.faults, () => newer, 1);
  },
};

const verbs: readonly Verb[] = ['list', 'watch'];

export const faultNames = Object.keys(faults);

export async function anyFault(scene: EmbeddedScene, chance: Chance): Promise<string> {
  const name = chance.oneOf(faultNames);
  await faults[name]!(scene, chance);
  return name;
}

/** Ends all that goes on. */
export async function mend({ cluster, edge }: EmbeddedScene): Promise<void> {
  for (const resource of resources) for (const verb of verbs) cluster.faults.allow(resource, verb);
  cluster.faults.refusesCredentials = false;
  cluster.faults.initialEvents = 'served';
  cluster.faults.initialEventsBeforeReset = undefined;
  cluster.link.cutAfterOctets = undefined;
  cluster.link.delayMilliseconds = 0;
  await cluster.link.set('well');
  edge.faults.faultOf = () => undefined;
  await edge.faults.up();
}

function edgeFails(edge: EmbeddedScene['edge']['faults'], next: () => EdgeFault, times: number): void {
  let left = times;
  edge.faultOf = () => {
    left -= 1;
    return left >= 0 ? next() : undefined;
  };
}

function anyEdgeFault(chance: Chance): EdgeFault {
  switch (chance.below(5)) {
    case 0:
      return { kind: 'status', status: chance.oneOf([429, 503]), retryAfterSeconds: 1 + chance.below(5) };
    case 1:
      return { kind: 'status', status: chance.oneOf([500, 502]) };
    case 2:
      return { kind: 'broken-body' };
    case 3:
      return { kind: 'lost-answer' };
    default:
      return { kind: 'silence' };
  }
}
