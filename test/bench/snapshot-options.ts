/** What every measured snapshot has: two zones, and pointers for all private addresses. */
import type { SnapshotOptions } from '../../sync-agent/snapshot/snapshot-builder.ts';
import { parsePrefix } from '../../zone/address.ts';
import { parseName } from '../../zone/name.ts';

export const snapshotOptions: SnapshotOptions = {
  zoneOrigins: [parseName('cluster.local'), parseName('prod.k8s.example.com')],
  clustersetOrigins: [],
  ttlSeconds: 30,
  pods: 'disabled',
  usesPodNames: false,
  ignoresEmptyServices: false,
  selectsNamespaces: false,
  selectsObjects: false,
  reversePrefixes: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'].map(
    (text) => parsePrefix(text)!,
  ),
};
