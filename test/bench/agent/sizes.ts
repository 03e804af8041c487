/** The clusters that an agent is measured with, and what it may cost. */
import type { Extent } from '../cluster.ts';

/** A cluster that an agent starts with, and that then is quiet. */
export interface HeldSize extends Extent {
  /** Of the peak of CoreDNS's memory beside it. */
  readonly maxMemoryRatio: number;
  /** From the start of the process to the first snapshot in edge KV. */
  readonly maxStartSeconds: number;
}

/** A cluster whose EndpointSlices change all the time. */
export interface ChurningSize extends Extent {
  readonly changesPerSecond: number;
  readonly seconds: number;
  /** From a change to the snapshot in edge KV that has it. */
  readonly maxP50Seconds: number;
  readonly maxP99Seconds: number;
  /** Of one core. */
  readonly maxCpuShare: number;
}

export interface AgentSizes {
  readonly held: HeldSize;
  readonly churning: ChurningSize;
}

const bars = { maxP50Seconds: 3, maxP99Seconds: 5, maxCpuShare: 0.15 };
const heldBars = { maxMemoryRatio: 0.75, maxStartSeconds: 2 };

/** The large one is at Kubernetes' own limits. */
export const fullSizes: AgentSizes = {
  held: { services: 5000, endpoints: 100_000, families: [4], ...heldBars },
  churning: { services: 10_000, endpoints: 150_000, families: [4], changesPerSecond: 50, seconds: 300, ...bars },
};

/** The same clusters, and less patience. */
export const quickSizes: AgentSizes = { ...fullSizes, churning: { ...fullSizes.churning, seconds: 30 } };

/** For whoever is at work on the bench itself. */
export const smallSizes: AgentSizes = {
  held: { services: 500, endpoints: 10_000, families: [4], ...heldBars },
  churning: { services: 500, endpoints: 10_000, families: [4], changesPerSecond: 50, seconds: 20, ...bars },
};
