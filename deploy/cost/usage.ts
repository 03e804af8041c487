/** What a cluster and its clients use in a month. Pure; what is assumed is a number with a name. */

export interface ClusterSize {
  readonly services: number;
  readonly endpoints: number;
  /** A snapshot as it is sent, compressed. */
  readonly uploadOctets: number;
  /** CPU time of a publish, and of an isolate that takes a new snapshot. */
  readonly publishMilliseconds: number;
  readonly loadMilliseconds: number;
}

/**
 * Measured with the clusters of the benchmark (test/bench/cluster.ts), one address family: the octets are theirs, the times
 * those of a core that had other work too, rounded up.
 */
export const sizes: readonly ClusterSize[] = [
  { services: 100, endpoints: 1000, uploadOctets: 9_700, publishMilliseconds: 2, loadMilliseconds: 0.5 },
  { services: 1000, endpoints: 10_000, uploadOctets: 94_000, publishMilliseconds: 5, loadMilliseconds: 1.5 },
  { services: 5000, endpoints: 50_000, uploadOctets: 488_000, publishMilliseconds: 25, loadMilliseconds: 4 },
  { services: 10_000, endpoints: 150_000, uploadOctets: 1_367_000, publishMilliseconds: 150, loadMilliseconds: 6 },
];

export interface Habits {
  /** On average, day and night, each apart from the others. */
  readonly secondsBetweenChanges: number;
  /** `--publish-interval`. */
  readonly publishIntervalSeconds: number;
  readonly questionsPerMonth: number;
}

export const secondsPerMonth = 30 * 24 * 60 * 60;
/** Without a change the agent publishes as often. */
const heartbeatSeconds = 240;
/** Of the agent, which asks what is answered. */
const probeSeconds = 30;
/** Header fields, TLS and TCP of one publish. */
const overheadOctets = 4000;
/** Isolates that are asked at any moment, in all data centres. */
export const busyIsolates = 5;
/** Of one publish: two of the cluster's object, and two in which it and the Worker ask the registry. */
const objectRequestsPerPublish = 4;
/** While KV takes the value, the object waits, and 128 MB are counted for it. */
const objectSecondsPerPublish = 0.5;
const objectGigabytes = 0.128;
/** With the reading of the request and what it takes to find a token good. */
const questionMilliseconds = 0.5;
/** An isolate writes its counts this often, a point for each series that has changed. */
const pointSeconds = 10;
const seriesPerIsolate = 5;

export interface Usage {
  readonly publishes: number;
  readonly egressOctets: number;
  readonly requests: number;
  readonly cpuMilliseconds: number;
  readonly kvReads: number;
  readonly kvWrites: number;
  readonly objectRequests: number;
  readonly objectGigabyteSeconds: number;
  readonly dataPoints: number;
}

/** Upper bounds: each isolate looks for a newer snapshot once a second while it is asked, and no oftener than it is asked. */
export function usageOf(size: ClusterSize, habits: Habits): Usage {
  const { questionsPerMonth } = habits;
  const publishes = publishesPerMonth(habits);
  const probes = secondsPerMonth / probeSeconds;
  const looks = Math.min(questionsPerMonth, busyIsolates * secondsPerMonth);
  const points = (busyIsolates * secondsPerMonth * seriesPerIsolate) / pointSeconds;
  return {
    publishes,
    egressOctets: publishes * (size.uploadOctets + overheadOctets),
    requests: questionsPerMonth + publishes + probes,
    cpuMilliseconds:
      questionsPerMonth * questionMilliseconds +
      publishes * (size.publishMilliseconds + busyIsolates * size.loadMilliseconds),
    kvReads: looks,
    kvWrites: publishes,
    objectRequests: publishes * objectRequestsPerPublish + probes,
    objectGigabyteSeconds: publishes * objectSecondsPerPublish * objectGigabytes,
    dataPoints: Math.min(points, questionsPerMonth + publishes),
  };
}

function publishesPerMonth({ secondsBetweenChanges, publishIntervalSeconds }: Habits): number {
  const seconds = Math.max(secondsBetweenChanges, publishIntervalSeconds);
  return secondsPerMonth / Math.min(seconds, heartbeatSeconds);
}
