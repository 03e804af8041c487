/**
 * The header of an image: which zones it holds and where their sections lie.
 *
 *     "KDOH" · format (32 bits) · length of all (32 bits) · length of the header (32 bits) · header (JSON) · sections
 */
import { formatPrefix, type Prefix, parsePrefix } from '../address.ts';
import { formatName, type Name, parseName } from '../name.ts';
import { ImageError, putU32, text, u32 } from './octets.ts';

export const imageFormat = 1;
const magic = 'KDOH';
const fixedOctets = 16;

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
  /** The offset of every fragment, 32 bits each, ascending. */
  readonly starts: Section;
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

export function writeImage(header: ImageHeader, sections: readonly Uint8Array[]): Uint8Array {
  const json = JSON.stringify(header, (key, value) => {
    if (key === 'origins') return (value as Name[]).map(formatName);
    return key === 'prefixes' ? (value as Prefix[]).map(formatPrefix) : value;
  });
  const length = sections.reduce((sum, section) => sum + section.length, fixedOctets + json.length);
  const image = new Uint8Array(length);
  for (let i = 0; i < magic.length; i += 1) image[i] = magic.charCodeAt(i);
  putU32(image, 4, imageFormat);
  putU32(image, 8, length);
  putU32(image, 12, json.length);
  for (let i = 0; i < json.length; i += 1) image[fixedOctets + i] = json.charCodeAt(i);
  let at = fixedOctets + json.length;
  for (const section of sections) {
    image.set(section, at);
    at += section.length;
  }
  return image;
}

/** Checks lengths and every field of the header; `section` gives a part as a view. Throws ImageError. */
export function readImage(image: Uint8Array): { header: ImageHeader; section: (section: Section) => Uint8Array } {
  if (image.length < fixedOctets || text(image, 0, 4) !== magic)
    throw bad('it does not begin as a snapshot image does');
  const format = u32(image, 4);
  if (format !== imageFormat) {
    throw new ImageError('UNKNOWN_FORMAT', `format ${format} of the image is not known here, only ${imageFormat} is`);
  }
  if (u32(image, 8) !== image.length) throw bad(`it is ${image.length} octets long and says ${u32(image, 8)}`);
  const sectionsAt = fixedOctets + u32(image, 12);
  const header = readHeader(text(image, fixedOctets, sectionsAt));
  const section = ({ offset, length }: Section): Uint8Array => {
    const from = sectionsAt + offset;
    if (from + length > image.length) throw bad('a section reaches behind its end');
    return image.subarray(from, from + length);
  };
  return { header, section };
}

function readHeader(json: string): ImageHeader {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch (cause) {
    throw bad('its header is not JSON', cause);
  }
  const { kind, zones } = record(header);
  if (kind === 'retired') return { kind };
  if (kind !== 'live') throw bad('its header is of an unknown kind');
  return { kind, zones: list(zones).map(readZone) };
}

function readZone(value: unknown): ZoneHeader {
  const zone = record(value);
  const ttlSeconds = count(zone['ttlSeconds']);
  switch (zone['kind']) {
    case 'cluster':
    case 'clusterset': {
      const [first, ...others] = list(zone['origins']).map((origin) => parseName(string(origin)));
      if (first === undefined) throw bad('a zone has no origin');
      return {
        kind: zone['kind'],
        origins: [first, ...others],
        ttlSeconds,
        nameIndex: readSection(zone['nameIndex']),
        starts: readSection(zone['starts']),
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
      throw bad('a zone is of an unknown kind');
  }
}

function readPrefix(value: unknown): Prefix {
  const prefix = parsePrefix(string(value));
  if (prefix === undefined) throw bad('a prefix of the reverse zone is none');
  return prefix;
}

function readSection(value: unknown): Section {
  const section = record(value);
  return { offset: count(section['offset']), length: count(section['length']) };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw bad('a part of its header is missing');
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw bad('a list in its header is none');
  return value;
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw bad('a text in its header is none');
  return value;
}

function count(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw bad('a number in its header is none');
  }
  return value;
}

function bad(reason: string, cause?: unknown): ImageError {
  const error = new ImageError('BAD_IMAGE', `the snapshot image is damaged: ${reason}`);
  if (cause !== undefined) error.cause = cause;
  return error;
}
