import { describe, expect, test } from 'vitest';
import { planSlices } from '../../../../demo/cluster/controllers/endpointslice.ts';
import type { ContainerPort, EndpointSlice, Pod, Service } from '../../../../demo/cluster/types.ts';

const meta = { namespace: 'n', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };

function serviceOf(spec: Partial<Service['spec']> = {}, metadata: Partial<Service['metadata']> = {}): Service {
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { ...meta, name: 'svc', uid: 'svc', ...metadata },
    spec: {
      type: 'ClusterIP',
      clusterIP: 'None',
      ipFamilies: ['IPv4'],
      selector: { app: 'x' },
      ports: [{ protocol: 'TCP', port: 80, targetPort: 80 }],
      ...spec,
    },
    status: { loadBalancer: {} },
  };
}

interface PodTraits {
  readonly ip?: string | readonly string[];
  readonly ready?: boolean;
  readonly deleted?: boolean;
  readonly phase?: Pod['status']['phase'];
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly labels?: Record<string, string>;
  readonly ports?: readonly ContainerPort[];
}

function podOf(name: string, traits: PodTraits = {}): Pod {
  const { ip = '10.244.0.2', ready = true, deleted = false, phase = 'Running', labels = { app: 'x' } } = traits;
  const { hostname, subdomain, ports = [] } = traits;
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { ...meta, name, uid: name, labels, ...(deleted ? { deletionTimestamp: meta.creationTimestamp } : {}) },
    spec: {
      containers: [{ name: 'c', image: 'i', ports }],
      ...(hostname === undefined ? {} : { hostname }),
      ...(subdomain === undefined ? {} : { subdomain }),
    },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      podIPs: [ip].flat().map((address) => ({ ip: address })),
    },
  };
}

/** The slices that come out of nothing. */
function slicesFor(service: Service, pods: readonly Pod[]) {
  return planSlices(service, pods, [], undefined).create;
}

function stored(drafts: ReturnType<typeof slicesFor>): EndpointSlice[] {
  return drafts.map((draft, index) => {
    const name = `svc-${index}`;
    return { ...draft, metadata: { ...meta, ...draft.metadata, name, uid: name } } as EndpointSlice;
  });
}

describe('conditions', () => {
  const published = { publishNotReadyAddresses: true };

  test.for([
    ['ready', {}, {}, { ready: true, serving: true, terminating: false }],
    ['not ready', {}, { ready: false }, { ready: false, serving: false, terminating: false }],
    ['terminating', {}, { deleted: true }, { ready: false, serving: true, terminating: true }],
    [
      'terminating, not ready',
      {},
      { deleted: true, ready: false },
      { ready: false, serving: false, terminating: true },
    ],
    [
      'pending with address',
      {},
      { phase: 'Pending', ready: false },
      { ready: false, serving: false, terminating: false },
    ],
    ['published: ready', published, {}, { ready: true, serving: true, terminating: false }],
    ['published: not ready', published, { ready: false }, { ready: true, serving: false, terminating: false }],
    ['published: terminating', published, { deleted: true }, { ready: true, serving: true, terminating: true }],
  ] as const)('%s', ([, spec, traits, expected]) => {
    const [slice] = slicesFor(serviceOf(spec), [podOf('p', traits)]);
    expect(slice!.endpoints).toMatchObject([{ conditions: expected }]);
  });

  test.for([
    ['without address', { ip: [] }],
    ['succeeded', { phase: 'Succeeded' }],
    ['failed', { phase: 'Failed' }],
    ['not selected', { labels: { app: 'y' } }],
    ['of the other family', { ip: 'fd00::1' }],
  ] as const)('a pod %s has no endpoint, published or not', ([, traits]) => {
    expect(slicesFor(serviceOf(), [podOf('p', traits)])).toMatchObject([{ endpoints: null, ports: null }]);
    expect(slicesFor(serviceOf(published), [podOf('p', traits)])).toMatchObject([{ endpoints: null }]);
    expect(slicesFor(serviceOf(), [podOf('p')])).toMatchObject([{ endpoints: [{}] }]);
  });
});

describe('hostname', () => {
  test.for([
    ['hostname and the Service as subdomain', { hostname: 'h', subdomain: 'svc' }, 'h'],
    ['another Service as subdomain', { hostname: 'h', subdomain: 'other' }, undefined],
    ['hostname alone', { hostname: 'h' }, undefined],
    ['subdomain alone', { subdomain: 'svc' }, undefined],
    ['empty hostname', { hostname: '', subdomain: 'svc' }, undefined],
  ] as const)('%s', ([, traits, expected]) => {
    for (const clusterIP of ['None', '10.96.0.1']) {
      const [slice] = slicesFor(serviceOf({ clusterIP }), [podOf('p', traits)]);
      expect(slice!.endpoints![0]!.hostname).toBe(expected);
    }
  });
});

describe('ports', () => {
  const http = (containerPort: number): ContainerPort => ({ name: 'http', containerPort, protocol: 'TCP' });

  test('unnamed ports have the empty name; numbers stand for themselves', () => {
    const [slice] = slicesFor(serviceOf(), [podOf('p')]);
    expect(slice!.ports).toEqual([{ name: '', port: 80, protocol: 'TCP' }]);
  });

  test('several are in an order of their own, the same for every order of the Service', () => {
    const port = (name: string, targetPort: number) => ({ name, protocol: 'TCP', port: 1, targetPort }) as const;
    const ports = [port('broker', 9092), port('controller', 9093)];
    const orders = [ports, ports.toReversed()].map(
      (order) => slicesFor(serviceOf({ ports: order }), [podOf('p')])[0]!.ports,
    );
    expect(orders[0]).toEqual(orders[1]);
    expect(orders[0]).toEqual(
      expect.arrayContaining([
        { name: 'broker', port: 9092, protocol: 'TCP' },
        { name: 'controller', port: 9093, protocol: 'TCP' },
      ]),
    );
  });

  test('names are resolved at each pod; pods of different ports do not share a slice', () => {
    const service = serviceOf({ ports: [{ name: 'web', protocol: 'TCP', port: 80, targetPort: 'http' }] });
    const pods = [
      podOf('a', { ports: [http(8080)] }),
      podOf('b', { ip: '10.244.0.3', ports: [http(9090)] }),
      podOf('c', { ip: '10.244.0.4', ports: [http(8080)] }),
      podOf('d', { ip: '10.244.0.5', ports: [{ ...http(1), protocol: 'UDP' }] }),
    ];
    const groups = slicesFor(service, pods).map(({ ports, endpoints }) => [
      ports?.map(({ port }) => port) ?? null,
      endpoints!.map(({ targetRef }) => targetRef!.name),
    ]);
    expect(groups).toEqual([
      [[8080], ['a', 'c']],
      [[9090], ['b']],
      [null, ['d']],
    ]);
  });

  test('a headless Service may have none', () => {
    expect(slicesFor(serviceOf({ ports: [] }), [podOf('p')])).toMatchObject([{ ports: null, endpoints: [{}] }]);
  });
});

describe('which Services', () => {
  test.for([
    ['without selector', { type: 'ClusterIP' }],
    ['ExternalName', { type: 'ExternalName', selector: { app: 'x' } }],
  ] as const)('%s: nothing', ([, spec]) => {
    const { selector, ...rest } = serviceOf().spec;
    expect(planSlices({ ...serviceOf(), spec: { ...rest, ...spec } }, [podOf('p')], [], undefined).create).toEqual([]);
  });

  test('without pods: one empty slice, made once', () => {
    const slices = stored(slicesFor(serviceOf(), []));
    expect(slices).toMatchObject([{ endpoints: null, ports: null, addressType: 'IPv4' }]);
    expect(planSlices(serviceOf(), [], slices, undefined)).toEqual({ create: [], update: [], remove: [] });
  });

  test('of two families: a slice for each, the hostname in both', () => {
    const pod = podOf('p', { ip: ['10.244.0.2', 'fd00::2'], hostname: 'h', subdomain: 'svc' });
    const slices = slicesFor(serviceOf({ ipFamilies: ['IPv4', 'IPv6'] }), [pod]);
    const content = slices.map(({ addressType, endpoints }) => [
      addressType,
      endpoints![0]!.addresses,
      endpoints![0]!.hostname,
    ]);
    expect(content).toEqual([
      ['IPv4', ['10.244.0.2'], 'h'],
      ['IPv6', ['fd00::2'], 'h'],
    ]);
  });

  test("carry the Service's labels and follow them; a reserved one is not copied", () => {
    const labels = { team: 'a', 'service.kubernetes.io/headless': 'x' };
    const slices = stored(slicesFor(serviceOf({ clusterIP: '10.96.0.9' }, { labels }), [podOf('p')]));
    expect(slices[0]!.metadata.labels).toEqual({
      team: 'a',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': 'svc',
    });
    const relabelled = serviceOf({ clusterIP: '10.96.0.9' }, { labels: { team: 'b' } });
    const { update } = planSlices(relabelled, [podOf('p')], slices, undefined);
    expect(update.map(({ metadata }) => metadata.labels?.['team'])).toEqual(['b']);
  });
});

describe('changes', () => {
  test('none: nothing is written', () => {
    const slices = stored(slicesFor(serviceOf(), [podOf('p')]));
    expect(planSlices(serviceOf(), [podOf('p')], slices, undefined)).toEqual({ create: [], update: [], remove: [] });
    expect(planSlices(serviceOf(), [podOf('p', { ready: false })], slices, undefined).update).toHaveLength(1);
  });

  test('the time of the change is written on what it touches, and taken off when unknown', () => {
    const annotation = 'endpoints.kubernetes.io/last-change-trigger-time';
    const slices = stored(planSlices(serviceOf(), [podOf('p')], [], '2026-01-01T00:00:09Z').create.slice());
    expect(slices[0]!.metadata.annotations).toEqual({ [annotation]: '2026-01-01T00:00:09Z' });
    const { update } = planSlices(serviceOf(), [podOf('p', { ready: false })], slices, undefined);
    expect(update[0]!.metadata.annotations).toEqual({});
  });

  test('the last pod gone: the slice stays under its name, empty', () => {
    const slices = stored(slicesFor(serviceOf(), [podOf('p')]));
    const { create, update, remove } = planSlices(serviceOf(), [], slices, undefined);
    expect([create, remove]).toEqual([[], []]);
    expect(update).toMatchObject([{ metadata: { name: 'svc-0' }, endpoints: null, ports: null }]);
  });

  test('slices that others manage, or that belong to an older Service of the name, are left alone', () => {
    const [slice] = stored(slicesFor(serviceOf(), [podOf('p')]));
    const manual = { ...slice!, metadata: { ...slice!.metadata, labels: { 'kubernetes.io/service-name': 'svc' } } };
    const plan = planSlices(serviceOf({}, { uid: 'new' }), [podOf('p')], [slice!, manual], undefined);
    expect(plan.update.concat(plan.remove)).toEqual([]);
    expect(plan.create).toHaveLength(1);
  });
});
