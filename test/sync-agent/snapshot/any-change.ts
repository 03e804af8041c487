/** Changes of a cluster, any and in any order. The pools are small, so that objects come, change, move and go. */
import fc from 'fast-check';
import type { Endpoint, EndpointSlice, Port, Service, ServiceKind } from '../../../sync-agent/cluster.ts';
import type { ClusterState } from '../../../sync-agent/kube/observed-cluster.ts';
import { parseAddress } from '../../../zone/address.ts';
import { parseName } from '../../../zone/name.ts';

export interface Change {
  readonly apply: (state: ClusterState) => void;
  /** For people who read a failed law. */
  readonly toString: () => string;
}

const namespaceNames = ['default', 'shop', 'svc'];
const serviceNames = ['web', 'db', 'default'];
const sliceNames = ['x1', 'x2', 'x3'];

export function anyChange(): fc.Arbitrary<Change> {
  const namespace = fc.constantFrom(...namespaceNames);
  const service = fc.constantFrom(...serviceNames);
  const slice = fc.constantFrom(...sliceNames);
  const key = (name: fc.Arbitrary<string>) => fc.tuple(namespace, name).map((parts) => parts.join('/'));
  return fc.oneof(
    namespace.map((name) => change(`+ Namespace ${name}`, (s) => s.namespaceStore.upsert(kept(name, { name })))),
    namespace.map((name) => change(`- Namespace ${name}`, (s) => s.namespaceStore.remove(gone(name)))),
    anyService(service, namespace).map((value) =>
      change(`+ Service ${keyOf(value)} ${value.kind.type}`, (s) => s.serviceStore.upsert(kept(keyOf(value), value))),
    ),
    key(service).map((name) => change(`- Service ${name}`, (s) => s.serviceStore.remove(gone(name)))),
    anySlice(slice, namespace, service).map((value) =>
      change(`+ EndpointSlice ${keyOf(value)} of ${value.service}`, (s) =>
        s.sliceStore.upsert(kept(keyOf(value), value)),
      ),
    ),
    key(slice).map((name) => change(`- EndpointSlice ${name}`, (s) => s.sliceStore.remove(gone(name)))),
  );
}

function change(text: string, apply: (state: ClusterState) => void): Change {
  return { apply, toString: () => text };
}

function kept<T>(key: string, value: T) {
  return { key, value, problems: [] };
}

function gone(key: string) {
  return { key, value: undefined, problems: [] };
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function anyService(name: fc.Arbitrary<string>, namespace: fc.Arbitrary<string>): fc.Arbitrary<Service> {
  const kind: fc.Arbitrary<ServiceKind> = fc.oneof(
    fc.record({
      type: fc.constant('clusterIP' as const),
      addresses: fc.array(anyAddress(), { minLength: 1, maxLength: 2 }),
    }),
    fc.constant({ type: 'headless' as const }),
    fc.record({ type: fc.constant('externalName' as const), target: fc.constant(parseName('db.example.com')) }),
  );
  return fc.record({ namespace, name, kind, ports: anyPorts() });
}

function anySlice(
  name: fc.Arbitrary<string>,
  namespace: fc.Arbitrary<string>,
  service: fc.Arbitrary<string>,
): fc.Arbitrary<EndpointSlice> {
  return fc.record({
    namespace,
    name,
    service,
    endpoints: fc.array(anyEndpoint(), { maxLength: 3 }),
    ports: anyPorts(),
  });
}

function anyEndpoint(): fc.Arbitrary<Endpoint> {
  return fc.record({ address: anyAddress(), hostname: fc.constantFrom(undefined, 'web-0', 'web-1') });
}

function anyAddress() {
  return fc.constantFrom('10.0.0.1', '10.0.0.2', 'fd00::1').map((text) => parseAddress(text)!);
}

function anyPorts(): fc.Arbitrary<readonly Port[]> {
  const name = fc.constantFrom('', 'http');
  return fc.array(fc.record({ name, protocol: fc.constantFrom('tcp', 'udp'), number: fc.constantFrom(80, 443) }), {
    maxLength: 2,
  });
}
