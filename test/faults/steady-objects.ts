/** Objects that are there all the time, one that changes all the time, and their names. Pure. */
import type { ConstantName } from './law/asked-names.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: 'Namespace' | 'Service' | 'EndpointSlice';
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export const steadyNamespace = 'steady';

/** Enough that most names of a cluster vanish when they do. */
const plainServices = Array.from({ length: 30 }, (_, i) => `plain-${i}`);
const hosts = ['db-0', 'db-1', 'db-2'];

export const steadyNames: readonly ConstantName[] = [
  ...['plain-0', 'plain-29', 'db', ...hosts.map((host) => `${host}.db`)].map(
    (name): ConstantName => ({ name: `${name}.${steadyNamespace}.svc.cluster.local`, type: 'A' }),
  ),
  { name: `_sql._tcp.db.${steadyNamespace}.svc.cluster.local`, type: 'SRV' },
  { name: 'kubernetes.default.svc.cluster.local', type: 'A' },
];

/** The Namespace first. */
export function steadyObjects(): readonly [Manifest, ...Manifest[]] {
  const headless = { clusterIP: 'None', ports: [{ name: 'sql', port: 5432 }] };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: steadyNamespace } },
    ...plainServices.map((name) => service(name, { ports: [{ name: 'http', port: 80 }] })),
    service('db', headless),
    service('changing', headless),
    slice(
      'db',
      'db',
      hosts.map((hostname, i) => ({ hostname, addresses: [`10.210.0.${i + 1}`] })),
    ),
    changingSlice(0),
  ];
}

/** Another address in each step. */
export function changingSlice(step: number): Manifest {
  const addresses = [`10.211.${(step >> 8) & 255}.${step & 255}`];
  return slice('changing', 'changing', [{ hostname: 'now', addresses }]);
}

export function service(name: string, spec: object, namespace = steadyNamespace): Manifest {
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec };
}

/** IPv4, written by hand for a Service without a selector. */
export function slice(
  name: string,
  owner: string,
  endpoints: readonly object[],
  namespace = steadyNamespace,
): Manifest {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace, name, labels: { 'kubernetes.io/service-name': owner } },
    addressType: 'IPv4',
    endpoints,
    ports: [{ name: 'sql', port: 5432 }],
  };
}
