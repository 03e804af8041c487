/** Images as nobody should make them: each part is written as it is given. */
import { addressIndex } from '../../../zone/image/address-index.ts';
import { type SectionSource, writeImage } from '../../../zone/image/layout.ts';
import { nameHash, nameIndex as nameIndexOf } from '../../../zone/image/name-index.ts';
import { OctetWriter } from '../../../zone/image/octet-writer.ts';
import { parseName, parseRelativeName } from '../../../zone/name.ts';

/** Each part has its usual, empty form where it is not given. */
export interface CraftedGroup {
  readonly base?: string;
  readonly ttlSeconds?: number;
  readonly flags?: number;
  readonly own?: Write;
  readonly profiles?: Write;
  readonly nodes?: Write;
  readonly runs?: Write;
}

type Write = (out: OctetWriter) => void;

export function craftGroup({ base = 'web', ttlSeconds = 30, flags = 0, ...parts }: CraftedGroup): Uint8Array {
  const out = new OctetWriter();
  const nothing: Write = () => {};
  out.counted(() => {
    out.shortText(parseRelativeName(base));
    out.u32(ttlSeconds);
    out.u8(flags);
    (parts.own ?? addresses(0, 0))(out);
    (parts.profiles ?? ((to) => to.u8(0)))(out);
    out.counted(() => (parts.nodes ?? nothing)(out));
    (parts.runs ?? nothing)(out);
  });
  return out.finish();
}

/** A cluster zone of one group, `web` if it is not said otherwise, and a reverse zone with these places. */
export function craftImage(
  group: Uint8Array,
  { base = 'web', nameIndex, ipv4 = [] }: { base?: string; nameIndex?: Uint8Array; ipv4?: readonly number[] } = {},
): Uint8Array {
  const index = nameIndex === undefined ? nameIndexOf([nameHash(parseRelativeName(base))], [0]) : given(nameIndex);
  const sections = [index, given(group), addressIndex(Uint32Array.from(ipv4)), given(new Uint8Array(0))];
  let offset = 0;
  const [names, fragments, four, six] = sections.map(({ length }) => {
    offset += length;
    return { offset: offset - length, length };
  });
  const zones = [
    {
      kind: 'cluster',
      origins: [parseName('cluster.local')],
      ttlSeconds: 30,
      nameIndex: names!,
      fragments: fragments!,
    },
    { kind: 'reverse', ttlSeconds: 30, prefixes: [], ipv4: four!, ipv6: six! },
  ] as const;
  return writeImage({ kind: 'live', zones }, sections);
}

function given(octets: Uint8Array): SectionSource {
  return { length: octets.length, writeTo: (target) => target.set(octets) };
}

/** So many IPv4 and IPv6 addresses, all zero. */
export function addresses(ipv4: number, ipv6: number): Write {
  return (out) => {
    out.count(ipv4);
    out.text('\0'.repeat(4 * ipv4));
    out.count(ipv6);
    out.text('\0'.repeat(16 * ipv6));
  };
}

/** The node of the base name, or of a prefix. */
export function node(body: Write, prefix = ''): Write {
  return (out) => {
    out.shortText(parseRelativeName(prefix));
    out.counted(() => body(out));
  };
}

export function run(kind: number, hosts: Write, profile = 0): Write {
  return (out) => {
    out.u8(kind);
    out.u8(profile);
    out.counted(() => hosts(out));
  };
}

/** A host with a label and addresses. */
export function labelled(label: string, write: Write): Write {
  return (out) => {
    out.shortText(label);
    write(out);
  };
}

export function repeated(times: number, write: Write): Write {
  return (out) => {
    for (let i = 0; i < times; i += 1) write(out);
  };
}

export function both(...writes: readonly Write[]): Write {
  return (out) => {
    for (const write of writes) write(out);
  };
}
