/**
 * What things cost, in US dollars, as their sellers said in November 2026: developers.cloudflare.com (workers/platform/pricing,
 * kv/platform/pricing, durable-objects/platform/pricing, analytics/analytics-engine/pricing), and the list prices of data
 * that leaves a cloud for the internet.
 */

/** What a month includes, and what a million more cost. */
export interface Metered {
  readonly included: number;
  readonly perMillion: number;
}

/** The paid plan of Workers, a month. */
export const paidBase = 5;

/** By what is counted (usage.ts). */
export const paidMeters = {
  requests: { included: 10e6, perMillion: 0.3 },
  cpuMilliseconds: { included: 30e6, perMillion: 0.02 },
  kvReads: { included: 10e6, perMillion: 0.5 },
  kvWrites: { included: 1e6, perMillion: 5 },
  objectRequests: { included: 1e6, perMillion: 0.15 },
  objectGigabyteSeconds: { included: 400e3, perMillion: 12.5 },
  dataPoints: { included: 10e6, perMillion: 0.25 },
} as const satisfies Readonly<Record<string, Metered>>;

/** What the free plan allows in a day; what is beyond fails until midnight UTC. */
export const freeDaily = {
  requests: 100e3,
  kvReads: 100e3,
  kvWrites: 1000,
  objectRequests: 100e3,
  objectGigabyteSeconds: 13e3,
  dataPoints: 100e3,
} as const;

/** Of one request on the free plan. */
export const freeCpuMilliseconds = 10;

/** For a gigabyte (10^9 octets) to the internet, before discounts for much, and without what is free in small amounts. */
export const egressPerGigabyte = { AWS: 0.09, Azure: 0.087, 'Google Cloud': 0.12 } as const;

/** What a NAT gateway of AWS takes for a gigabyte on top. */
export const natPerGigabyte = 0.045;
