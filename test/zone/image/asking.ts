/** Asks an image as a person would, and gives answers as zone file text. */
import { octetsOf, parseAddress } from '../../../zone/address.ts';
import type { OwnerGroup } from '../../../zone/group.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { type OpenedForwardZone, type OpenedReverseZone, openImage, relativeLabels } from '../../../zone/image/open.ts';
import { apex, parseName, parseRelativeName } from '../../../zone/name.ts';
import type { RRType } from '../../../zone/rrset.ts';
import { formatReverse, formatRRset } from '../../../zone/text.ts';

/** Undefined for a name that does not exist; no lines for a name without the type. */
export type Answer = string[] | undefined;

export interface AskedImage {
  readonly ask: (name: string, type: RRType) => Answer;
  /** The addresses that go along with an SRV set. */
  readonly additional: (name: string) => Answer;
  readonly pointers: (address: string) => Answer;
  readonly zone: OpenedForwardZone;
  readonly reverse: OpenedReverseZone;
}

/** Opens the image of one cluster zone with its reverse zone. */
export function asked(image: Uint8Array): AskedImage {
  const opened = openImage(image);
  const zones = opened.kind === 'live' ? opened.zones : [];
  const zone = zones.find((each) => each.kind === 'cluster') as OpenedForwardZone;
  const reverse = zones.find((each) => each.kind === 'reverse') as OpenedReverseZone;
  const find = (name: string) => zone.find(relativeLabels(name === '@' ? apex : parseRelativeName(name)));
  return {
    ask: (name, type) => {
      const node = find(name);
      const rrset = node?.rrset(type);
      return rrset === undefined || node === undefined ? node && [] : formatRRset({ owner: node.owner, rrset });
    },
    additional: (name) =>
      find(name)
        ?.targetAddresses()
        .flatMap((set) => formatRRset(set)),
    pointers: (text) => {
      const address = parseAddress(text)!;
      const rrset = reverse.pointers(octetsOf(address));
      return rrset && formatReverse({ address, rrset });
    },
    zone,
    reverse,
  };
}

export function imageOf(...groups: OwnerGroup[]): Uint8Array {
  const origins = [parseName('cluster.local')] as const;
  return encodeSnapshot({
    kind: 'live',
    zones: [
      { kind: 'cluster', origins, ttlSeconds: 30, groups },
      { kind: 'reverse', ttlSeconds: 30, prefixes: [] },
    ],
  });
}
