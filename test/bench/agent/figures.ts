/** What is measured of an agent, and of CoreDNS beside it. */
import type { AgentSizes } from './sizes.ts';

export interface HeldFigures {
  /** Medians over several starts. */
  readonly agent: StartFigures;
  readonly coredns: StartFigures;
  /** Of the peaks of memory: the largest, of those who were started together. */
  readonly memoryRatio: number;
}

export interface StartFigures {
  /** From the start of the process until the first snapshot was stored, or the first name answered. */
  readonly startSeconds: number;
  /** After some changes. */
  readonly peakOctets: number;
}

export interface ChurningFigures {
  readonly changes: number;
  readonly elapsedSeconds: number;
  /** From a change to the snapshot in edge KV, seen from outside. */
  readonly p50Seconds: number;
  readonly p99Seconds: number;
  readonly agent: LoadFigures;
  readonly coredns: LoadFigures;
  /** Writes of snapshots. */
  readonly writes: number;
  /** As many as the publish interval leaves room for. */
  readonly maxWrites: number;
}

export interface LoadFigures {
  /** Of one core, while there were changes. */
  readonly cpuShare: number;
  readonly peakOctets: number;
  /** By its own histogram of how long it takes: the limits of the buckets. */
  readonly p50Bucket: number | undefined;
  readonly p99Bucket: number | undefined;
}

export interface AgentFigures {
  readonly sizes: AgentSizes;
  readonly held: HeldFigures;
  readonly churning: ChurningFigures;
}
