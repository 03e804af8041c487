/**
 * The names of pods, `<dashed address>.<namespace>.pod`, as CoreDNS has them; they are in no specification. With
 * `insecure` every address has a name there, so there is nothing to list; with `verified` those of pods have.
 */
import type { Address } from '../../zone/address.ts';
import { dashedLabel } from '../../zone/dashed.ts';
import type { Host } from '../../zone/group.ts';
import { apex, NameError } from '../../zone/name.ts';
import type { Pod, Problem } from '../cluster.ts';
import type { ObjectRecords, RecordOptions } from './options.ts';
import { ownerName, roomBefore } from './owner-name.ts';
import { plainGroup } from './plain-group.ts';

/** The group `<namespace>.pod` of a Namespace that may be published; it exists also while no pod does. Never throws. */
export function recordsOfPods(namespace: string, pods: Iterable<Pod>, options: RecordOptions): ObjectRecords {
  const { ttlSeconds, zoneOrigins, pods: mode } = options;
  const base = ownerName([namespace, 'pod'], apex, zoneOrigins);
  // The Namespace itself has the same length, and says that it is left out.
  if (base instanceof NameError || mode === 'disabled') return { group: undefined, problems: [] };
  const group = plainGroup(base, ttlSeconds);
  if (mode === 'insecure') return { group: { ...group, answersDashed: true }, problems: [] };
  const { hosts, problems } = hostsOf(pods, roomBefore(base, zoneOrigins));
  return { group: { ...group, hosts }, problems };
}

/** One host for each address, in the order of their labels. Pods on their node's network share its address. */
function hostsOf(pods: Iterable<Pod>, room: number): { readonly hosts: Host[]; readonly problems: Problem[] } {
  const problems: Problem[] = [];
  const byLabel = new Map<string, Address>();
  for (const { namespace, name, addresses } of pods) {
    for (const address of addresses) {
      const label = dashedLabel(address);
      if (label.length < room) byLabel.set(label, address);
      else
        problems.push({
          object: `Pod ${namespace}/${name}`,
          reason: `its name ${label} does not fit below every zone; it is left out`,
        });
    }
  }
  const hosts = [...byLabel]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, address]): Host => ({ label, subdomain: undefined, addresses: [address], services: [] }));
  return { hosts, problems };
}
