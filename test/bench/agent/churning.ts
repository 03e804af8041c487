/** What it takes to follow a cluster that changes all the time, and how far behind it is. */
import { percentile } from '../statistics.ts';
import { AwaitedChanges } from './awaited-changes.ts';
import { Changes } from './changes.ts';
import type { ChurningFigures, LoadFigures } from './figures.ts';
import { bucketOf, difference, type Histogram, readHistogram } from './histogram.ts';
import { cpuSeconds, peakMemoryOctets } from './process-figures.ts';
import { type Running, Setting } from './setting.ts';
import type { ChurningSize } from './sizes.ts';

/** The agent's default. */
const publishIntervalSeconds = 3;

/** `coredns` is an executable that tells its metrics. */
export async function measureChurning(
  size: ChurningSize,
  coredns: string,
  log: (line: string) => void,
): Promise<ChurningFigures> {
  await using setting = await Setting.create(size, log);
  await using running = new AsyncDisposableStack();
  const stop = ({ program }: Running): Promise<void> => program.stop();
  const server = running.adopt(await setting.startCoreDns(coredns), stop);
  const agent = running.adopt(await setting.startAgent(), stop);
  const awaited = new AwaitedChanges();
  setting.edge.onSnapshot((body) => awaited.note(body));
  const { changesPerSecond, seconds } = size;
  log(`${changesPerSecond} changes a second for ${seconds} s …`);
  const loads = await Promise.all([Load.begin(agent, agentHistogram), Load.begin(server, corednsHistogram)]);
  const writesBefore = setting.edge.writes;
  const startedAt = performance.now();
  const changing = new Changes(setting.api, setting.cluster).make(changesPerSecond, seconds, (one) => awaited.add(one));
  await Promise.race([changing.then(() => awaited.allPublished()), agent.program.failure, server.program.failure]);
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  const [ofAgent, ofCoreDns] = await Promise.all(loads.map((load) => load.end(elapsedSeconds)));
  return {
    changes: awaited.seconds.length,
    elapsedSeconds,
    p50Seconds: percentile(awaited.seconds, 50),
    p99Seconds: percentile(awaited.seconds, 99),
    agent: ofAgent!,
    coredns: ofCoreDns!,
    writes: setting.edge.writes - writesBefore,
    maxWrites: Math.floor(elapsedSeconds / publishIntervalSeconds) + 1,
  };
}

function agentHistogram(metrics: string): Histogram {
  return readHistogram(metrics, 'kube_doh_dns_programming_duration_seconds', { stage: 'published' });
}

function corednsHistogram(metrics: string): Histogram {
  return readHistogram(metrics, 'coredns_kubernetes_dns_programming_duration_seconds');
}

/** What one of them spends from one moment to another. */
class Load {
  readonly #one: Running;
  readonly #read: (metrics: string) => Histogram;
  readonly #histogram: Histogram;
  readonly #cpuSeconds: number;

  private constructor(one: Running, read: (metrics: string) => Histogram, histogram: Histogram) {
    this.#one = one;
    this.#read = read;
    this.#histogram = histogram;
    this.#cpuSeconds = cpuSeconds(one.program.processId);
  }

  static async begin(one: Running, read: (metrics: string) => Histogram): Promise<Load> {
    return new Load(one, read, read(await one.metrics()));
  }

  async end(elapsedSeconds: number): Promise<LoadFigures> {
    const { processId } = this.#one.program;
    const cpuShare = (cpuSeconds(processId) - this.#cpuSeconds) / elapsedSeconds;
    const histogram = difference(this.#read(await this.#one.metrics()), this.#histogram);
    return {
      cpuShare,
      peakOctets: peakMemoryOctets(processId),
      p50Bucket: bucketOf(histogram, 50),
      p99Bucket: bucketOf(histogram, 99),
    };
  }
}
