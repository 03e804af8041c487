/** Histories by chance: every kind of object, in every state that DNS tells apart. */
import fc from 'fast-check';
import { Chance } from '../chance.ts';
import { addressCount, ipv4Count, namespacesPerSlot } from '../slots.ts';
import { type Draft, type FreshStates, historyFrom } from './drafts.ts';
import {
  type EndpointAddress,
  type EndpointState,
  type EndpointsState,
  type Family,
  type History,
  type Hostname,
  keyOf,
  type NamespaceState,
  type ObjectState,
  type PodState,
  type PortState,
  type ServiceImportState,
  type ServiceShape,
  type ServiceState,
  type SliceState,
  type Target,
} from './history.ts';
import {
  externalTargets,
  hostNamesOfSlices,
  hostnames,
  podNames,
  portNames,
  portNumbers,
  serviceNames,
  sourceClusters,
} from './names.ts';

const slicesPerNamespace = 5;
const podsPerNamespace = 3;

/** The first of everything is chosen most, so that objects meet. */
const namespace = fewer(namespacesPerSlot);
const service = fewer(serviceNames.length);
const ipv4 = fc.nat(ipv4Count - 1);
const ipv6 = fc.integer({ min: ipv4Count, max: addressCount - 1 });
const anyAddress = fc.nat(addressCount - 1);

/** Mostly labelled, rarely hidden or held. */
const common = {
  isLabelled: mostly(true, false, 8),
  hide: rarely(fc.constantFrom('true' as const, 'false' as const), 12),
  isHeld: rarely(fc.constant(true), 8),
};

function mostly<T>(usual: T, other: T, ratio: number): fc.Arbitrary<T> {
  return fc.oneof({ weight: ratio, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(other) });
}

/** From 0 to `count` - 1, each half as often as the one before. */
function fewer(count: number): fc.Arbitrary<number> {
  const choices = Array.from({ length: count }, (_, i) => ({
    weight: 2 ** (count - 1 - i),
    arbitrary: fc.constant(i),
  }));
  return fc.oneof(...choices);
}

/** Undefined in all but one of `ratio` cases. */
function rarely<T>(arbitrary: fc.Arbitrary<T>, ratio: number): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: ratio - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** Leaves out what is undefined, so that a history is data that can be written down. */
function present<T>(arbitrary: fc.Arbitrary<object>): fc.Arbitrary<T> {
  return arbitrary.map((object) => {
    return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
  });
}

const protocol = fc.constantFrom('TCP' as const, 'TCP' as const, 'UDP' as const, 'SCTP' as const);
const namedPort = fc.record({ name: fc.constantFrom(...portNames), protocol, number: fc.constantFrom(...portNumbers) });
const unnamedPort = fc.record({ protocol, number: fc.constantFrom(...portNumbers) });

/** Several ports have different names, and no number twice in one protocol. */
const namedPorts = (minLength: number): fc.Arbitrary<PortState[]> =>
  fc
    .uniqueArray(namedPort, { selector: ({ name }) => name, minLength, maxLength: 3 })
    .map((ports) => uniqueBy(ports, ({ protocol, number }) => `${protocol} ${number}`));

const servicePorts = (minLength: number): fc.Arbitrary<PortState[]> =>
  fc.oneof(
    { weight: 4, arbitrary: namedPorts(minLength) },
    { weight: 1, arbitrary: unnamedPort.map((port): PortState[] => [port]) },
  );

/** Any number under several names, ports without names or numbers, and none at all. */
const slicePorts: fc.Arbitrary<PortState[]> = fc.oneof(
  { weight: 5, arbitrary: namedPorts(1) },
  { weight: 2, arbitrary: unnamedPort.map((port): PortState[] => [port]) },
  { weight: 1, arbitrary: fc.constant<PortState[]>([]) },
  {
    weight: 1,
    arbitrary: fc
      .record({ name: fc.constantFrom(...portNames), protocol, number: fc.constant(null) })
      .map((port): PortState[] => [port]),
  },
  { weight: 1, arbitrary: fc.tuple(namedPort, unnamedPort).map(([a, b]): PortState[] => [a, b]) },
);

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

const namespaceState = present<NamespaceState>(
  fc.record({ ...common, kind: fc.constant('namespace'), namespace, id: fc.constant(0) }),
);

const families: fc.Arbitrary<Family[]> = fc.constantFrom<Family[][]>(
  ['IPv4'],
  ['IPv6'],
  ['IPv4', 'IPv6'],
  ['IPv6', 'IPv4'],
) as fc.Arbitrary<Family[]>;

const target: fc.Arbitrary<Target> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      to: fc.constant('service' as const),
      namespace,
      id: service,
      zone: fc.constantFrom('cluster' as const, 'cluster' as const, 'cluster' as const, 'clusterset' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ to: fc.constantFrom('itself' as const, 'belowItself' as const) }) },
  { weight: 2, arbitrary: fc.record({ to: fc.constant('other' as const), text: fc.constantFrom(...externalTargets) }) },
);

const serviceBase = {
  ...common,
  kind: fc.constant('service'),
  namespace,
  id: service,
  hasSelector: rarely(fc.constant(true), 8),
};

const serviceState: fc.Arbitrary<ServiceState> = fc.oneof(
  {
    weight: 4,
    arbitrary: present<ServiceState>(
      fc.record({
        ...serviceBase,
        shape: present<ServiceShape>(
          fc.record({
            type: fc.constantFrom('ClusterIP', 'ClusterIP', 'NodePort', 'LoadBalancer'),
            families,
            externalAddress: rarely(fc.constant('198.51.100.7'), 6),
          }),
        ),
        ports: servicePorts(1),
      }),
    ),
  },
  {
    weight: 5,
    arbitrary: present<ServiceState>(
      fc.record({
        ...serviceBase,
        shape: present<ServiceShape>(
          fc.record({ type: fc.constant('headless'), publishesNotReady: rarely(fc.constant(true), 5) }),
        ),
        ports: servicePorts(0),
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: present<ServiceState>(
      fc.record({
        ...serviceBase,
        shape: fc.record({ type: fc.constant('ExternalName' as const), target }),
        ports: fc.constant([]),
      }),
    ),
  },
);

const hostname: fc.Arbitrary<Hostname> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<Hostname>(...hostnames) },
  { weight: 1, arbitrary: anyAddress.map((dashed): Hostname => ({ dashed })) },
);

const condition = fc.constantFrom(undefined, true, false);

function endpoint(index: fc.Arbitrary<number>): fc.Arbitrary<EndpointState> {
  const address: fc.Arbitrary<EndpointAddress> = fc.oneof(
    { weight: 10, arbitrary: index.map((slot): EndpointAddress => ({ slot })) },
    {
      weight: 1,
      arbitrary: fc.record({ namespace, id: service }).map((clusterIpOf): EndpointAddress => ({ clusterIpOf })),
    },
  );
  return present<EndpointState>(
    fc.record({
      addresses: fc.oneof(
        { weight: 6, arbitrary: fc.tuple(address) },
        {
          weight: 1,
          arbitrary: fc.tuple(
            address,
            index.map((slot): EndpointAddress => ({ slot })),
          ),
        },
      ),
      hostname: fc.option(hostname, { nil: undefined, freq: 2 }),
      isReady: fc.constantFrom(undefined, true, true, true, false),
      isServing: condition,
      isTerminating: condition,
      podName: rarely(fc.constantFrom(...podNames), 3),
    }),
  );
}

const sliceState: fc.Arbitrary<SliceState> = fc
  .constantFrom(
    'IPv4' as const,
    'IPv4' as const,
    'IPv4' as const,
    'IPv4' as const,
    'IPv6' as const,
    'IPv6' as const,
    'FQDN' as const,
  )
  .chain((addressType) =>
    present<SliceState>(
      fc.record({
        ...common,
        kind: fc.constant('slice'),
        namespace,
        id: fc.nat(slicesPerNamespace - 1),
        addressType: fc.constant(addressType),
        service: fc.oneof({ weight: 12, arbitrary: service }, { weight: 1, arbitrary: fc.constant(undefined) }),
        imported: rarely(fc.record({ id: service, cluster: fc.constantFrom(...sourceClusters) }), 2),
        endpoints: fc.array(endpoint(indexesOf(addressType)), { maxLength: 4 }),
        ports: slicePorts,
      }),
    ),
  );

function indexesOf(addressType: SliceState['addressType']): fc.Arbitrary<number> {
  if (addressType === 'IPv4') return ipv4;
  return addressType === 'IPv6' ? ipv6 : fc.nat(hostNamesOfSlices.length - 1);
}

const endpointsState = present<EndpointsState>(
  fc.record({
    ...common,
    kind: fc.constant('endpoints'),
    namespace,
    id: service,
    subsets: fc.array(
      fc.record({
        ready: fc.uniqueArray(anyAddress, { maxLength: 2 }),
        notReady: fc.uniqueArray(anyAddress, { maxLength: 1 }),
        ports: servicePorts(0),
      }),
      { maxLength: 2 },
    ),
    hostname: rarely(fc.constantFrom(...hostnames), 3),
    skipsMirroring: rarely(fc.constant(true), 8),
  }),
);

const podState = present<PodState>(
  fc.record({
    ...common,
    kind: fc.constant('pod'),
    namespace,
    id: fc.nat(podsPerNamespace - 1),
    phase: fc.constantFrom('Pending', 'Running', 'Running', 'Running', 'Succeeded', 'Failed'),
    addresses: fc.oneof(fc.tuple(ipv4), fc.tuple(ipv6), fc.tuple(ipv4, ipv6), fc.constant([])),
    appearsTerminating: rarely(fc.constant(true), 4),
  }),
);

const serviceImportState = present<ServiceImportState>(
  fc.record({
    ...common,
    kind: fc.constant('serviceImport'),
    namespace,
    id: service,
    type: fc.constantFrom('ClusterSetIP', 'Headless'),
    addresses: fc.oneof(fc.tuple(ipv4), fc.tuple(ipv4, ipv6), fc.tuple(ipv6)),
    ports: fc.oneof(
      { weight: 5, arbitrary: servicePorts(0) },
      {
        weight: 1,
        arbitrary: fc
          .record({ name: fc.constantFrom(...portNames), number: fc.constantFrom(...portNumbers) })
          .map((port): PortState[] => [port]),
      },
    ),
  }),
);

const objectState: fc.Arbitrary<ObjectState> = fc.oneof(
  { weight: 1, arbitrary: namespaceState },
  { weight: 7, arbitrary: serviceState },
  { weight: 10, arbitrary: sliceState },
  { weight: 2, arbitrary: endpointsState },
  { weight: 2, arbitrary: podState },
  { weight: 3, arbitrary: serviceImportState },
);

/** A Service or an import with slices of its own, which so much depends on. */
const ownerWithSlices: fc.Arbitrary<ObjectState[]> = fc
  .tuple(
    fc.oneof<fc.Arbitrary<ObjectState>[]>(serviceState, serviceState, serviceState, serviceImportState),
    fc.array(sliceState, { minLength: 1, maxLength: 3 }),
  )
  .map(([owner, slices]) => {
    const { kind, namespace, id } = owner;
    const owned = slices.map((slice, i): SliceState => {
      const at = { ...slice, namespace, id: (id + i) % slicesPerNamespace };
      return kind === 'service'
        ? { ...at, service: id }
        : { ...at, imported: { cluster: sourceClusters[0], ...slice.imported, id } };
    });
    return [owner, ...owned];
  });

/** Most Namespaces are there from the start, since nothing can be in one that is not. */
const firstStep: fc.Arbitrary<ObjectState[]> = fc
  .tuple(
    fc.tuple(
      ...Array.from({ length: namespacesPerSlot }, (_, index) =>
        namespaceState.map((state) => ({ ...state, namespace: index })),
      ),
    ),
    fc.constantFrom([0, 1, 2], [0, 1, 2], [0, 1, 2], [0, 1], [0]),
    fc.array(ownerWithSlices, { minLength: 2, maxLength: 4 }),
    fc.array(objectState, { minLength: 3, maxLength: 7 }),
  )
  .map(([namespaces, kept, owners, others]) => {
    const objects = [...owners.flat(), ...others].filter(({ kind }) => kind !== 'namespace');
    return [...kept.map((index) => namespaces[index]!), ...uniqueBy(objects, keyOf)];
  });

/** A state of every kind, of which a change takes what it needs. */
const freshStates: fc.Arbitrary<FreshStates> = fc.record({
  namespace: namespaceState,
  service: serviceState,
  slice: sliceState,
  endpoints: endpointsState,
  pod: podState,
  serviceImport: serviceImportState,
});

const draft: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 2, arbitrary: objectState.map((object): Draft => ({ do: 'put', object })) },
  { weight: 2, arbitrary: fc.nat().map((pick): Draft => ({ do: 'delete', pick })) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('change' as const), pick: fc.nat(), aspect: fc.nat(), fresh: freshStates }),
  },
);

/** Without the bias to small numbers, which are names here. */
const histories: fc.Arbitrary<History> = fc.noBias(
  fc
    .tuple(firstStep, fc.array(fc.array(draft, { minLength: 3, maxLength: 8 }), { minLength: 1, maxLength: 4 }))
    .map(([first, drafts]) => historyFrom(first, drafts)),
);

/** Follows from the seed and the index alone. */
export function historyOf(seed: number, index: number): History {
  const [history] = fc.sample(histories, { seed: new Chance(`${seed} ${index}`).below(2 ** 31), numRuns: 1 });
  return history!;
}
