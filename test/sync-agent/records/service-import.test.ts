/** What fixtures cannot hold: names that are too long, and slices that say more than one thing. */
import { describe, expect, test } from 'vitest';
import type { EndpointSlice, ServiceImport, SliceOwner } from '../../../sync-agent/cluster.ts';
import type { RecordOptions } from '../../../sync-agent/records/options.ts';
import { recordsOfServiceImport } from '../../../sync-agent/records/service-import.ts';
import { parseAddress } from '../../../zone/address.ts';
import { parseName } from '../../../zone/name.ts';

const options: RecordOptions = {
  ttlSeconds: 30,
  zoneOrigins: [parseName('cluster.local')],
  clustersetOrigins: [parseName('clusterset.local')],
  pods: 'disabled',
  usesPodNames: false,
  ignoresEmptyServices: false,
  selectsNamespaces: false,
  selectsObjects: false,
};
const tooLong = 'x'.repeat(64);
const headless: ServiceImport = {
  namespace: 'shop',
  name: 'db',
  isHidden: false,
  kind: { type: 'headless' },
  ports: [],
};

function slice(...owners: EndpointSlice['owners']): EndpointSlice {
  const endpoint = { address: parseAddress('10.1.0.5')!, hostname: 'db-0', podName: undefined };
  return { namespace: 'shop', name: 'x', owners, endpoints: [endpoint], ports: [] };
}

function imported(cluster: string, service = 'db'): SliceOwner {
  return { kind: 'serviceImport', service, cluster };
}

function hostsOf(slices: readonly EndpointSlice[]) {
  const { group, problems } = recordsOfServiceImport(headless, slices, options);
  return { hosts: group?.hosts.map(({ label, subdomain }) => `${label}.${subdomain}`), problems };
}

describe('a host', () => {
  test('stands below the cluster that its slice names', () => {
    expect(hostsOf([slice(imported('west')), slice(imported('east'))])).toEqual({
      hosts: ['db-0.east', 'db-0.west'],
      problems: [],
    });
  });

  test('is not made from what else owns the slice', () => {
    const local: SliceOwner = { kind: 'service', service: 'db' };
    expect(hostsOf([slice(local, imported('east'))]).hosts).toEqual(['db-0.east']);
    expect(hostsOf([slice(local)]).hosts).toBeUndefined();
    expect(hostsOf([slice(imported('east', 'other'))]).hosts).toBeUndefined();
  });

  test('of a cluster that is no label is left out, with a reason', () => {
    const { hosts, problems } = hostsOf([slice(imported(tooLong)), slice(imported('east'))]);
    expect(hosts).toEqual(['db-0.east']);
    expect(problems).toEqual([
      {
        object: 'EndpointSlice shop/x',
        reason: `cluster "${tooLong}": "${tooLong}" is not a domain name: a label is longer than 63 octets; its endpoints are left out`,
      },
    ]);
  });
});

describe('an import', () => {
  test('without addresses does not exist', () => {
    const kind = { type: 'clusterSetIP', addresses: [] } as const;
    expect(recordsOfServiceImport({ ...headless, kind }, [], options)).toEqual({ group: undefined, problems: [] });
    const addresses = [parseAddress('10.112.0.5')!];
    const there = recordsOfServiceImport({ ...headless, kind: { ...kind, addresses } }, [], options);
    expect(there.group?.own).toEqual(addresses);
  });

  test('whose name is no label does not exist, with a reason', () => {
    expect(recordsOfServiceImport({ ...headless, name: tooLong }, [], options)).toEqual({
      group: undefined,
      problems: [
        {
          object: `ServiceImport shop/${tooLong}`,
          reason: `"${tooLong}" is not a domain name: a label is longer than 63 octets; the ServiceImport is left out`,
        },
      ],
    });
  });
});
