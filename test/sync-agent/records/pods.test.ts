/** What fixtures cannot hold: names that do not fit. */
import { expect, test } from 'vitest';
import type { RecordOptions } from '../../../sync-agent/records/options.ts';
import { recordsOfPods } from '../../../sync-agent/records/pods.ts';
import { parseAddress } from '../../../zone/address.ts';
import { parseName } from '../../../zone/name.ts';

const label = 'x'.repeat(63);
const options: RecordOptions = {
  ttlSeconds: 30,
  // Leaves 21 octets before `shop.pod`.
  zoneOrigins: [parseName(`${label}.${label}.${label}.${'y'.repeat(31)}`)],
  clustersetOrigins: [],
  pods: 'verified',
  usesPodNames: false,
  ignoresEmptyServices: false,
  selectsNamespaces: false,
  selectsObjects: false,
};

test('a pod whose name does not fit below an alias is left out, with a reason, and the others stay', () => {
  const addresses = ['fd00:10:244:1:2:3:4:5', '10.244.1.50'].map((text) => parseAddress(text)!);
  const { group, problems } = recordsOfPods('shop', [{ namespace: 'shop', name: 'api-0', addresses }], options);
  expect(group?.hosts.map((host) => host.label)).toEqual(['10-244-1-50']);
  expect(problems).toEqual([
    {
      object: 'Pod shop/api-0',
      reason: 'its name fd00-10-244-1-2-3-4-5 does not fit below every zone; it is left out',
    },
  ]);
});

test('a namespace that does not fit has no pods', () => {
  const pod = { namespace: label, name: 'api-0', addresses: [parseAddress('10.244.1.50')!] };
  expect(recordsOfPods(label, [pod], options)).toEqual({ group: undefined, problems: [] });
});
