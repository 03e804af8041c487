/** What usage costs in a month, and whether the free plan carries it. Pure. */
import { freeCpuMilliseconds, freeDaily, type Metered, natPerGigabyte, paidBase, paidMeters } from './prices.ts';
import type { ClusterSize, Usage } from './usage.ts';

/** On the paid plan of Workers, in US dollars. */
export function workersBill(usage: Usage): number {
  const meters = Object.entries(paidMeters) as [keyof typeof paidMeters, Metered][];
  return meters.reduce((sum, [name, metered]) => sum + beyond(usage[name], metered), paidBase);
}

/** For what leaves the cluster, through a NAT gateway or not, in US dollars. */
export function egressBill({ egressOctets }: Usage, perGigabyte: number, hasNat: boolean): number {
  return (egressOctets / 1e9) * (perGigabyte + (hasNat ? natPerGigabyte : 0));
}

/** What of the free plan is not enough, if it is used evenly; none: it carries it. */
export function beyondFreePlan(usage: Usage, { publishMilliseconds }: ClusterSize): readonly string[] {
  const meters = Object.entries(freeDaily) as [keyof typeof freeDaily, number][];
  const exceeded = meters.filter(([name, daily]) => usage[name] / 30 > daily).map(([name]) => name as string);
  return publishMilliseconds > freeCpuMilliseconds ? [...exceeded, 'cpuMilliseconds'] : exceeded;
}

function beyond(amount: number, { included, perMillion }: Metered): number {
  return (Math.max(0, amount - included) / 1e6) * perMillion;
}
