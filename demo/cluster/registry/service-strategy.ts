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
          ? readExternalName(fields, reader)
          : readWithClusterIp(fields, type, reader, clusterIps, previous?.spec);
      return { spec, status: previous?.status ?? { loadBalancer: {} } };
    },
  };
}

function readExternalName(fields: JsonObject, reader: ManifestReader): ServiceSpec {
  if (reader.text(fields['externalName'], 'spec.externalName') === undefined) {
    reader.required('spec.externalName');
  }
  const { clusterIP, clusterIPs, ipFamilies, ipFamilyPolicy, internalTrafficPolicy, ...rest } = fields;
  if (reader.text(clusterIP, 'spec.clusterIP') !== undefined) {
    reader.wrong('spec.clusterIPs', [clusterIP!], 'may not be set for ExternalName services');
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
  const families = kept.length > 0 ? previous?.ipFamilies : readFamilies(fields, reader, clusterIps);
  const assigned = kept.length > 0 ? kept : isHeadless ? ['None'] : clusterIps.assign(families ?? [], asked, reader);
  const hasNodePorts = type === 'NodePort' || type === 'LoadBalancer';
  return {
    internalTrafficPolicy: 'Cluster',
    sessionAffinity: 'None',
    ...(hasNodePorts ? { externalTrafficPolicy: 'Cluster' } : {}),
    ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
    ...fields,
    clusterIP: assigned[0] ?? '',
    clusterIPs: assigned,
    ipFamilies: families ?? [],
    ipFamilyPolicy: reader.text(fields['ipFamilyPolicy'], 'spec.ipFamilyPolicy') ?? 'SingleStack',
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

const FAMILIES = ['IPv4', 'IPv6'] as const;

function readFamilies(fields: JsonObject, reader: ManifestReader, clusterIps: ClusterIps): IpFamily[] {
  const policies = ['SingleStack', 'PreferDualStack', 'RequireDualStack'] as const;
  const policy = reader.oneOf(fields['ipFamilyPolicy'], 'spec.ipFamilyPolicy', policies);
  const asked = reader
    .list(fields['ipFamilies'], 'spec.ipFamilies')
    .map((family, index) => reader.oneOf(family, `spec.ipFamilies[${index}]`, FAMILIES));
  for (const family of asked.filter((candidate) => !clusterIps.families.includes(candidate))) {
    reader.wrong('spec.ipFamilies', family, 'not configured on this cluster');
  }
  if (policy === 'RequireDualStack' && clusterIps.families.length < 2) {
    reader.wrong('spec.ipFamilyPolicy', policy, 'this cluster is not configured for dual-stack services');
  }
  const preferred = [...new Set([...asked, ...clusterIps.families])];
  return policy === 'SingleStack' ? preferred.slice(0, Math.max(1, asked.length)) : preferred;
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
  const port = reader.integer(fields['port'], `${path}.port`);
  if (port === undefined) reader.required(`${path}.port`);
  else if (port < 1 || port > 65_535) reader.wrong(`${path}.port`, port, 'must be between 1 and 65535, inclusive');
  const { targetPort } = fields;
  const target = typeof targetPort === 'string' ? targetPort : reader.integer(targetPort, `${path}.targetPort`);
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
