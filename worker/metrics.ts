/**
 * What the Worker does, counted for operators (docs/metrics.md). Counts lie in memory until the first request after a
 * while, which hands them over: there is no timer, and nothing is written for each request.
 */
import type { ClusterId } from '../zone/cluster-id.ts';
import type { DataPoint, Lifetime, Machine, MetricsSink } from './environment.ts';
import { type Rcode, rcodes } from './message/rcode.ts';
import type { TroubleLog } from './trouble-log.ts';

const intervalMilliseconds = 10_000;
/** As many the platform takes in one request, with some to spare. */
const maxPoints = 200;
/** Of one kind; what comes on top is counted without its name. */
const maxNames = 1000;

/** How often, by name and by what became of it. */
type Counts = Map<string, Map<string, number>>;

export class Metrics {
  readonly #sink: MetricsSink;
  readonly #machine: Machine;
  readonly #troubles: TroubleLog;
  readonly #requests: Counts = new Map();
  readonly #answers: Counts = new Map();
  readonly #loads: Counts = new Map();
  /** Of the newest snapshot that was loaded, in Unix milliseconds. */
  readonly #generatedAt = new Map<ClusterId, number>();
  /** Unix milliseconds; undefined before the first request. */
  #dueAt: number | undefined;

  constructor(sink: MetricsSink, machine: Machine, troubles: TroubleLog) {
    this.#sink = sink;
    this.#machine = machine;
    this.#troubles = troubles;
  }

  /** The end of a request; `route` is the pattern of its path, empty where there is none. */
  requested(route: string, status: number, lifetime: Lifetime | undefined): void {
    count(this.#requests, route, statusTexts[status] ?? String(status));
    const now = this.#machine.now();
    this.#dueAt ??= now + intervalMilliseconds;
    if (now < this.#dueAt) return;
    this.#dueAt = now + intervalMilliseconds;
    const handedOver = this.#handOver(now);
    lifetime?.waitUntil(handedOver);
  }

  /** A DNS answer; `cluster` undefined where it is not registered. */
  answered(cluster: ClusterId | undefined, rcode: Rcode | undefined): void {
    count(this.#answers, cluster ?? '', rcode ?? '');
  }

  /** A DNS answer as it was sent. */
  repeated(cluster: ClusterId, answer: Uint8Array): void {
    this.answered(cluster, rcodeNames[answer[rcodeAt]! & rcodeBits]);
  }

  loaded(cluster: ClusterId, generatedAt: number): void {
    count(this.#loads, cluster, 'loaded');
    this.#generatedAt.set(cluster, generatedAt);
  }

  notLoaded(cluster: ClusterId, why: 'damaged' | 'unreachable'): void {
    count(this.#loads, cluster, why);
  }

  async #handOver(now: number): Promise<void> {
    const points: DataPoint[] = [];
    const add = (what: string, route: string, status: string, rcode: string, cluster: string, value: number): void => {
      points.push({ indexes: [cluster], blobs: [what, route, status, rcode, cluster], doubles: [value] });
    };
    for (const [route, results] of taken(this.#requests, points)) {
      for (const [status, times] of results) add('requests', route, status, '', '', times);
    }
    for (const [cluster, results] of taken(this.#loads, points)) {
      for (const [result, times] of results) add('loads', '', result, '', cluster, times);
    }
    for (const [cluster, results] of taken(this.#answers, points)) {
      for (const [rcode, times] of results) add('answers', '', '', rcode, cluster, times);
      // Of a cluster that nobody asks, nobody here knows how old it is.
      const generatedAt = this.#generatedAt.get(cluster as ClusterId);
      if (generatedAt !== undefined) add('age', '', '', '', cluster, (now - generatedAt) / 1000);
    }
    try {
      await Promise.all(points.map(async (point) => this.#sink.writeDataPoint(point)));
    } catch (error) {
      this.#troubles.note('metrics are not written', error);
    }
  }
}

/** The low bits of the RCODE, in the header (RFC 1035 §4.1.1). */
const rcodeAt = 3;
const rcodeBits = 15;
const rcodeNames: (Rcode | undefined)[] = [];
for (const [name, code] of Object.entries(rcodes)) rcodeNames[code] = name as Rcode;

/** Most are these; a text made anew each time would cost more than all the rest. */
const statusTexts: Readonly<Record<number, string>> = { 200: '200' };

function count(counts: Counts, name: string, result: string): void {
  let results = counts.get(name);
  if (results === undefined) {
    const kept = counts.size < maxNames ? name : '';
    results = counts.get(kept) ?? new Map();
    counts.set(kept, results);
  }
  results.set(result, (results.get(result) ?? 0) + 1);
}

/** What is taken is not there any more. What is too much for one request stays for the next one. */
function* taken(counts: Counts, points: readonly DataPoint[]): Generator<readonly [string, Map<string, number>]> {
  for (const entry of counts) {
    if (points.length >= maxPoints) return;
    counts.delete(entry[0]);
    yield entry;
  }
}
