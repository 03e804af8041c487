/**
 * API object → the few fields that decide DNS records. Pure and total: any JSON gives a value, or Problems, or both,
 * and a malformed part costs only itself. What CoreDNS does not read is not read here either.
 *
 * What one object can cost is bounded: lists are read up to a length that no sensible object has. Of a hidden object only
 * its identity is kept.
 */
import { type Name, NameError, parseName, root } from '../../zone/name.ts';
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
import { addressOf, maxAddresses, trimAddress } from './addresses.ts';
import { changeTriggerOf } from './change-trigger.ts';
import { trimEndpoints } from './endpoints.ts';
import { isHidden } from './hiding.ts';
import { type Fields, fieldsOf, isAbsent, quote, textOf } from './json.ts';
import { maxPorts, trimPorts } from './ports.ts';
import { sliceOwners } from './slice-owners.ts';
import {
  isLabel,
  itemsOf,
  objectAt,
  optionalObjectAt,
  ProblemList,
  shownName,
  type Trimmed,
  trimNamespaced,
} from './trimmed.ts';

/** Endpoints times ports of one slice: each is an SRV record. */
const maxEndpointPorts = 100_000;
/** As long as a domain name can be written: four labels of 250 octets together, each as `\DDD`, and four dots. */
const maxNameCharacters = 1004;

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
    const spec = objectAt(fields['spec'], 'spec', problems);
    if (spec === undefined) return undefined;
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
  const trimmed = trimNamespaced<EndpointSlice>('EndpointSlice', object, ({ namespace, name }, fields, problems) => {
    const [owner, ...others] = sliceOwners(fields, keepsImports, problems);
    if (owner === undefined) return undefined;
    if (fields['addressType'] === 'FQDN') {
      problems.add('addressType: host names ("FQDN") cannot be endpoints in DNS');
      return undefined;
    }
    const endpoints = trimEndpoints(fields['endpoints'], keepsPodNames, problems);
    checkAddressType(fields['addressType'], endpoints, problems);
    if (endpoints.length === 0) return undefined;
    const most = Math.min(maxPorts, Math.floor(maxEndpointPorts / endpoints.length));
    const ports = trimPorts(fields['ports'], 'ports', problems, most);
    return { namespace, name, owners: [owner, ...others], endpoints, ports };
  });
  const trigger = changeTriggerOf(object);
  return trigger === undefined ? trimmed : { ...trimmed, trigger };
}

/** As CoreDNS, by which the addresses alone decide; what contradicts them is told. */
function checkAddressType(type: unknown, endpoints: readonly Endpoint[], problems: ProblemList): void {
  if (isAbsent(type) || type === '') return;
  const octets = addressOctets.get(type);
  if (octets === undefined) {
    problems.add(`addressType: ${quote(type)} is not IPv4, IPv6 or FQDN; the addresses count as what they are`);
  } else if (endpoints.some(({ address }) => address.length !== octets)) {
    problems.add(`addressType: ${quote(type)}, but not all addresses are; they count as what they are`);
  }
}

const addressOctets: ReadonlyMap<unknown, number> = new Map([
  ['IPv4', 4],
  ['IPv6', 16],
]);

/** No value for a pod that is hidden, has ended, or has no address yet. */
export function trimPod(object: unknown): Trimmed<Pod> {
  return trimNamespaced('Pod', object, ({ namespace, name }, fields, problems) => {
    if (isHidden(fields, problems)) return undefined;
    const status = optionalObjectAt(fields['status'], 'status', problems);
    if (status === undefined || hasEnded(status['phase'], problems)) return undefined;
    const list = itemsOf(status['podIPs'], 'status.podIPs', maxAddresses, problems);
    const addresses = list.flatMap((item, i) => {
      const fields = objectAt(item, `status.podIPs[${i}]`, problems);
      return fields === undefined ? [] : trimAddress(fields['ip'], `status.podIPs[${i}].ip`, problems);
    });
    const { podIP } = status as { readonly podIP?: unknown };
    if (list.length === 0 && !isAbsent(podIP) && podIP !== '') {
      addresses.push(...trimAddress(podIP, 'status.podIP', problems));
    }
    return addresses.length === 0 ? undefined : { namespace, name, addresses: [...new Set(addresses)] };
  });
}

/** The API server leaves them out when it is asked to (resource.ts). Of `Unknown` nobody knows whether it has ended. */
export const endedPhases: readonly unknown[] = ['Succeeded', 'Failed', 'Unknown'];

function hasEnded(phase: unknown, problems: ProblemList): boolean {
  if (isAbsent(phase) || typeof phase === 'string') return endedPhases.includes(phase);
  problems.add(`status.phase: ${quote(phase)} is not a phase; the pod counts as one that has ended`);
  return true;
}

/** No value for an import that has no address yet and is not headless. */
export function trimServiceImport(object: unknown): Trimmed<ServiceImport> {
  return trimNamespaced('ServiceImport', object, ({ namespace, name }, fields, problems) => {
    if (!isLabel(name)) {
      problems.add(`metadata.name: ${quote(name)} is not a ServiceImport's name`);
      return undefined;
    }
    if (isHidden(fields, problems)) return { namespace, name, isHidden: true, kind: { type: 'headless' }, ports: [] };
    const spec = objectAt(fields['spec'], 'spec', problems);
    if (spec === undefined) return undefined;
    const kind = serviceImportKind(spec, problems);
    return kind && { namespace, name, isHidden: false, kind, ports: trimPorts(spec['ports'], 'spec.ports', problems) };
  });
}

/** Kubernetes DNS specification §2.3 to §2.5. */
function serviceKind(spec: Fields, problems: ProblemList): ServiceKind | undefined {
  const { type } = spec as { readonly type?: unknown };
  if (type === 'ExternalName') {
    const target = externalName(spec['externalName'], problems);
    return target && { type: 'externalName', target };
  }
  if (!isAbsent(type) && type !== '' && !clusterIpTypes.includes(type)) {
    problems.add(`spec.type: ${quote(type)} is not a Service's type; it counts as ClusterIP`);
  }
  const list = itemsOf(spec['clusterIPs'], 'spec.clusterIPs', maxAddresses, problems);
  const clusterIPs = list.length > 0 ? list : [spec['clusterIP']];
  if (clusterIPs[0] === 'None') return { type: 'headless' };
  const addresses = clusterIPs.flatMap((text, i) => {
    if (text === '' || (isAbsent(text) && list.length === 0)) return [];
    return trimAddress(text, list.length > 0 ? `spec.clusterIPs[${i}]` : 'spec.clusterIP', problems);
  });
  return addresses.length > 0 ? { type: 'clusterIP', addresses: [...new Set(addresses)] } : undefined;
}

const clusterIpTypes: readonly unknown[] = ['ClusterIP', 'NodePort', 'LoadBalancer'];

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
