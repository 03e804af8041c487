/** API objects of a cluster, any of them, with few names so that they meet. What is hidden has names of its own. */
import fc from 'fast-check';
import type { RecordOptions } from '../../../sync-agent/records/options.ts';
import { parseName } from '../../../zone/name.ts';
import type { ApiObjects } from '../supplements/observed-objects.ts';
import { endpoint, namespace, service, slice } from './observed.ts';

/** In every name of something hidden, and in no other. */
export const secret = 'secret';

const namespaceNames = ['alpha', 'bravo'];
const hiddenNamespace = `${secret}-ns`;
const serviceNames = ['web', 'db', 'web-headless'];
const hiddenService = `${secret}-svc`;
const podNames = ['web-0', 'web-1', 'db-0', 'x7d9f'];
const portNames = ['http', 'https', undefined];

const anyPort = fc.record({
  name: fc.constantFrom(...portNames),
  port: fc.constantFrom(80, 443),
  protocol: fc.constantFrom('TCP', 'UDP'),
  targetPort: fc.constantFrom('web', 8080),
});

const anySpec = fc.oneof(
  { weight: 3, arbitrary: fc.record({ ports: fc.array(anyPort, { maxLength: 3 }), selector: anySelector() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      clusterIP: fc.constantFrom('10.96.0.1', ''),
      ports: fc.array(anyPort, { maxLength: 3 }),
      publishNotReadyAddresses: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('ExternalName'),
      externalName: fc.constantFrom(
        'www.example.com',
        '10.0.0.1',
        `web.${hiddenNamespace}.svc.cluster.local`,
        `${hiddenService}.alpha.svc.cluster.local`,
        'web.bravo.svc.cluster.local',
      ),
    }),
  },
);

function anySelector() {
  return fc.constantFrom(null, {}, { app: 'web' });
}

/** With a hostname that is the pod's name, another one, or none. */
function anyEndpoint(pods: readonly string[]): fc.Arbitrary<object> {
  return fc
    .record({
      i: fc.integer({ min: 1, max: 5 }),
      pod: fc.constantFrom(...pods),
      hostname: fc.constantFrom('same', 'other', undefined, undefined),
      ready: fc.boolean(),
      terminating: fc.boolean(),
    })
    .map(({ i, pod, hostname, ready, terminating }) =>
      endpoint(i, pod, {
        ready,
        terminating,
        ...(hostname !== undefined && { hostname: hostname === 'same' ? pod : `h-${pod}` }),
      }),
    );
}

function anySlices(inNamespace: string, ofService: string): fc.Arbitrary<object[]> {
  const secretPods = podNames.map((name) => `${secret}-${name}`);
  // A pod of a hidden Service may be one of another, too.
  const pods =
    inNamespace === hiddenNamespace
      ? secretPods
      : ofService === hiddenService
        ? [...podNames, ...secretPods]
        : podNames;
  const one = fc.record({ endpoints: fc.array(anyEndpoint(pods), { maxLength: 5 }), ports: fc.array(anyPort) });
  return fc.array(one, { maxLength: 2 }).map((slices) =>
    slices.map(({ endpoints, ports }, i) =>
      slice(inNamespace, ofService, endpoints, {
        metadata: {
          namespace: inNamespace,
          name: `${ofService}-${i}`,
          labels: { 'kubernetes.io/service-name': ofService },
        },
        ports,
      }),
    ),
  );
}

function anyServices(inNamespace: string): fc.Arbitrary<ApiObjects> {
  const each = [...serviceNames, hiddenService].map((name) => {
    const isHidden = name === hiddenService;
    return fc.record({
      // What is not there at all may be named as the target of a CNAME, as it is in the snapshot.
      services: (isHidden ? anySpec : fc.option(anySpec)).map((spec) =>
        spec === null ? [] : [service(inNamespace, name, spec, isHidden)],
      ),
      slices: anySlices(inNamespace, name),
    });
  });
  return fc.tuple(...each).map((all) => ({
    namespaces: [namespace(inNamespace, inNamespace === hiddenNamespace)],
    services: all.flatMap(({ services }) => services),
    slices: all.flatMap(({ slices }) => slices),
  }));
}

export const anyApiObjects: fc.Arbitrary<ApiObjects> = fc
  .tuple(...[...namespaceNames, hiddenNamespace].map(anyServices))
  .map((all) => ({
    namespaces: all.flatMap(({ namespaces }) => namespaces),
    services: all.flatMap(({ services }) => services),
    slices: all.flatMap(({ slices }) => slices),
  }));

const local = parseName('cluster.local');
const long = parseName(['l'.repeat(63), 'l'.repeat(63), 'l'.repeat(63), 'x'.repeat(40)].join('.'));

export const anyRemarkOptions: fc.Arbitrary<Partial<RecordOptions>> = fc.record({
  zoneOrigins: fc.constantFrom([local], [local], [local, long]),
  pods: fc.constantFrom('disabled', 'insecure', 'verified'),
  usesPodNames: fc.boolean(),
  ignoresEmptyServices: fc.boolean(),
  selectsNamespaces: fc.boolean(),
  selectsObjects: fc.boolean(),
});
