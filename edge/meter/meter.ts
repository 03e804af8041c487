/**
 * What the self-hosted edge counts: what the Worker reports, how the store fares, and how often workerd had to be started.
 * Counts begin again when this process does, and go on when workerd is started anew.
 */
import type { StoreOperation } from '../store/kv-server.ts';
import { exposition } from './exposition.ts';
import type { Point } from './point.ts';
import { Series } from './series.ts';

/** The Worker tells the age of a cluster that is asked every ten seconds; of one that is not, nobody knows it. */
const keptAgeMilliseconds = 5 * 60 * 1000;

export class Meter {
  readonly #requests = new Series({
    name: 'kube_doh_edge_requests_total',
    type: 'counter',
    help: 'Requests that were answered, by route and HTTP status.',
  });
  readonly #answers = new Series({
    name: 'kube_doh_edge_answers_total',
    type: 'counter',
    help: 'DNS answers, by cluster and response code.',
  });
  readonly #loads = new Series({
    name: 'kube_doh_edge_snapshot_loads_total',
    type: 'counter',
    help: 'Snapshots that were read from the store, and how that went.',
  });
  readonly #ages = new Series({
    name: 'kube_doh_edge_snapshot_age_seconds',
    type: 'gauge',
    help: 'Age of the snapshot that is answered from, of clusters that were asked in the last minutes.',
    keptMilliseconds: keptAgeMilliseconds,
  });
  readonly #operations = new Series({
    name: 'kube_doh_edge_store_operations_total',
    type: 'counter',
    help: 'Reads, writes, deletions and lists of the store on disk, and how they went.',
  });
  readonly #starts = new Series({
    name: 'kube_doh_edge_workerd_restarts_total',
    type: 'counter',
    help: 'How often workerd ended and was started again.',
  });
  readonly #lost = new Series({
    name: 'kube_doh_edge_points_lost_total',
    type: 'counter',
    help: 'Points of the Worker that were not counted: unknown, or of too many series.',
  });
  readonly #processStart = Date.now();

  constructor() {
    this.#starts.set({}, 0);
    this.#lost.set({}, 0);
  }

  readonly take = (points: readonly Point[]): void => {
    for (const point of points) if (!this.#isCounted(point)) this.#lost.add({});
  };

  readonly noteStoreOperation = ({ operation, result }: StoreOperation): void => {
    this.#operations.add({ operation, result });
  };

  readonly noteRestart = (): void => {
    this.#starts.add({});
  };

  /** For Prometheus. */
  text(): string {
    const series = [this.#requests, this.#answers, this.#loads, this.#ages, this.#operations, this.#starts, this.#lost];
    return exposition([...series.map((each) => each.metric()), ...processMetrics(this.#processStart)]);
  }

  /** False for a point that is not known, or of too many. */
  #isCounted({ what, route, status, rcode, cluster, value }: Point): boolean {
    switch (what) {
      case 'requests':
        return this.#requests.add({ route, status }, value);
      case 'answers':
        return this.#answers.add({ cluster, rcode }, value);
      case 'loads':
        return this.#loads.add({ cluster, result: status }, value);
      case 'age':
        return this.#ages.set({ cluster }, value);
      default:
        return false;
    }
  }
}

/** Of this process; workerd is another one. */
function processMetrics(startedAt: number): Parameters<typeof exposition>[0] {
  const { user, system } = process.cpuUsage();
  return [
    {
      name: 'process_start_time_seconds',
      type: 'gauge',
      help: 'When the process in front of workerd began, in Unix time.',
      samples: [{ labels: {}, value: startedAt / 1000 }],
    },
    {
      name: 'process_cpu_seconds_total',
      type: 'counter',
      help: 'CPU time of the process in front of workerd.',
      samples: [{ labels: {}, value: (user + system) / 1e6 }],
    },
    {
      name: 'process_resident_memory_bytes',
      type: 'gauge',
      help: 'Memory that the process in front of workerd holds.',
      samples: [{ labels: {}, value: process.memoryUsage.rss() }],
    },
  ];
}
