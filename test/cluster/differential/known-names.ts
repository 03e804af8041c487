/** Every name that exists, existed or nearly exists in some Namespaces, by what it is the name of. */
import { canonical, dashed, reverseName } from './addresses.ts';
import type { Facts } from './facts.ts';
import { portNames, serviceNames, sourceClusters } from './history/names.ts';
import { type NameClass, type NamesByClass, nameClasses, namesOf, noNames } from './present-names.ts';
import { markedHeadlessName, markName } from './sentinel-names.ts';
import { concernedBetween } from './touched.ts';
import { clustersetZone, clusterZone } from './variations.ts';

/** Grows with every step of a history; nothing is forgotten. */
export class KnownNames {
  readonly #namespaces: readonly string[];
  readonly #all: NamesByClass = noNames();
  #present: NamesByClass = noNames();
  #touched: NamesByClass = noNames();
  #before: Facts | undefined;

  constructor(namespaces: readonly string[], addresses: readonly string[]) {
    this.#namespaces = namespaces;
    for (const name of zoneNames(namespaces)) this.#all.zone.add(name);
    for (const namespace of namespaces) {
      for (const name of serviceNames) {
        const base = `${name}.${namespace}.svc`;
        this.#all.service.add(base);
        this.#all.import.add(base);
        this.#all.port.add(`_tcp.${base}`).add(`_${portNames[0]}._tcp.${base}`);
        for (const cluster of sourceClusters) this.#all.import.add(`${cluster}.${base}`);
      }
      for (const label of podLabels(addresses)) this.#all.podLike.add(`${label}.${namespace}.pod`);
    }
    for (const address of addresses) for (const name of reverseNames(address)) this.#all.reverse.add(name);
    for (const name of fixedReverseNames) this.#all.reverse.add(name);
  }

  /**
   * All; only what the objects give that are there now; or only what those give, or gave, that the last step concerned.
   * Below a zone, but for reverse names, which are whole.
   */
  get(nameClass: NameClass, which: 'all' | 'present' | 'touched' = 'all'): string[] {
    return [...{ all: this.#all, present: this.#present, touched: this.#touched }[which][nameClass]];
  }

  /** Takes what objects there are. */
  learn(all: Facts): void {
    const facts = withoutMarks(all);
    this.#present = namesOf(facts, this.#namespaces);
    this.#touched = noNames();
    const concerned = this.#before === undefined ? [] : concernedBetween(this.#before, facts);
    for (const some of concerned) addAll(this.#touched, namesOf(some, this.#namespaces));
    addAll(this.#all, this.#present);
    this.#learnNearly(facts);
    this.#before = facts;
  }

  /** The other name that an endpoint could have, and addresses of slices that count for nothing. */
  #learnNearly({ services, slices }: Facts): void {
    const isHere = ({ metadata }: { readonly metadata: { readonly namespace: string } }): boolean =>
      this.#namespaces.includes(metadata.namespace);
    for (const slice of slices.filter(isHere)) {
      const { namespace, labels = {} } = slice.metadata;
      const owner = labels['kubernetes.io/service-name'] ?? labels['multicluster.kubernetes.io/service-name'];
      for (const { addresses, hostname } of slice.endpoints ?? []) {
        for (const address of addresses) {
          for (const label of [dashed(address), ...(hostname === undefined ? [] : [hostname])]) {
            if (owner !== undefined) this.#all.host.add(`${label}.${owner}.${namespace}.svc`);
          }
          this.#learnAddress(address);
        }
      }
    }
    for (const { spec } of services.filter(isHere))
      for (const address of spec.externalIPs ?? []) this.#learnAddress(address);
    for (const name of this.#present.reverse) {
      const labels = name.split('.');
      for (const count of cutsOf(labels)) this.#all.reverse.add(labels.slice(count).join('.'));
    }
  }

  #learnAddress(text: string): void {
    const address = canonical(text);
    if (address !== undefined) for (const name of reverseNames(address)) this.#all.reverse.add(name);
  }
}

function addAll(to: NamesByClass, from: NamesByClass): void {
  for (const nameClass of nameClasses) for (const name of from[nameClass]) to[nameClass].add(name);
}

/** Marks are another one in every run; the questions are not. */
function withoutMarks(facts: Facts): Facts {
  const isMark = ({ metadata }: { readonly metadata: { readonly name: string } }): boolean =>
    metadata.name === markName || metadata.name === markedHeadlessName;
  return {
    ...facts,
    services: facts.services.filter((service) => !isMark(service)),
    slices: facts.slices.filter((slice) => !isMark(slice)),
  };
}

function zoneNames(namespaces: readonly string[]): string[] {
  const words = ['', 'svc', 'pod', 'dns', 'ns.dns', 'dns-version', 'nope', 'nope.svc', 'web.nope.svc', 'nope.pod'];
  const doubled = [clusterZone, clustersetZone].map((zone) => `ns.dns.${zone}`);
  return [
    ...words,
    ...doubled,
    ...namespaces.flatMap((namespace) => [`${namespace}.svc`, `${namespace}.pod`, namespace]),
  ];
}

/** Right spellings, other ones, and what is no address. */
function podLabels(addresses: readonly string[]): string[] {
  const usual = addresses.flatMap((address) => [dashed(address), address.replaceAll(/[.:]/g, '-')]);
  return [...usual, 'fd00-200-1-0-0-0-0-1', '0-0-0-0-0-ffff-a00-1', '10-200-0-01', '10-200-0', '1', 'pod-0'];
}

/** The whole name, and those that it is below. */
function reverseNames(address: string): string[] {
  const labels = reverseName(address).split('.');
  return cutsOf(labels).map((count) => labels.slice(count).join('.'));
}

/** How many labels to leave out on the left. */
function cutsOf(labels: readonly string[]): readonly number[] {
  return labels.length > 6 ? [0, 4, 5, 16, 30] : [0, 1, 2];
}

const fixedReverseNames = [
  'in-addr.arpa',
  'ip6.arpa',
  '10.in-addr.arpa',
  '16.172.in-addr.arpa',
  '172.in-addr.arpa',
  '168.192.in-addr.arpa',
  '64.100.in-addr.arpa',
  '8.8.8.8.in-addr.arpa',
  'd.f.ip6.arpa',
  'f.ip6.arpa',
  'nope.10.in-addr.arpa',
  '01.2.3.10.in-addr.arpa',
  'svc.in-addr.arpa',
  'web.svc.in-addr.arpa',
  'ns.dns.in-addr.arpa',
  'dns-version.ip6.arpa',
] as const;
