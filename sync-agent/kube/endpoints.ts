/** The endpoints of an EndpointSlice. Pure. */
import type { Address } from '../../zone/address.ts';
import { foldCase } from '../../zone/name.ts';
import type { Endpoint } from '../cluster.ts';
import { addressOf, maxAddresses, trimAddress } from './addresses.ts';
import { type Fields, fieldsOf, isAbsent, quote } from './json.ts';
import { isLabel, itemsOf, objectAt, optionalObjectAt, type ProblemList } from './trimmed.ts';

/** The API takes no more in one slice. */
const maxEndpoints = 1000;

/**
 * Those that are ready, one for each address. Equal ones all stay: two pods on the host network of one node count twice
 * in the weights of SRV records.
 */
export function trimEndpoints(value: unknown, keepsPodNames: boolean, problems: ProblemList): Endpoint[] {
  const endpoints: Endpoint[] = [];
  for (const [i, item] of itemsOf(value, 'endpoints', maxEndpoints, problems).entries()) {
    const plain = keepsPodNames ? undefined : plainEndpoint(item);
    if (plain !== undefined) {
      endpoints.push(plain);
      continue;
    }
    const path = `endpoints[${i}]`;
    const fields = objectAt(item, path, problems);
    if (fields !== undefined) endpoints.push(...trimEndpoint(fields, path, keepsPodNames, problems));
  }
  if (endpoints.length <= 2 * maxEndpoints) return endpoints;
  problems.add(`endpoints have ${endpoints.length} addresses; only the first ${2 * maxEndpoints} count`);
  return endpoints.slice(0, 2 * maxEndpoints);
}

/**
 * What `trimEndpoint` makes of one that is as nearly all are: ready, with one address, and nothing wrong. Undefined for the
 * others. Of those alone is it said where in the object they are: making these texts takes longer than all the rest.
 */
function plainEndpoint(item: unknown): Endpoint | undefined {
  const { addresses, conditions, hostname } = fieldsOf(item) as Readonly<
    Record<'addresses' | 'conditions' | 'hostname', unknown>
  >;
  if (fieldsOf(conditions)['ready'] !== true || !Array.isArray(addresses) || addresses.length !== 1) return undefined;
  const address = addressOf(addresses[0]);
  if (address === undefined) return undefined;
  if (isAbsent(hostname) || hostname === '') return { address, hostname: undefined, podName: undefined };
  return typeof hostname === 'string' && isLabel(hostname) ? { address, hostname, podName: undefined } : undefined;
}

/** One Endpoint for each address; none when the endpoint is not ready. */
function trimEndpoint(endpoint: Fields, path: string, keepsPodNames: boolean, problems: ProblemList): Endpoint[] {
  // Absent means ready; `serving` and `terminating` do not count (Kubernetes DNS specification §2.4.1).
  const conditions = optionalObjectAt(endpoint['conditions'], `${path}.conditions`, problems);
  // Nobody knows whether it is ready then.
  if (conditions === undefined) return [];
  const { ready } = conditions as { readonly ready?: unknown };
  if (ready === false) return [];
  if (!isAbsent(ready) && ready !== true) {
    problems.add(`${path}.conditions.ready: ${quote(ready)} is not true or false; the endpoint counts as not ready`);
    return [];
  }
  const addresses = trimAddresses(endpoint['addresses'], `${path}.addresses`, problems);
  const hostname = trimHostname(endpoint['hostname'], path, problems);
  const podName = keepsPodNames ? trimPodName(endpoint['targetRef'], `${path}.targetRef`, problems) : undefined;
  return addresses.map((address) => ({ address, hostname, podName }));
}

function trimAddresses(value: unknown, path: string, problems: ProblemList): Address[] {
  const list = itemsOf(value, path, maxAddresses, problems);
  if (list.length === 0 && (isAbsent(value) || Array.isArray(value))) problems.add(`${path}: there is none`);
  return list.flatMap((text, i) => trimAddress(text, `${path}[${i}]`, problems));
}

function trimHostname(value: unknown, path: string, problems: ProblemList): string | undefined {
  if (isAbsent(value) || value === '') return undefined;
  const hostname = typeof value === 'string' && value.length <= 63 ? foldCase(value) : undefined;
  if (hostname !== undefined && isLabel(hostname)) return hostname;
  problems.add(`${path}.hostname: ${quote(value)} is not a DNS label; the endpoint counts as one without a hostname`);
  return undefined;
}

/** Any object may be the target, and its name may be no label: it has no name in DNS then, as everywhere else. */
function trimPodName(value: unknown, path: string, problems: ProblemList): string | undefined {
  const targetRef = optionalObjectAt(value, path, problems);
  const { name } = (targetRef ?? {}) as { readonly name?: unknown };
  if (!isAbsent(name) && typeof name !== 'string') problems.add(`${path}.name: ${quote(name)} is not a name`);
  return typeof name === 'string' && isLabel(name) ? name : undefined;
}
