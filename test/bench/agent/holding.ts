/** What it takes to begin, and to hold a cluster that is quiet. */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../statistics.ts';
import { AwaitedChanges } from './awaited-changes.ts';
import { Changes } from './changes.ts';
import type { HeldFigures, StartFigures } from './figures.ts';
import { peakMemoryOctets } from './process-figures.ts';
import { type Running, Setting } from './setting.ts';
import type { HeldSize } from './sizes.ts';

/** The first finds nothing published, the others what the one before left. */
const starts = 3;
/** As much as happens in a quiet cluster, so that what is published once in a while is a part of the peak. */
const changesPerSecond = 2;
const changingSeconds = 10;
/** For what is collected in idle time. */
const settleMilliseconds = 2000;

/** `coredns` is an executable. */
export async function measureHolding(
  size: HeldSize,
  coredns: string,
  log: (line: string) => void,
): Promise<HeldFigures> {
  await using setting = await Setting.create(size, log);
  const changes = new Changes(setting.api, setting.cluster);
  const pairs: { readonly agent: StartFigures; readonly coredns: StartFigures }[] = [];
  for (let start = 1; start <= starts; start += 1) {
    log(`start ${start} of ${starts} …`);
    pairs.push(await measureStart(setting, coredns, changes));
  }
  return {
    agent: medians(pairs.map(({ agent }) => agent)),
    coredns: medians(pairs.map((one) => one.coredns)),
    memoryRatio: Math.max(...pairs.map((one) => one.agent.peakOctets / one.coredns.peakOctets)),
  };
}

/** One after the other, lest they take each other's processors; then both, as the cluster changes a little. */
async function measureStart(
  setting: Setting,
  executable: string,
  changes: Changes,
): Promise<{ agent: StartFigures; coredns: StartFigures }> {
  await using running = new AsyncDisposableStack();
  const coredns = running.adopt(await setting.startCoreDns(executable), stop);
  const agent = running.adopt(await setting.startAgent(), stop);
  const awaited = new AwaitedChanges();
  setting.edge.onSnapshot((body) => awaited.note(body));
  const changing = changes.make(changesPerSecond, changingSeconds, (change) => awaited.add(change));
  await Promise.race([changing.then(() => awaited.allPublished()), agent.program.failure]);
  await sleep(settleMilliseconds);
  return { agent: figuresOf(agent), coredns: figuresOf(coredns) };
}

function stop({ program }: Running): Promise<void> {
  return program.stop();
}

function figuresOf({ program, startSeconds }: Running): StartFigures {
  return { startSeconds, peakOctets: peakMemoryOctets(program.processId) };
}

function medians(all: readonly StartFigures[]): StartFigures {
  return {
    startSeconds: median(all.map(({ startSeconds }) => startSeconds)),
    peakOctets: median(all.map(({ peakOctets }) => peakOctets)),
  };
}
