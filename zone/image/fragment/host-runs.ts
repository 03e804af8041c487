/**
 * The hosts of a group as they are written: in runs of neighbours that are of one kind and have one list of ports.
 */
import type { Address } from '../../address.ts';
import { dashedLabel } from '../../dashed.ts';
import type { HostService, OwnerGroup } from '../../group.ts';
import { joinRelative, type RelativeName, singleLabel } from '../../name.ts';
import { groupLimits, runKinds } from '../format.ts';
import { limited } from './group-too-large.ts';

export interface HostRuns {
  readonly runs: readonly Run[];
  /** Hosts of one Service nearly always have the same ports; each list of ports stands once, here. */
  readonly profiles: readonly (readonly HostService[])[];
}

export interface Run {
  readonly kind: number;
  /** Index in `profiles`. */
  readonly profile: number;
  readonly hosts: readonly RunHost[];
}

export interface RunHost {
  /** In wire form. */
  readonly label: RelativeName;
  /** Each once. */
  readonly addresses: readonly Address[];
}

/** Throws GroupTooLargeError; NameError when a host's name would be longer than a name may be. */
export function hostRuns({ base, hosts }: OwnerGroup): HostRuns {
  const runs: { kind: number; profile: number; hosts: RunHost[] }[] = [];
  const profiles = new Profiles();
  for (const { label, addresses, services } of limited('hosts', hosts, groupLimits.hosts)) {
    const host = { label: singleLabel(label), addresses: distinct(addresses) };
    joinRelative(host.label, base);
    const kind = kindOf(host);
    const profile = profiles.indexOf(services);
    const last = runs.at(-1);
    if (last?.kind === kind && last.profile === profile) last.hosts.push(host);
    else runs.push({ kind, profile, hosts: [host] });
  }
  return { runs, profiles: limited('different lists of ports', profiles.all, groupLimits.profiles) };
}

/** The addresses, each once. */
export function distinct(addresses: readonly Address[]): readonly Address[] {
  return addresses.length < 2 ? addresses : [...new Set(addresses)];
}

/** Equal for equal priority, weight and port. */
export function serviceKey({ priority, weight, port }: HostService): number {
  return (priority * 0x1_0000 + weight) * 0x1_0000 + port;
}

function kindOf({ label, addresses }: RunHost): number {
  const [address] = addresses;
  if (address === undefined || addresses.length > 1 || label.slice(1) !== dashedLabel(address))
    return runKinds.labelled;
  return address.length === 4 ? runKinds.dashedIpv4 : runKinds.dashedIpv6;
}

/** Lists of ports, each once. */
class Profiles {
  readonly all: (readonly HostService[])[] = [];
  readonly #indexes = new Map<string, number>();
  /** Neighbours nearly always have equal lists; comparing is cheaper than making a key. */
  #last: readonly HostService[] | undefined;
  #lastIndex = 0;

  indexOf(services: readonly HostService[]): number {
    if (this.#last === undefined || !areEqual(this.#last, services)) {
      this.#last = services;
      this.#lastIndex = this.#indexOf([...new Map(services.map((service) => [serviceKey(service), service])).values()]);
    }
    return this.#lastIndex;
  }

  #indexOf(distinctServices: readonly HostService[]): number {
    const key = distinctServices.map(serviceKey).join();
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    this.#indexes.set(key, this.all.length);
    return this.all.push(distinctServices) - 1;
  }
}

function areEqual(a: readonly HostService[], b: readonly HostService[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (serviceKey(a[i]!) !== serviceKey(b[i]!)) return false;
  return true;
}
