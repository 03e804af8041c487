/** The hosts lines of some Services, and when to look again. */
import { formatName, formatRelativeName, type Name, type RelativeName } from '../../zone/name.ts';
import type { Ask } from './answer.ts';
import { type HostLine, hostLines } from './host-lines.ts';
import { type ServiceRecords, serviceRecords } from './service-records.ts';

export interface ServiceHosts {
  readonly lines: readonly HostLine[];
  /** What could not be put into lines, a line each, for people. */
  readonly problems: readonly string[];
  /** Whether some Service has no line at all. */
  readonly isIncomplete: boolean;
  /** How long the lines may be taken for true. */
  readonly ttlSeconds: number;
}

/** Where no record says how long. */
const usualTtlSeconds = 30;

/** Rejects when some question got no answer: then nothing is known. `zones` has at least one. */
export async function serviceHosts(
  ask: Ask,
  services: readonly RelativeName[],
  zones: readonly Name[],
  withShortNames: boolean,
): Promise<ServiceHosts> {
  const records: ServiceRecords[] = [];
  for (const service of services) records.push(await serviceRecords(ask, service, zones));
  const { lines, ambiguous } = hostLines(
    records.map(({ addresses }) => addresses),
    withShortNames,
  );
  const ttls = records.flatMap(({ ttlSeconds }) => ttlSeconds ?? []);
  return {
    lines,
    problems: [
      ...records.flatMap((found, i) => problemOf(services[i]!, found, zones[0]!) ?? []),
      ...ambiguous.map((name) => `"${name}" would be the name of several hosts, and is left out`),
    ],
    isIncomplete: records.some(({ addresses }) => addresses.length === 0),
    ttlSeconds: ttls.length === 0 ? usualTtlSeconds : Math.min(...ttls),
  };
}

function problemOf(
  service: RelativeName,
  { addresses, exists, target }: ServiceRecords,
  zone: Name,
): string | undefined {
  if (addresses.length > 0) return undefined;
  const name = `${formatRelativeName(service)}.${formatName(zone)}`;
  if (target !== undefined) return `${name} is an alias of ${formatName(target)}, which a hosts file cannot say`;
  return exists ? `${name} has no addresses` : `there is no ${name}`;
}
