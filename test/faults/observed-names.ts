/** What the agents of these tests are told to publish. */
import type { NameOptions, Selection } from '../../sync-agent/selection.ts';
import { parsePrefix } from '../../zone/address.ts';
import { parseName } from '../../zone/name.ts';
import { zone } from './watched-edge.ts';

export const reverseZone = '10.0.0.0/8';
export const everything: Selection = { namespaces: { type: 'all' }, labelSelector: undefined };
export const names: NameOptions = {
  zoneOrigins: [parseName(zone)],
  clustersetOrigins: [],
  ttlSeconds: 30,
  reversePrefixes: [parsePrefix(reverseZone)!],
  pods: 'disabled',
  usesPodNames: false,
  ignoresEmptyServices: false,
};
