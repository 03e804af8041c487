/**
 * The same answers as the cluster's own CoreDNS: RCODE, answer section and TTLs, for every name of the examples and for
 * names that nearly exist, in the types that matter.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QuestionType } from '../../client/doh-client.ts';
import { Comparer } from './support/comparison.ts';
import { type Difference, differences } from './support/differences.ts';
import { system } from './support/system.ts';

const { ready, objects, coreDns } = system();
const comparer = new Comparer(ready, coreDns);
afterAll(() => comparer.close());
const domain = 'svc.cluster.local.';
const types = ['A', 'AAAA', 'SRV', 'CNAME', 'PTR', 'TXT', 'NS', 'SOA'] as const;
const quietMilliseconds = 5000;

interface Service {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec: { readonly clusterIP?: string; readonly ports?: { name?: string; protocol: string }[] };
}

interface Slice {
  readonly metadata: { readonly namespace: string; readonly labels?: Readonly<Record<string, string>> };
  readonly endpoints?: readonly { readonly addresses: readonly string[]; readonly hostname?: string }[] | null;
}

const names = new Set<string>();
const addresses = new Set<string>();

beforeAll(async () => {
  for (const { metadata, spec } of await objects.list<Service>('Service')) {
    const base = `${metadata.name}.${metadata.namespace}.${domain}`;
    for (const name of [base, `${metadata.namespace}.${domain}`, `nope.${base}`, `${metadata.name}.nope.${domain}`])
      names.add(name);
    for (const { name, protocol } of spec.ports ?? []) {
      names.add(`_${protocol.toLowerCase()}.${base}`);
      if (name !== undefined) names.add(`_${name}._${protocol.toLowerCase()}.${base}`);
      names.add(`_nope._${protocol.toLowerCase()}.${base}`);
    }
    if (spec.clusterIP !== undefined && spec.clusterIP !== 'None') addresses.add(spec.clusterIP);
  }
  for (const { metadata, endpoints } of await objects.list<Slice>('EndpointSlice')) {
    const base = `${metadata.labels?.['kubernetes.io/service-name']}.${metadata.namespace}.${domain}`;
    for (const endpoint of endpoints ?? []) {
      for (const address of endpoint.addresses) {
        addresses.add(address);
        names.add(`${address.replaceAll('.', '-')}.${base}`);
        if (endpoint.hostname !== undefined) names.add(`${endpoint.hostname}.${base}`);
      }
    }
  }
  names.add(`${domain}`).add('cluster.local.').add('nope.cluster.local.').add(`nope.${domain}`);
  names.add('dns-version.cluster.local.');
});

test('there is enough to compare', () => {
  expect(names.size).toBeGreaterThan(100);
  expect(addresses.size).toBeGreaterThan(20);
});

/** CoreDNS is ahead of a snapshot by a publish interval at most, so nothing may have changed for longer than that. */
beforeAll(() => new Promise((resolve) => setTimeout(resolve, quietMilliseconds)));

const askCoreDns = (name: string, type: QuestionType): Promise<string> => comparer.askTheirs(name, type);

async function differenceAt(name: string, type: QuestionType): Promise<Difference | undefined> {
  for (const difference of differences) if (await difference.applies(name, type, askCoreDns)) return difference;
  return undefined;
}

describe.each(types)('%s', (type) => {
  test('every name that exists, or nearly', async () => {
    const unexplained: object[] = [];
    const outdated: string[] = [];
    for (const name of names) {
      const { ours, theirs } = await comparer.ask(name, type);
      const difference = await differenceAt(name, type);
      if (difference === undefined) {
        if (ours !== theirs) unexplained.push({ name, ours, theirs });
        continue;
      }
      const expected = await difference.expected(name, type, askCoreDns);
      if (typeof expected === 'string' ? ours !== expected : !expected.test(ours)) {
        unexplained.push({ name, ours, expected: String(expected), reason: difference.reason });
      }
      if (ours === theirs) outdated.push(`${name}: ${difference.reason}`);
    }
    expect(unexplained).toEqual([]);
    expect(outdated, 'differences that are none any more').toEqual([]);
  });
});

test('every address by its reverse name', async () => {
  for (const address of addresses) {
    const { ours, theirs } = await comparer.ask(`${address.split('.').reverse().join('.')}.in-addr.arpa`, 'PTR');
    expect(ours).toBe(theirs);
    expect(ours).toMatch(/^NOERROR\n/);
  }
});
