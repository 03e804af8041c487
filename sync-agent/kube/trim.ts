/**
 * API object → the few fields that decide DNS records. Pure and total: any JSON gives a value, or Problems, or both,
 * and a malformed part costs only itself. What CoreDNS does not read is not read here either.
 */
import { type Address, parseAddress } from '../../zone/address.ts';
import { foldCase, type Name, NameError, parseName, root } from '../../zone/name.ts';
import type { Endpoint, EndpointSlice, Namespace, Service, ServiceKind } from '../cluster.ts';
import { type Fields, fieldsOf, isAbsent, quote, textOf } from './json.ts';
import { trimPorts } from './ports.ts';
import { isLabel, itemsOf, ProblemList, type Trimmed, trimNamespaced } from './trimmed.ts';

/** A Namespace exists until it is deleted, also while it is terminating. */
export function trimNamespace(object: unknown): Trimmed<Namespace> {
  const name = textOf(fieldsOf(fieldsOf(object)['metadata'])['name']);
  const key = name ?? '?';
  if (name !== undefined && isLabel(name)) return { key, value: { name }, problems: [] };
  const problems = new ProblemList(`Namespace ${key}`);
  problems.add(`metadata.name: ${quote(name)} is not a namespace's name`);
  return { key, value: undefined, problems: problems.all };
}

/** No value for a Service that has no address yet and is neither headless nor an ExternalName. */
export function trimService(object: unknown): Trimmed<Service> {
  return trimNamespaced('Service', object, ({ namespace, name }, fields, problems) => {
    if (!isLabel(name)) problems.add(`metadata.name: ${quote(name)} is not a Service's name`);
    const spec = fieldsOf(fields['spec']);
    const kind = isLabel(name) ? serviceKind(spec, problems) : undefined;
    return kind && { namespace, name, kind, ports: trimPorts(spec['ports'], 'spec.ports', problems) };
  });
}

/** Only ready endpoints are kept. No value for a slice that belongs to no Service, or that holds host names. */
export function trimEndpointSlice(object: unknown): Trimmed<EndpointSlice> {
  return trimNamespaced('EndpointSlice', object, ({ namespace, name }, fields, problems) => {
    const service = fieldsOf(fieldsOf(fields['metadata'])['labels'])[serviceLabel];
    if (typeof service !== 'string' || !isLabel(service)) {
      problems.add(`metadata.labels["${serviceLabel}"]: ${quote(service)} is not a Service's name`);
      return undefined;
    }
    if (fields['addressType'] === 'FQDN') {
      problems.add('addressType: host names ("FQDN") cannot be endpoints in DNS');
      return undefined;
    }
    // Equal ones all stay: two pods on the host network of one node count twice in the weights of SRV records.
    const endpoints = itemsOf(fields['endpoints'], 'endpoints', problems).flatMap((endpoint, i) =>
      trimEndpoint(fieldsOf(endpoint), `endpoints[${i}]`, problems),
    );
    return { namespace, name, service, endpoints, ports: trimPorts(fields['ports'], 'ports', problems) };
  });
}

const serviceLabel = 'kubernetes.io/service-name';

/** Kubernetes DNS specification §2.3 to §2.5. */
function serviceKind(spec: Fields, problems: ProblemList): ServiceKind | undefined {
  if (spec['type'] === 'ExternalName') {
    const target = externalName(spec['externalName'], problems);
    return target && { type: 'externalName', target };
  }
  const list = itemsOf(spec['clusterIPs'], 'spec.clusterIPs', problems);
  const clusterIPs = list.length > 0 ? list : [spec['clusterIP']];
  if (clusterIPs[0] === 'None') return { type: 'headless' };
  const addresses = clusterIPs.flatMap((text, i) => {
    if (isAbsent(text) || text === '') return [];
    return trimAddress(text, list.length > 0 ? `spec.clusterIPs[${i}]` : 'spec.clusterIP', problems);
  });
  return addresses.length > 0 ? { type: 'clusterIP', addresses: [...new Set(addresses)] } : undefined;
}

function externalName(value: unknown, problems: ProblemList): Name | undefined {
  const text = typeof value === 'string' ? value : '';
  if (parseAddress(text.replace(/\.$/, '')) !== undefined) {
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

/** One Endpoint for each address; none when the endpoint is not ready. */
function trimEndpoint(endpoint: Fields, path: string, problems: ProblemList): Endpoint[] {
  // Absent means ready; `serving` and `terminating` do not count (Kubernetes DNS specification §2.4.1).
  const ready = fieldsOf(endpoint['conditions'])['ready'];
  if (ready === false) return [];
  if (!isAbsent(ready) && ready !== true) {
    problems.add(`${path}.conditions.ready: ${quote(ready)} is not true or false; the endpoint counts as not ready`);
    return [];
  }
  const addresses = itemsOf(endpoint['addresses'], `${path}.addresses`, problems).flatMap((text, i) =>
    trimAddress(text, `${path}.addresses[${i}]`, problems),
  );
  const hostname = trimHostname(endpoint['hostname'], path, problems);
  return addresses.map((address) => ({ address, hostname }));
}

function trimAddress(value: unknown, path: string, problems: ProblemList): Address[] {
  const address = typeof value === 'string' ? parseAddress(value) : undefined;
  if (address !== undefined) return [address];
  problems.add(`${path}: ${quote(value)} is not an address`);
  return [];
}

function trimHostname(value: unknown, path: string, problems: ProblemList): string | undefined {
  if (isAbsent(value) || value === '') return undefined;
  const hostname = typeof value === 'string' ? foldCase(value) : undefined;
  if (hostname !== undefined && isLabel(hostname)) return hostname;
  problems.add(`${path}.hostname: ${quote(value)} is not a DNS label; the endpoint counts as one without a hostname`);
  return undefined;
}
