/**
 * The hosts of a group as they are written: in runs of neighbours that are of one kind and have one list of ports.
 */
import type { Address } from '../../address.ts';
import { isDashedLabel } from '../../dashed.ts';
import type { Host, HostService, OwnerGroup } from '../../group.ts';
import { foldCase } from '../../name.ts';
import { groupLimits, runKinds } from '../format.ts';
import { limited } from './group-too-large.ts';

export interface HostRuns {
  readonly runs: readonly Run[];
  /** Hosts of one Service nearly always have the same ports; each list of ports stands once, here. */
  readonly profiles: readonly (readonly HostService[])[];
}

/** Hosts number `from` to `to` of the group. */
export interface Run {
  readonly kind: number;
  /** In lower case. */
  readonly subdomain: string | undefined;
  /** Index in `profiles`. */
  readonly profile: number;
  readonly from: number;
  readonly to: number;
}

/** Throws GroupTooLargeError. */
export function hostRuns({ hosts }: OwnerGroup): HostRuns {
  const runs: Run[] = [];
  const profiles = new Profiles();
  let run: { kind: number; subdomain: string | undefined; profile: number; from: number; to: number } | undefined;
  for (const host of limited('hosts', hosts, groupLimits.hosts)) {
    const kind = kindOf(host);
    const profile = profiles.indexOf(host.services);
    const subdomain = host.subdomain === undefined ? undefined : foldCase(host.subdomain);
    if (run?.kind === kind && run.profile === profile && run.subdomain === subdomain) {
      run.to += 1;
    } else {
      const from: number = run?.to ?? 0;
      run = { kind, subdomain, profile, from, to: from + 1 };
      runs.push(run);
    }
  }
  return { runs, profiles: profiles.all };
}

/** The addresses, each once. */
export function distinct(addresses: readonly Address[]): readonly Address[] {
  return addresses.length < 2 ? addresses : [...new Set(addresses)];
}

/** The address, if there are no others. */
function onlyOne(addresses: readonly Address[]): Address | undefined {
  const address = addresses[0];
  for (let i = 1; i < addresses.length; i += 1) if (addresses[i] !== address) return undefined;
  return address;
}

/** Equal for equal priority, weight and port. */
export function serviceKey({ priority, weight, port }: HostService): number {
  return (priority * 0x1_0000 + weight) * 0x1_0000 + port;
}

function kindOf({ label, subdomain, addresses }: Host): number {
  if (subdomain !== undefined) return runKinds.subdomained;
  const address = onlyOne(addresses);
  if (address === undefined || !isDashedLabel(label, address)) return runKinds.labelled;
  return address.length === 4 ? runKinds.dashedIpv4 : runKinds.dashedIpv6;
}

/** Lists of ports, each once. */
class Profiles {
  readonly all: (readonly HostService[])[] = [];
  /** By key, once there are several. */
  #indexes: Map<string, number> | undefined;
  /** Neighbours nearly always have equal lists; comparing is cheaper than making a key. */
  #last: readonly HostService[] | undefined;
  #lastIndex = 0;

  indexOf(services: readonly HostService[]): number {
    if (this.#last === undefined || !areEqual(this.#last, services)) {
      this.#last = services;
      this.#lastIndex = this.#indexOf(distinctServices(services));
    }
    return this.#lastIndex;
  }

  #indexOf(services: readonly HostService[]): number {
    const [first] = this.all;
    if (first !== undefined) {
      this.#indexes ??= new Map([[listKey(first), 0]]);
      const key = listKey(services);
      const known = this.#indexes.get(key);
      if (known !== undefined) return known;
      this.#indexes.set(key, this.all.length);
    }
    return this.all.push(services) - 1;
  }
}

function distinctServices(services: readonly HostService[]): readonly HostService[] {
  if (services.length < 2) return services;
  return [...new Map(services.map((service) => [serviceKey(service), service])).values()];
}

function listKey(services: readonly HostService[]): string {
  return services.map(serviceKey).join();
}

function areEqual(a: readonly HostService[], b: readonly HostService[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (serviceKey(a[i]!) !== serviceKey(b[i]!)) return false;
  return true;
}
