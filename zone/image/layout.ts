/**
 * The header of an image: which zones it holds and where their sections lie.
 *
 *     "KDOH" · format (32 bits) · length of all (32 bits) · length of the header (32 bits) · header (JSON) · sections
 */
import { formatPrefix, type Prefix, parsePrefix } from '../address.ts';
import { formatName, type Name, NameError, parseName } from '../name.ts';
import { imageFormat, maxHeaderOctets, maxTtlSeconds } from './format.ts';
import { damaged, ImageError, putU32, text, u32 } from './octets.ts';

const magic = 'KDOH';
const fixedOctets = 16;

/** How zones follow each other, at most one of each kind. A reverse zone comes with a cluster zone, into which it points. */
export const zoneOrder: readonly ZoneHeader['kind'][] = ['cluster', 'clusterset', 'reverse'];

/** A part of the image; the offset counts from the end of the header. */
export interface Section {
  readonly offset: number;
  readonly length: number;
}

export type ImageHeader =
  | { readonly kind: 'live'; readonly zones: readonly ZoneHeader[] }
  | { readonly kind: 'retired' };

export type ZoneHeader = ForwardHeader | ReverseHeader;

export interface ForwardHeader {
  readonly kind: 'cluster' | 'clusterset';
  readonly origins: readonly [Name, ...Name[]];
  readonly ttlSeconds: number;
  readonly nameIndex: Section;
  readonly fragments: Section;
}

/** The entries point into the fragments of the cluster zone. */
export interface ReverseHeader {
  readonly kind: 'reverse';
  readonly ttlSeconds: number;
  readonly prefixes: readonly Prefix[];
  readonly ipv4: Section;
  readonly ipv6: Section;
}

/** What a section will hold: it is written where it is to stand, into zeros. */
export interface SectionSource {
  readonly length: number;
  writeTo(target: Uint8Array): void;
}

/** More zones, aliases or prefixes than the header can name. `code` is stable. */
export class HeaderTooLargeError extends Error {
  readonly code = 'HEADER_TOO_LARGE';

  constructor(octets: number) {
    super(`the zones' names and prefixes take ${octets} octets; at most ${maxHeaderOctets} can be published`);
    this.name = 'HeaderTooLargeError';
  }
}

/** Into the memory of `spare`, an earlier image, where that is large enough. Throws HeaderTooLargeError. */
export function writeImage(header: ImageHeader, sections: readonly SectionSource[], spare?: Uint8Array): Uint8Array {
  const json = JSON.stringify(header, (key, value) => {
    if (key === 'origins') return (value as Name[]).map(formatName);
    return key === 'prefixes' ? (value as Prefix[]).map(formatPrefix) : value;
  });
  if (json.length > maxHeaderOctets) throw new HeaderTooLargeError(json.length);
  const length = sections.reduce((sum, section) => sum + section.length, fixedOctets + json.length);
  const image = zeros(length, spare);
  for (let i = 0; i < magic.length; i += 1) image[i] = magic.charCodeAt(i);
  putU32(image, 4, imageFormat);
  putU32(image, 8, length);
  putU32(image, 12, json.length);
  for (let i = 0; i < json.length; i += 1) image[fixedOctets + i] = json.charCodeAt(i);
  let at = fixedOctets + json.length;
  for (const section of sections) {
    section.writeTo(image.subarray(at, at + section.length));
    at += section.length;
  }
  return image;
}

/** Room for growth, where images follow each other. */
const headroom = 1.125;

function zeros(length: number, spare: Uint8Array | undefined): Uint8Array {
  if (spare === undefined) return new Uint8Array(length);
  if (spare.buffer.byteLength < length) return new Uint8Array(Math.ceil(length * headroom)).subarray(0, length);
  return new Uint8Array(spare.buffer, 0, length).fill(0);
}

/** Checks lengths and every field of the header; `section` gives a part as a view. Throws ImageError, as that does. */
export function readImage(image: Uint8Array): { header: ImageHeader; section: (section: Section) => Uint8Array } {
  if (image.length < fixedOctets || text(image, 0, 4) !== magic) {
    throw damaged('it does not begin as one does');
  }
  const format = u32(image, 4);
  if (format !== imageFormat) {
    throw new ImageError('UNKNOWN_FORMAT', `format ${format} of the image is not known here, only ${imageFormat} is`);
  }
  if (u32(image, 8) !== image.length) throw damaged(`it is ${image.length} octets long and says ${u32(image, 8)}`);
  const headerOctets = u32(image, 12);
  if (headerOctets > maxHeaderOctets) throw damaged('its header is too long');
  const sectionsAt = fixedOctets + headerOctets;
  const header = readHeader(longText(image, fixedOctets, sectionsAt));
  const section = ({ offset, length }: Section): Uint8Array => {
    const from = sectionsAt + offset;
    if (from + length > image.length) throw damaged('a section reaches behind its end');
    return image.subarray(from, from + length);
  };
  return { header, section };
}

function longText(octets: Uint8Array, from: number, to: number): string {
  const step = 4096;
  let whole = '';
  for (let at = from; at < to; at += step) whole += text(octets, at, Math.min(to, at + step));
  return whole;
}

function readHeader(json: string): ImageHeader {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch (cause) {
    throw damaged('its header is not JSON', cause);
  }
  const { kind, zones } = record(header);
  if (kind === 'retired') return { kind };
  if (kind !== 'live') throw damaged('its header is of an unknown kind');
  const read = list(zones).map(readZone);
  const order = read.map((zone) => zoneOrder.indexOf(zone.kind));
  if (order.some((place, i) => i > 0 && place <= order[i - 1]!)) throw damaged('its zones are out of order');
  if (read.at(-1)?.kind === 'reverse' && order[0] !== 0) throw damaged('it has a reverse zone and no cluster zone');
  return { kind, zones: read };
}

function readZone(value: unknown): ZoneHeader {
  const zone = record(value);
  const ttlSeconds = count(zone['ttlSeconds'], maxTtlSeconds);
  switch (zone['kind']) {
    case 'cluster':
    case 'clusterset': {
      const [first, ...others] = list(zone['origins']).map(readOrigin);
      if (first === undefined) throw damaged('a zone has no origin');
      return {
        kind: zone['kind'],
        origins: [first, ...others],
        ttlSeconds,
        nameIndex: readSection(zone['nameIndex']),
        fragments: readSection(zone['fragments']),
      };
    }
    case 'reverse':
      return {
        kind: 'reverse',
        ttlSeconds,
        prefixes: list(zone['prefixes']).map(readPrefix),
        ipv4: readSection(zone['ipv4']),
        ipv6: readSection(zone['ipv6']),
      };
    default:
      throw damaged('a zone is of an unknown kind');
  }
}

function readOrigin(value: unknown): Name {
  try {
    return parseName(string(value));
  } catch (cause) {
    if (cause instanceof NameError) throw damaged('the origin of a zone is no name', cause);
    throw cause;
  }
}

function readPrefix(value: unknown): Prefix {
  const prefix = parsePrefix(string(value));
  if (prefix === undefined) throw damaged('a prefix of the reverse zone is none');
  return prefix;
}

function readSection(value: unknown): Section {
  const section = record(value);
  return { offset: count(section['offset'], 0xffffffff), length: count(section['length'], 0xffffffff) };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw damaged('a part of its header is missing');
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw damaged('a list in its header is none');
  return value;
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw damaged('a text in its header is none');
  return value;
}

function count(value: unknown, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) {
    throw damaged('a number in its header is none');
  }
  return value;
}
