/** Rules for writing Services: their types, their ports, and the cluster IPs that the server allocates. */
import { isDeepStrictEqual } from 'node:util';
import type { IpFamily, JsonObject, JsonValue, Service, ServicePort, ServiceSpec } from '../types.ts';
import type { ClusterIps } from './cluster-ips.ts';
import type { ManifestReader } from './manifest-reader.ts';
import type { Strategy } from './strategy.ts';

export function serviceStrategy(clusterIps: ClusterIps): Strategy<Service> {
  return {
    prepare(body, reader, previous) {
      const fields = reader.object(body['spec'], 'spec');
      const type = reader.oneOf(fields['type'], 'spec.type', ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']);
      reader.labels(fields['selector'], 'spec.selector');
      reader.flag(fields['publishNotReadyAddresses'], 'spec.publishNotReadyAddresses');
      const spec =
        type === 'ExternalName'
          ? readExternalName(fields, reader, previous?.spec)
          : readWithClusterIp(fields, type, reader, clusterIps, previous?.spec);
      return { spec, status: previous?.status ?? { loadBalancer: {} } };
    },
  };
}

function readExternalName(fields: JsonObject, reader: ManifestReader, previous: ServiceSpec | undefined): ServiceSpec {
  if (reader.text(fields['externalName'], 'spec.externalName') === undefined) {
    reader.required('spec.externalName');
  }
  const { clusterIP, clusterIPs, ipFamilies, ipFamilyPolicy, internalTrafficPolicy, ...rest } = fields;
  // A Service that becomes an ExternalName gives back the address that it had.
  if (reader.text(clusterIP, 'spec.clusterIP') !== previous?.clusterIP) {
    reader.wrong('spec.clusterIPs', [clusterIP ?? ''], 'may not be set for ExternalName services');
  }
  const ports = readPorts(fields, reader);
  return {
    ...rest,
    ...(ports.length === 0 ? {} : { ports }),
    sessionAffinity: 'None',
    type: 'ExternalName',
  } as ServiceSpec;
}

function readWithClusterIp(
  fields: JsonObject,
  type: ServiceSpec['type'],
  reader: ManifestReader,
  clusterIps: ClusterIps,
  previous: ServiceSpec | undefined,
): ServiceSpec {
  const asked = readAskedClusterIps(fields, reader);
  const kept = previous?.clusterIPs ?? [];
  if (kept.length > 0 && asked.length > 0 && !isDeepStrictEqual(asked, kept.slice(0, asked.length))) {
    reader.wrong('spec.clusterIPs[0]', asked, 'may not change once set');
  }
  const isHeadless = (kept[0] ?? asked[0]) === 'None';
  const ports = readPorts(fields, reader);
  if (ports.length === 0 && !isHeadless) reader.required('spec.ports');
  const { families, policy } =
    kept.length > 0 ? keptFamilies(fields, previous) : readFamilies(fields, isHeadless, reader, clusterIps);
  const assigned = kept.length > 0 ? kept : isHeadless ? ['None'] : clusterIps.assign(families, asked, reader);
  const hasNodePorts = type === 'NodePort' || type === 'LoadBalancer';
  return {
    internalTrafficPolicy: 'Cluster',
    sessionAffinity: 'None',
    ...(hasNodePorts ? { externalTrafficPolicy: 'Cluster' } : {}),
    ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
    ...fields,
    clusterIP: assigned[0] ?? '',
    clusterIPs: assigned,
    ipFamilies: families,
    ipFamilyPolicy: policy,
    ...(ports.length === 0 ? {} : { ports: hasNodePorts ? clusterIps.withNodePorts(ports) : ports }),
    type,
  } as ServiceSpec;
}

/** The cluster IPs that the manifest names: "None" for a headless Service, usually nothing. */
function readAskedClusterIps(fields: JsonObject, reader: ManifestReader): string[] {
  const list = reader.list(fields['clusterIPs'], 'spec.clusterIPs');
  const first = reader.text(fields['clusterIP'], 'spec.clusterIP');
  if (list.length === 0) return first === undefined ? [] : [first];
  if (first !== undefined && first !== list[0]) {
    reader.wrong('spec.clusterIPs', list, 'first value must match `clusterIP`');
  }
  return list.map((address, index) => reader.text(address, `spec.clusterIPs[${index}]`) ?? '');
}

/** The address families of a Service, the preferred one first, and how they were chosen. */
interface Families {
  readonly families: readonly IpFamily[];
  readonly policy: string;
}

const FAMILIES = ['IPv4', 'IPv6'] as const;
const POLICIES = ['SingleStack', 'PreferDualStack', 'RequireDualStack'] as const;

function readFamilies(
  fields: JsonObject,
  isHeadless: boolean,
  reader: ManifestReader,
  clusterIps: ClusterIps,
): Families {
  const { ipFamilies, ipFamilyPolicy, selector } = fields;
  // Whoever writes the endpoints of a headless Service by hand may write any: both families, on every cluster.
  if (isHeadless && selector === undefined && ipFamilies === undefined && ipFamilyPolicy === undefined) {
    return { families: FAMILIES, policy: 'RequireDualStack' };
  }
  const policy = reader.oneOf(ipFamilyPolicy, 'spec.ipFamilyPolicy', POLICIES);
  const asked = reader
    .list(ipFamilies, 'spec.ipFamilies')
    .map((family, index) => reader.oneOf(family, `spec.ipFamilies[${index}]`, FAMILIES));
  for (const family of asked.filter((candidate) => !clusterIps.families.includes(candidate))) {
    reader.wrong('spec.ipFamilies', family, 'not configured on this cluster');
  }
  if (policy === 'RequireDualStack' && clusterIps.families.length < 2) {
    reader.wrong('spec.ipFamilyPolicy', policy, 'this cluster is not configured for dual-stack services');
  }
  const preferred = [...new Set([...asked, ...clusterIps.families])];
  return { families: policy === 'SingleStack' ? preferred.slice(0, Math.max(1, asked.length)) : preferred, policy };
}

/** The families follow the cluster IPs, which do not change. */
function keptFamilies(fields: JsonObject, previous: ServiceSpec | undefined): Families {
  const policy = fields['ipFamilyPolicy'] ?? previous?.ipFamilyPolicy;
  return { families: previous?.ipFamilies ?? [], policy: String(policy) };
}

function readPorts(fields: JsonObject, reader: ManifestReader): ServicePort[] {
  const list = reader.list(fields['ports'], 'spec.ports');
  const ports = list.map((port, index) => readPort(port, `spec.ports[${index}]`, reader));
  const names = ports.map(({ name }) => name);
  names.forEach((name, index) => {
    if (name === undefined && ports.length > 1) reader.required(`spec.ports[${index}].name`);
    else if (name !== undefined && names.indexOf(name) < index) {
      reader.reject('FieldValueDuplicate', `spec.ports[${index}].name`, `Duplicate value: "${name}"`);
    }
  });
  return ports;
}

function readPort(value: JsonValue, path: string, reader: ManifestReader): ServicePort {
  const fields = reader.object(value, path);
  const port = readPortNumber(fields['port'], `${path}.port`, reader);
  if (port === undefined) reader.required(`${path}.port`);
  const { targetPort } = fields;
  const target = typeof targetPort === 'string' ? targetPort : readPortNumber(targetPort, `${path}.targetPort`, reader);
  const { name, ...rest } = fields;
  const portName = reader.text(name, `${path}.name`);
  return {
    ...(portName === undefined ? {} : { name: portName }),
    ...rest,
    protocol: reader.oneOf(fields['protocol'], `${path}.protocol`, ['TCP', 'UDP', 'SCTP']),
    port: port ?? 0,
    targetPort: target ?? port ?? 0,
  };
}

function readPortNumber(value: JsonValue | undefined, path: string, reader: ManifestReader): number | undefined {
  const port = reader.integer(value, path);
  if (port !== undefined && (port < 1 || port > 65_535)) {
    reader.wrong(path, port, 'must be between 1 and 65535, inclusive');
  }
  return port;
}
