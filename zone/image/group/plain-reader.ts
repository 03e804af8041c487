/**
 * Reads the sets of a node that do not come from its group's members: CNAME, NS, TXT.
 *
 *     number of sets · for each: type (8 bits) · TTL (32 bits) · number of records · records
 */
import type { PlainRRset } from '../../group.ts';
import { type RRType, type Target, typeCodes } from '../../rrset.ts';
import { groupLimits, targetKinds } from '../format.ts';
import { absoluteName, relativeName } from '../names.ts';
import { OctetReader } from '../octet-reader.ts';
import { damaged } from '../octets.ts';

/** The set of this type; `at` is where the number of sets stands. Throws ImageError. */
export function readPlainRRset(octets: Uint8Array, at: number, type: RRType): PlainRRset | undefined {
  return readPlainRRsets(new OctetReader(octets, at)).find((rrset) => rrset.type === type);
}

/** Throws ImageError. */
export function readPlainRRsets(octets: OctetReader): PlainRRset[] {
  const count = octets.u8();
  if (count > groupLimits.plainSets) throw damaged('a name has too many sets');
  return times(count, () => readSet(octets));
}

function readSet(octets: OctetReader): PlainRRset {
  const code = octets.u8();
  const ttlSeconds = octets.ttl();
  const length = octets.u8();
  switch (code) {
    case typeCodes.TXT: {
      const strings = (): string[] => times(octets.u8(), () => octets.shortText());
      return { type: 'TXT', ttlSeconds, texts: times(length, strings) };
    }
    case typeCodes.CNAME:
      return { type: 'CNAME', ttlSeconds, targets: times(length, () => readTarget(octets)) };
    case typeCodes.NS:
      return { type: 'NS', ttlSeconds, targets: times(length, () => readTarget(octets)) };
    default:
      throw damaged('a set is of an unknown type');
  }
}

/** As Array.from does it, several times as fast. */
function times<T>(count: number, read: () => T): T[] {
  const values: T[] = [];
  for (let i = 0; i < count; i += 1) values.push(read());
  return values;
}

function readTarget(octets: OctetReader): Target {
  const kind = octets.u8();
  const name = octets.shortText();
  switch (kind) {
    case targetKinds.relative:
      return { kind: 'relative', name: relativeName(name) };
    case targetKinds.absolute:
      return { kind: 'absolute', name: absoluteName(name) };
    default:
      throw damaged('a target is of an unknown kind');
  }
}
