/**
 * API object → the few fields that decide DNS records. Pure and total: any JSON gives a value, or Problems, or both,
 * and a malformed part costs only itself. What CoreDNS does not read is not read here either.
 *
 * What one object can cost is bounded: lists are read up to a length that no sensible object has. Of a hidden object only
 * its identity is kept.
 */
import type { Address } from '../../zone/address.ts';
import { foldCase, type Name, NameError, parseName, root } from '../../zone/name.ts';
import type {
  Endpoint,
  EndpointSlice,
  Namespace,
  Pod,
  Service,
  ServiceImport,
  ServiceImportKind,
  ServiceKind,
} from '../cluster.ts';
import { addressOf, trimAddress } from './addresses.ts';
import { isHidden } from './hiding.ts';
import { type Fields, fieldsOf, isAbsent, quote, textOf } from './json.ts';
import { maxPorts, trimPorts } from './ports.ts';
import { sliceOwners } from './slice-owners.ts';
import { isLabel, itemsOf, ProblemList, shownName, type Trimmed, trimNamespaced } from './trimmed.ts';

/** A Service has one for each family; a pod too. */
const maxAddresses = 100;
/** The API takes no more in one slice. */
const maxEndpoints = 1000;
/** Endpoints times ports of one slice: each is an SRV record. */
const maxEndpointPorts = 100_000;
/** As long as a domain name can be written, every octet escaped. */
const maxNameCharacters = 1020;

/** A Namespace exists until it is deleted, also while it is terminating. */
export function trimNamespace(object: unknown): Trimmed<Namespace> {
  const name = textOf(fieldsOf(fieldsOf(object)['metadata'])['name']);
  const key = shownName(name);
  const problems = new ProblemList(`Namespace ${key}`);
  if (name !== undefined && isLabel(name)) {
    const value = { name, isHidden: isHidden(object, problems) };
    return { key, value, problems: problems.all };
  }
  problems.add(`metadata.name: ${quote(name)} is not a namespace's name`);
  return { key, value: undefined, problems: problems.all };
}

/** No value for a Service that has no address yet and is neither headless nor an ExternalName. */
export function trimService(object: unknown): Trimmed<Service> {
  return trimNamespaced('Service', object, ({ namespace, name }, fields, problems) => {
    if (!isLabel(name)) {
      problems.add(`metadata.name: ${quote(name)} is not a Service's name`);
      return undefined;
    }
    if (isHidden(fields, problems)) return { namespace, name, isHidden: true, kind: { type: 'headless' }, ports: [] };
    const spec = fieldsOf(fields['spec']);
    const kind = serviceKind(spec, problems);
    return kind && { namespace, name, isHidden: false, kind, ports: trimPorts(spec['ports'], 'spec.ports', problems) };
  });
}

/** What else is read of a slice. */
export interface SliceTrimming {
  /** Whether ServiceImports are observed, so that slices can belong to them. */
  readonly keepsImports: boolean;
  readonly keepsPodNames: boolean;
}

/** Only ready endpoints are kept. No value for a slice without any, that belongs to nothing, or that holds host names. */
export function trimEndpointSlice(
  object: unknown,
  { keepsImports, keepsPodNames }: SliceTrimming = { keepsImports: false, keepsPodNames: false },
): Trimmed<EndpointSlice> {
  return trimNamespaced('EndpointSlice', object, ({ namespace, name }, fields, problems) => {
    const [owner, ...others] = sliceOwners(fields, keepsImports, problems);
    if (owner === undefined) return undefined;
    if (fields['addressType'] === 'FQDN') {
      problems.add('addressType: host names ("FQDN") cannot be endpoints in DNS');
      return undefined;
    }
    const endpoints = trimEndpoints(fields['endpoints'], keepsPodNames, problems);
    if (endpoints.length === 0) return undefined;
    const most = Math.min(maxPorts, Math.floor(maxEndpointPorts / endpoints.length));
    const ports = trimPorts(fields['ports'], 'ports', problems, most);
    return { namespace, name, owners: [owner, ...others], endpoints, ports };
  });
}

/** No value for a pod that has ended, or has no address yet. */
export function trimPod(object: unknown): Trimmed<Pod> {
  return trimNamespaced('Pod', object, ({ namespace, name }, fields, problems) => {
    const status = fieldsOf(fields['status']);
    if (endedPhases.includes(status['phase'])) return undefined;
    const list = itemsOf(status['podIPs'], 'status.podIPs', maxAddresses, problems);
    const addresses = list.flatMap((item, i) => trimAddress(fieldsOf(item)['ip'], `status.podIPs[${i}].ip`, problems));
    const { podIP } = status as { readonly podIP?: unknown };
    if (list.length === 0 && !isAbsent(podIP) && podIP !== '') {
      addresses.push(...trimAddress(podIP, 'status.podIP', problems));
    }
    return addresses.length === 0 ? undefined : { namespace, name, addresses: [...new Set(addresses)] };
  });
}

/** The API server leaves them out when it is asked to (resource.ts). Of `Unknown` nobody knows whether it has ended. */
export const endedPhases: readonly unknown[] = ['Succeeded', 'Failed', 'Unknown'];

/** No value for an import that has no address yet and is not headless. */
export function trimServiceImport(object: unknown): Trimmed<ServiceImport> {
  return trimNamespaced('ServiceImport', object, ({ namespace, name }, fields, problems) => {
    if (!isLabel(name)) {
      problems.add(`metadata.name: ${quote(name)} is not a ServiceImport's name`);
      return undefined;
    }
    if (isHidden(fields, problems)) return { namespace, name, isHidden: true, kind: { type: 'headless' }, ports: [] };
    const spec = fieldsOf(fields['spec']);
    const kind = serviceImportKind(spec, problems);
    return kind && { namespace, name, isHidden: false, kind, ports: trimPorts(spec['ports'], 'spec.ports', problems) };
  });
}

/** Kubernetes DNS specification §2.3 to §2.5. */
function serviceKind(spec: Fields, problems: ProblemList): ServiceKind | undefined {
  if (spec['type'] === 'ExternalName') {
    const target = externalName(spec['externalName'], problems);
    return target && { type: 'externalName', target };
  }
  const list = itemsOf(spec['clusterIPs'], 'spec.clusterIPs', maxAddresses, problems);
  const clusterIPs = list.length > 0 ? list : [spec['clusterIP']];
  if (clusterIPs[0] === 'None') return { type: 'headless' };
  const addresses = clusterIPs.flatMap((text, i) => {
    if (isAbsent(text) || text === '') return [];
    return trimAddress(text, list.length > 0 ? `spec.clusterIPs[${i}]` : 'spec.clusterIP', problems);
  });
  return addresses.length > 0 ? { type: 'clusterIP', addresses: [...new Set(addresses)] } : undefined;
}

function serviceImportKind(spec: Fields, problems: ProblemList): ServiceImportKind | undefined {
  if (spec['type'] === 'Headless') return { type: 'headless' };
  if (spec['type'] !== 'ClusterSetIP') {
    problems.add(`spec.type: ${quote(spec['type'])} is not Headless or ClusterSetIP`);
    return undefined;
  }
  const addresses = itemsOf(spec['ips'], 'spec.ips', maxAddresses, problems).flatMap((text, i) =>
    trimAddress(text, `spec.ips[${i}]`, problems),
  );
  return addresses.length > 0 ? { type: 'clusterSetIP', addresses: [...new Set(addresses)] } : undefined;
}

function externalName(value: unknown, problems: ProblemList): Name | undefined {
  const text = typeof value === 'string' && value.length <= maxNameCharacters ? value : '';
  if (addressOf(text.replace(/\.$/, '')) !== undefined) {
    problems.add(`spec.externalName: ${quote(text)} is an address; an ExternalName must be a domain name`);
    return undefined;
  }
  try {
    const target = parseName(text);
    if (target !== root) return target;
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
  }
  problems.add(`spec.externalName: ${quote(value)} is not a domain name`);
  return undefined;
}

/** Equal ones all stay: two pods on the host network of one node count twice in the weights of SRV records. */
function trimEndpoints(value: unknown, keepsPodNames: boolean, problems: ProblemList): Endpoint[] {
  const endpoints: Endpoint[] = [];
  for (const [i, item] of itemsOf(value, 'endpoints', maxEndpoints, problems).entries()) {
    const trimmed = trimEndpoint(fieldsOf(item), `endpoints[${i}]`, keepsPodNames, problems);
    endpoints.push(...trimmed);
  }
  if (endpoints.length <= 2 * maxEndpoints) return endpoints;
  problems.add(`endpoints have ${endpoints.length} addresses; only the first ${2 * maxEndpoints} count`);
  return endpoints.slice(0, 2 * maxEndpoints);
}

/** One Endpoint for each address; none when the endpoint is not ready. */
function trimEndpoint(endpoint: Fields, path: string, keepsPodNames: boolean, problems: ProblemList): Endpoint[] {
  // Absent means ready; `serving` and `terminating` do not count (Kubernetes DNS specification §2.4.1).
  const ready = fieldsOf(endpoint['conditions'])['ready'];
  if (ready === false) return [];
  if (!isAbsent(ready) && ready !== true) {
    problems.add(`${path}.conditions.ready: ${quote(ready)} is not true or false; the endpoint counts as not ready`);
    return [];
  }
  const addresses: Address[] = itemsOf(endpoint['addresses'], `${path}.addresses`, maxAddresses, problems).flatMap(
    (text, i) => trimAddress(text, `${path}.addresses[${i}]`, problems),
  );
  const hostname = trimHostname(endpoint['hostname'], path, problems);
  const podName = keepsPodNames ? trimPodName(endpoint['targetRef']) : undefined;
  return addresses.map((address) => ({ address, hostname, podName }));
}

function trimHostname(value: unknown, path: string, problems: ProblemList): string | undefined {
  if (isAbsent(value) || value === '') return undefined;
  const hostname = typeof value === 'string' && value.length <= 63 ? foldCase(value) : undefined;
  if (hostname !== undefined && isLabel(hostname)) return hostname;
  problems.add(`${path}.hostname: ${quote(value)} is not a DNS label; the endpoint counts as one without a hostname`);
  return undefined;
}

/** Any object may be the target, and its name may be no label: it has no name in DNS then, as everywhere else. */
function trimPodName(targetRef: unknown): string | undefined {
  const name = fieldsOf(targetRef)['name'];
  return typeof name === 'string' && isLabel(name) ? name : undefined;
}
