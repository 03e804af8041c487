/** Objects of a cluster, any of them. The pools are small, so that names, addresses and ports collide. */
import fc from 'fast-check';
import type {
  Endpoint,
  EndpointSlice,
  Namespace,
  Pod,
  Port,
  Service,
  ServiceImport,
  ServiceImportKind,
  ServiceKind,
  SliceOwner,
} from '../../../sync-agent/cluster.ts';
import type { PodMode, RecordOptions } from '../../../sync-agent/records/options.ts';
import { type Address, parseAddress } from '../../../zone/address.ts';
import { type Name, parseName } from '../../../zone/name.ts';

export const longLabel = 'l'.repeat(63);

/** What objects are made of. */
export interface Pools {
  readonly namespaces: readonly string[];
  /** Of Services and ServiceImports. */
  readonly services: readonly string[];
  readonly slices: readonly string[];
  readonly hostnames: readonly string[];
  readonly addresses: readonly string[];
  readonly portNames: readonly string[];
  readonly targets: readonly string[];
}

export const ordinaryPools: Pools = {
  namespaces: ['default', 'shop', 'svc', longLabel],
  services: ['web', 'db', 'ns', longLabel],
  slices: ['x1', 'x2', 'x3', 'x4'],
  hostnames: ['web-0', 'web-1', '10-0-0-2', 'tcp', longLabel],
  addresses: ['10.0.0.1', '10.0.0.2', '10.0.0.3', 'fd00::1', '2001:db8::'],
  portNames: ['', 'http', 'HTTP', 'web-0', longLabel],
  targets: [
    'db.example.com',
    'cluster.local',
    'web.default.svc.cluster.local',
    'x.web.shop.svc.cluster.local',
    'shop.svc.cluster.local',
    '10-0-0-1.svc.pod.cluster.local',
    'db.default.svc.clusterset.local',
    'web.shop.svc.alias.example',
    'web.absent.svc.cluster.local',
  ],
};

/** With all modes, and now and then an alias below which long names do not fit. */
export function anyOptions(): fc.Arbitrary<RecordOptions & { readonly zoneOrigins: readonly [Name, ...Name[]] }> {
  const local = parseName('cluster.local');
  const set = parseName('clusterset.local');
  const long = parseName(`${[longLabel, longLabel].join('.')}.long.example`);
  return fc.record({
    ttlSeconds: fc.constantFrom(0, 30),
    zoneOrigins: fc.constantFrom<[Name, ...Name[]]>([local], [local, parseName('alias.example')], [local, long]),
    clustersetOrigins: fc.constantFrom<Name[]>([], [set], [set, long]),
    pods: fc.constantFrom<PodMode>('disabled', 'insecure', 'verified'),
    usesPodNames: fc.boolean(),
    ignoresEmptyServices: fc.boolean(),
    selectsNamespaces: fc.boolean(),
    selectsObjects: fc.boolean(),
  });
}

export function anyNamespace({ namespaces }: Pools): fc.Arbitrary<Namespace> {
  return fc.record({ name: fc.constantFrom(...namespaces), isHidden: anyHiding() });
}

export function anyService(pools: Pools): fc.Arbitrary<Service> {
  const kind: fc.Arbitrary<ServiceKind> = fc.oneof(
    fc.record({
      type: fc.constant('clusterIP' as const),
      addresses: fc.array(anyAddress(pools), { minLength: 1, maxLength: 2 }),
    }),
    fc.constant({ type: 'headless' as const }),
    fc.record({
      type: fc.constant('externalName' as const),
      target: fc.constantFrom(...pools.targets.map((text) => parseName(text))),
    }),
  );
  return fc.record({ ...identity(pools, pools.services), isHidden: anyHiding(), kind, ports: anyPorts(pools) });
}

export function anyServiceImport(pools: Pools): fc.Arbitrary<ServiceImport> {
  const kind: fc.Arbitrary<ServiceImportKind> = fc.oneof(
    fc.record({ type: fc.constant('clusterSetIP' as const), addresses: fc.array(anyAddress(pools), { maxLength: 2 }) }),
    fc.constant({ type: 'headless' as const }),
  );
  return fc.record({ ...identity(pools, pools.services), isHidden: anyHiding(), kind, ports: anyPorts(pools) });
}

export function anySlice(pools: Pools): fc.Arbitrary<EndpointSlice> {
  return fc.record({
    ...identity(pools, pools.slices),
    owners: anyOwners(pools),
    endpoints: fc.array(anyEndpoint(pools), { maxLength: 5 }),
    ports: anyPorts(pools),
  });
}

/** A Service, an import, or both. */
function anyOwners({ services }: Pools): fc.Arbitrary<EndpointSlice['owners']> {
  const service = fc.constantFrom(...services);
  const cluster = fc.constantFrom('east', 'west', longLabel);
  const ofService: fc.Arbitrary<SliceOwner> = fc.record({ kind: fc.constant('service' as const), service });
  const ofImport: fc.Arbitrary<SliceOwner> = fc.record({
    kind: fc.constant('serviceImport' as const),
    service,
    cluster,
  });
  return fc.oneof(fc.tuple(ofService), fc.tuple(ofImport), fc.tuple(ofService, ofImport));
}

function anyEndpoint(pools: Pools): fc.Arbitrary<Endpoint> {
  const label = fc.constantFrom(undefined, ...pools.hostnames);
  return fc.record({ address: anyAddress(pools), hostname: label, podName: label });
}

export function anyPod(pools: Pools): fc.Arbitrary<Pod> {
  const addresses = fc.array(anyAddress(pools), { minLength: 1, maxLength: 2 });
  return fc.record({ ...identity(pools, ['p1', 'p2', 'p3']), addresses });
}

function identity({ namespaces }: Pools, names: readonly string[]) {
  return { namespace: fc.constantFrom(...namespaces), name: fc.constantFrom(...names) };
}

/** Mostly nothing is hidden. */
function anyHiding(): fc.Arbitrary<boolean> {
  return fc.constantFrom(false, false, false, true);
}

function anyAddress({ addresses }: Pools): fc.Arbitrary<Address> {
  return fc.constantFrom(...addresses.map((text) => parseAddress(text)!));
}

function anyPorts({ portNames }: Pools): fc.Arbitrary<readonly Port[]> {
  const port = fc.record({
    name: fc.constantFrom(...portNames),
    protocol: fc.constantFrom('tcp', 'udp', 'sctp'),
    number: fc.constantFrom(1, 80, 443, 65_535, undefined),
  });
  return fc.array(port, { maxLength: 4 });
}
