/**
 * What the DNS alone tells of a Service: its own addresses, and the names of its pods with theirs. Pods are found as
 * targets of the Service's SRV records; a Service without ports has none, and its pods are found by the PTR records of its
 * addresses.
 */
import type { Address } from '../../zone/address.ts';
import { absoluteName, type Name, parseName, type RelativeName, relativeTo } from '../../zone/name.ts';
import { typeCodes } from '../../zone/rrset.ts';
import { reverseName } from '../../zone/text.ts';
import type { Ask } from './answer.ts';
import { Asking, addressesOf, nameAt } from './asking.ts';

/** A name of the zone, without the zone, and one of its addresses. */
export interface NamedAddress {
  readonly name: RelativeName;
  readonly zone: Name;
  readonly address: Address;
}

export interface ServiceRecords {
  /** In the order of the zones. */
  readonly addresses: readonly NamedAddress[];
  /** Whether any zone has the name. */
  readonly exists: boolean;
  /** Where an ExternalName leads. */
  readonly target: Name | undefined;
  /** The shortest TTL among all that was read; undefined when nothing was. */
  readonly ttlSeconds: number | undefined;
}

/** How many pods are asked for at a time. */
const maxAtOnce = 16;

/**
 * Asks in every zone by itself, since not every zone needs to have the same names. Throws NoRecordsError, and rejects as
 * `ask` does: then nothing is known.
 */
export async function serviceRecords(ask: Ask, service: RelativeName, zones: readonly Name[]): Promise<ServiceRecords> {
  const asking = new Asking(ask);
  const addresses: NamedAddress[] = [];
  let exists = false;
  let target: Name | undefined;
  for (const zone of zones) {
    const own = await asking.addresses(absoluteName(service, zone));
    exists ||= own.exists;
    target ??= own.target;
    addresses.push(...own.addresses.map((address) => ({ name: service, zone, address })));
    for (const pod of await podsOf(asking, service, zone, zones, own.addresses)) addresses.push({ ...pod, zone });
  }
  return { addresses, exists, target, ttlSeconds: asking.ttlSeconds };
}

type Pod = Pick<NamedAddress, 'name' | 'address'>;

async function podsOf(
  asking: Asking,
  service: RelativeName,
  zone: Name,
  zones: readonly Name[],
  serviceAddresses: readonly Address[],
): Promise<Pod[]> {
  const owner = absoluteName(service, zone);
  const { answer, additional } = await asking.records(owner, typeCodes.SRV);
  const targets = answer.filter(({ type }) => type === typeCodes.SRV).map(({ data }) => nameAt(data, targetAt));
  if (targets.length === 0) {
    return await inTurns(serviceAddresses, (address) => podsAt(asking, address, service, zones));
  }
  const names = [...new Set(targets)].filter((name) => name !== owner);
  return await inTurns(names, async (target) => {
    const name = relativeTo(target, zone);
    // Of another name the short one could be that of any host, as of "www.example.com.svc".
    if (name === undefined || !isBelow(name, service)) return [];
    const sent = addressesOf(target, additional);
    const addresses = sent.length > 0 ? sent : (await asking.addresses(target)).addresses;
    return addresses.map((address) => ({ name, address }));
  });
}

/** RFC 2782: behind priority, weight and port. */
const targetAt = 6;

/** The names below the Service that an address has, whichever zone they are told in. */
async function podsAt(asking: Asking, address: Address, service: RelativeName, zones: readonly Name[]): Promise<Pod[]> {
  const { answer } = await asking.records(parseName(reverseName(address)), typeCodes.PTR);
  const targets = answer.filter(({ type }) => type === typeCodes.PTR).map(({ data }) => nameAt(data, 0));
  const names = targets.map((target) =>
    zones.map((zone) => relativeTo(target, zone)).find((name) => name !== undefined),
  );
  return names.flatMap((name) => (name !== undefined && isBelow(name, service) ? [{ name, address }] : []));
}

/** Or the Service itself, whose address is known already. */
function isBelow(name: RelativeName, service: RelativeName): boolean {
  return relativeTo(`${name}\0` as Name, `${service}\0` as Name) !== undefined;
}

async function inTurns<Item>(items: readonly Item[], find: (item: Item) => Promise<readonly Pod[]>): Promise<Pod[]> {
  const pods: Pod[] = [];
  for (let at = 0; at < items.length; at += maxAtOnce) {
    const found = await Promise.all(items.slice(at, at + maxAtOnce).map(find));
    pods.push(...found.flat());
  }
  return pods;
}
