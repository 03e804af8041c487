/** The clusters that are measured, and what they may cost. */
import type { Family } from '../../zone/address.ts';

export interface Size {
  readonly name: string;
  readonly services: number;
  /** Pods behind Services; with two families each has two addresses. */
  readonly endpoints: number;
  readonly families: readonly Family[];
  readonly bars: Bars;
}

/** Upper limits, in the units of Figures. */
export interface Bars {
  readonly rawOctets: number | undefined;
  readonly computeMilliseconds: number | undefined;
  readonly compressAndHashMilliseconds: number | undefined;
  readonly loadMilliseconds: number;
  readonly heapOctets: number;
  /** While many ask at once, also of three clusters of the size. */
  readonly crowdHeapOctets: number;
  readonly changeP50Milliseconds: number;
  readonly changeP95Milliseconds: number;
  readonly windowMilliseconds: number | undefined;
}

/** What a window of changes is: as many slices as a rollout moves in a few seconds. */
export const slicesPerWindow = 50;

const mebibyte = 1024 * 1024;
const everySize = {
  heapOctets: 2 * mebibyte,
  crowdHeapOctets: 48 * mebibyte,
  changeP50Milliseconds: 10,
  changeP95Milliseconds: 25,
};
const largeIpv4 = { computeMilliseconds: 200, compressAndHashMilliseconds: 60, windowMilliseconds: 25 };
const unlimited = {
  computeMilliseconds: undefined,
  compressAndHashMilliseconds: undefined,
  windowMilliseconds: undefined,
};

/** The large one is at Kubernetes' own limits. */
export const sizes: readonly Size[] = [
  {
    name: 'small',
    services: 1000,
    endpoints: 10_000,
    families: [4],
    bars: { ...everySize, ...unlimited, rawOctets: undefined, loadMilliseconds: 1.5 },
  },
  {
    name: 'large',
    services: 10_000,
    endpoints: 150_000,
    families: [4],
    bars: { ...everySize, ...largeIpv4, rawOctets: 4 * mebibyte, loadMilliseconds: 6 },
  },
  {
    name: 'large, dual-stack',
    services: 10_000,
    endpoints: 150_000,
    families: [4, 6],
    bars: { ...everySize, ...unlimited, rawOctets: 9 * mebibyte, loadMilliseconds: 6 },
  },
];
