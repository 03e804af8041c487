/** What holds for the endpoints of every cluster: they agree with DNS, and tell nothing of what is hidden. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endpointsSource } from '../../../sync-agent/endpoints/endpoints-source.ts';
import type { RecordOptions } from '../../../sync-agent/records/options.ts';
import { formatAddress } from '../../../zone/address.ts';
import { dashedLabel } from '../../../zone/dashed.ts';
import type { EndpointsLine, Standing } from '../../../zone/endpoints/line.ts';
import type { OwnerGroup } from '../../../zone/group.ts';
import { formatRelativeName } from '../../../zone/name.ts';
import { recordsOfCluster } from '../records/whole-cluster.ts';
import { anyApiObjects, anyRemarkOptions, secret } from '../remarks/any-objects.ts';
import { ordinaryOptions } from '../remarks/observed.ts';
import { type Kind, ObservedObjects } from '../supplements/observed-objects.ts';
import { linesOf, textsOf } from './written-lines.ts';

const numRuns = 300;
const kinds: readonly Kind[] = ['namespaces', 'services', 'slices'];

/** What DNS has, by the names of Services as in lines. */
function groupsOf({ cluster }: ObservedObjects, options: Partial<RecordOptions>): ReadonlyMap<string, OwnerGroup> {
  const { cluster: groups } = recordsOfCluster(cluster, { ...ordinaryOptions, ...options });
  return new Map(groups.map((group) => [formatRelativeName(group.base), group]));
}

function byService(lines: readonly EndpointsLine[]): ReadonlyMap<string, EndpointsLine['endpoints']> {
  const groups = Map.groupBy(lines, ({ name }) => name);
  return new Map([...groups].map(([name, of]) => [name, of.flatMap(({ endpoints }) => endpoints)]));
}

test('those that are ready are those of DNS, each found under its label', () => {
  const counts = { there: 0, empty: 0 };
  fc.assert(
    fc.property(anyApiObjects, anyRemarkOptions, (objects, options) => {
      const observed = new ObservedObjects(objects);
      const groups = groupsOf(observed, options);
      for (const [name, endpoints] of byService(linesOf(observed, options))) {
        const ready = endpoints.filter(([, host, standing]) => standing === 'ready' && host !== '');
        const hosts = groups.get(name)?.hosts ?? [];
        const found = hosts.flatMap(({ label, addresses }) => addresses.map((one) => `${label} ${formatAddress(one)}`));
        expect(new Set(ready.map(([address, host]) => `${host} ${address}`))).toEqual(new Set(found));
        counts[ready.length > 0 ? 'there' : 'empty'] += 1;
      }
    }),
    { numRuns },
  );
  expect(Math.min(counts.there, counts.empty)).toBeGreaterThan(300);
});

test('a Service has lines that has records and may have endpoints, and no other that is ready', () => {
  fc.assert(
    fc.property(anyApiObjects, anyRemarkOptions, (objects, options) => {
      const observed = new ObservedObjects(objects);
      const services = byService(linesOf(observed, options));
      const groups = groupsOf(observed, options);
      for (const { namespace, name, kind } of observed.cluster.services.values()) {
        const title = `${name}.${namespace}.svc`;
        if (groups.has(title)) expect(services.has(title)).toBe(kind.type !== 'externalName');
        else
          expect(
            services.get(title)?.filter(([, host, standing]) => standing === 'ready' && host !== '') ?? [],
          ).toEqual([]);
      }
    }),
    { numRuns },
  );
});

test('each endpoint is there once, as it stands best', () => {
  const rank: Readonly<Record<Standing, number>> = { ready: 0, 'not-ready': 1, terminating: 2 };
  let count = 0;
  fc.assert(
    fc.property(anyApiObjects, (objects) => {
      const observed = new ObservedObjects(objects);
      for (const [name, endpoints] of byService(linesOf(observed))) {
        const [service, namespace] = name.split('.');
        const best = new Map<string, Standing>();
        for (const slice of observed.facts.slicesByService.get(`${namespace}/${service}`)?.values() ?? []) {
          for (const { address, hostname, podName, standing } of slice.endpoints) {
            const key = `${formatAddress(address)} ${hostname ?? dashedLabel(address)} ${podName}`;
            const other = best.get(key);
            if (other === undefined || rank[standing] < rank[other]) best.set(key, standing);
          }
        }
        const pods = endpoints.map(
          ([address, host, standing, ...values]) => `${address} ${host} ${values.find(isPodName)} ${standing}`,
        );
        expect(pods.sort()).toEqual([...best].map(([key, standing]) => `${key} ${standing}`).sort());
        count += pods.length;
      }
    }),
    { numRuns },
  );
  expect(count).toBeGreaterThan(1000);
});

test('nothing that is hidden is named', () => {
  fc.assert(
    fc.property(anyApiObjects, anyRemarkOptions, (objects, options) => {
      expect(JSON.stringify(objects)).toContain(secret);
      expect(textsOf(new ObservedObjects(objects), options).join()).not.toContain(secret);
    }),
    { numRuns },
  );
});

test('they are the same whatever came before, and in whatever order', () => {
  const histories = anyApiObjects.chain((objects) => {
    const all = kinds.flatMap((kind) => objects[kind].map((object) => ({ kind, object })));
    return fc.record({
      objects: fc.constant(objects),
      before: anyApiObjects,
      order: fc.shuffledSubarray(all, { minLength: all.length }),
    });
  });
  fc.assert(
    fc.property(histories, anyRemarkOptions, ({ objects, before, order }, options) => {
      const observed = new ObservedObjects(before);
      for (const { kind, object } of order) observed.upsert(kind, object);
      for (const kind of kinds) {
        const kept = new Set(objects[kind].map(keyOf));
        for (const object of before[kind]) if (!kept.has(keyOf(object))) observed.remove(kind, object);
      }
      expect(textsOf(observed, options).sort()).toEqual(textsOf(new ObservedObjects(objects), options).sort());
    }),
    { numRuns },
  );
});

test('what was taken stays as it was', () => {
  fc.assert(
    fc.property(anyApiObjects, anyApiObjects, (objects, later) => {
      const observed = new ObservedObjects(objects);
      const taken = takenOf(observed);
      const expected = textsOf(observed);
      for (const kind of kinds) for (const object of objects[kind]) observed.remove(kind, object);
      for (const kind of kinds) for (const object of later[kind]) observed.upsert(kind, object);
      expect(taken()).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

function takenOf(observed: ObservedObjects): () => string[] {
  const [form] = endpointsSource.take(observed, ordinaryOptions);
  return () => [...form()].map(({ text }) => text);
}

function isPodName(value: string): boolean {
  return /^(web|db|x7d9f)/.test(value);
}

function keyOf(object: object): string {
  const { namespace, name } = (object as { readonly metadata: Readonly<Record<string, string>> }).metadata;
  return `${namespace}/${name}`;
}
