/** Reads the sets of a node that do not come from its group's members: CNAME, NS, TXT. */
import type { PlainRRset } from '../group.ts';
import type { Name, RelativeName } from '../name.ts';
import { type RRType, type Target, typeCodes } from '../rrset.ts';
import { targetKinds } from './fragment.ts';
import { ImageError, text, u8, u32 } from './octets.ts';

/** The set of this type; `at` is where the number of sets stands. */
export function readPlainRRset(octets: Uint8Array, at: number, type: RRType): PlainRRset | undefined {
  return readPlainRRsets(octets, at).find((rrset) => rrset.type === type);
}

export function readPlainRRsets(octets: Uint8Array, at: number): PlainRRset[] {
  const cursor = { octets, at };
  return Array.from({ length: next(cursor) }, () => readSet(cursor));
}

interface Cursor {
  readonly octets: Uint8Array;
  at: number;
}

function readSet(cursor: Cursor): PlainRRset {
  const code = next(cursor);
  const ttlSeconds = u32(cursor.octets, cursor.at);
  cursor.at += 4;
  const count = next(cursor);
  switch (code) {
    case typeCodes.TXT: {
      const strings = (): string[] => Array.from({ length: next(cursor) }, () => nextText(cursor));
      return { type: 'TXT', ttlSeconds, texts: Array.from({ length: count }, strings) };
    }
    case typeCodes.CNAME:
    case typeCodes.NS: {
      const targets = Array.from({ length: count }, () => readTarget(cursor));
      return { type: code === typeCodes.NS ? 'NS' : 'CNAME', ttlSeconds, targets };
    }
    default:
      throw new ImageError('BAD_IMAGE', 'a set is of an unknown type');
  }
}

function readTarget(cursor: Cursor): Target {
  const kind = next(cursor);
  const name = nextText(cursor);
  if (kind === targetKinds.relative) return { kind: 'relative', name: name as RelativeName };
  if (kind === targetKinds.absolute) return { kind: 'absolute', name: name as Name };
  throw new ImageError('BAD_IMAGE', 'a target is of an unknown kind');
}

function next(cursor: Cursor): number {
  cursor.at += 1;
  return u8(cursor.octets, cursor.at - 1);
}

function nextText(cursor: Cursor): string {
  const length = next(cursor);
  cursor.at += length;
  return text(cursor.octets, cursor.at - length, cursor.at);
}
