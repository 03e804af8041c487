/** Zones below which names just fit, or just do not. */
import { roomBefore } from '../../../sync-agent/records/owner-name.ts';
import { maxNameOctets, type Name, parseName, type RelativeName } from '../../../zone/name.ts';

/** A zone that leaves so many octets before `base`. */
export function zoneWithRoom(octets: number, base: RelativeName): Name {
  const labels: string[] = [];
  for (let left = maxNameOctets - octets - base.length - 1; left > 0; left -= labels.at(-1)!.length + 1) {
    // A single octet would be a length without a label behind it.
    labels.push('z'.repeat(left === 65 ? 62 : Math.min(63, left - 1)));
  }
  const zone = parseName(labels.join('.'));
  if (roomBefore(base, [zone]) !== octets) throw new Error(`there is no zone that leaves ${octets} octets`);
  return zone;
}
