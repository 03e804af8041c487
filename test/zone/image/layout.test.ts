/** The header of an image: what is refused before anything else is read. */
import { describe, expect, test } from 'vitest';
import { parsePrefix } from '../../../zone/address.ts';
import { decodeImage } from '../../../zone/image/decode.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { imageFormat, maxHeaderOctets } from '../../../zone/image/format.ts';
import { HeaderTooLargeError } from '../../../zone/image/layout.ts';
import { ImageError, putU32 } from '../../../zone/image/octets.ts';
import { openImage } from '../../../zone/image/open.ts';
import { parseName } from '../../../zone/name.ts';
import type { Zone } from '../../../zone/snapshot.ts';

const section = { offset: 0, length: 8 };
const cluster = {
  kind: 'cluster',
  origins: ['cluster.local.'],
  ttlSeconds: 30,
  nameIndex: section,
  fragments: { offset: 0, length: 0 },
};
const reverse = {
  kind: 'reverse',
  ttlSeconds: 30,
  prefixes: ['10.0.0.0/8'],
  ipv4: { offset: 0, length: 8 },
  ipv6: { offset: 0, length: 0 },
};

describe('a header', () => {
  test.for<[string, unknown]>([
    ['no zones', []],
    ['a cluster zone', [cluster]],
    ['a zone that clusters share', [{ ...cluster, kind: 'clusterset' }]],
    ['all kinds of zones', [cluster, { ...cluster, kind: 'clusterset' }, reverse]],
    ['a field that is not known', [{ ...cluster, color: 'red' }]],
  ])('of %s is read', ([, zones]) => {
    expect(() => openImage(withHeader({ kind: 'live', zones }))).not.toThrow();
  });

  test.for<[string, unknown, string]>([
    ['nothing', null, 'a part of its header is missing'],
    ['another kind', { kind: 'dead' }, 'its header is of an unknown kind'],
    ['no list of zones', { kind: 'live' }, 'a list in its header is none'],
    ['a zone that is none', live(7), 'a part of its header is missing'],
    ['a zone of another kind', live({ ...cluster, kind: 'other' }), 'a zone is of an unknown kind'],
    ['two cluster zones', live(cluster, cluster), 'its zones are out of order'],
    ['zones in disorder', live({ ...cluster, kind: 'clusterset' }, cluster), 'its zones are out of order'],
    ['a reverse zone alone', live(reverse), 'it has a reverse zone and no cluster zone'],
    [
      'a reverse zone and another',
      live({ ...cluster, kind: 'clusterset' }, reverse),
      'it has a reverse zone and no cluster zone',
    ],
    ['a zone without a name', live({ ...cluster, origins: [] }), 'a zone has no origin'],
    ['a zone with a name that is none', live({ ...cluster, origins: ['a..b.'] }), 'the origin of a zone is no name'],
    ['a zone whose name is no text', live({ ...cluster, origins: [7] }), 'a text in its header is none'],
    ['a TTL that is none', live({ ...cluster, ttlSeconds: -1 }), 'a number in its header is none'],
    ['a TTL beyond 31 bits', live({ ...cluster, ttlSeconds: 2 ** 31 }), 'a number in its header is none'],
    ['no section', live({ ...cluster, fragments: undefined }), 'a part of its header is missing'],
    [
      'a section at half an octet',
      live({ ...cluster, fragments: { offset: 0.5, length: 0 } }),
      'a number in its header is none',
    ],
    [
      'a section behind the end',
      live({ ...cluster, fragments: { offset: 9, length: 0 } }),
      'a section reaches behind its end',
    ],
    [
      'a section that is too long',
      live({ ...cluster, fragments: { offset: 0, length: 9 } }),
      'a section reaches behind its end',
    ],
    [
      'a prefix that is none',
      live(cluster, { ...reverse, prefixes: ['10.0.0.1/8'] }),
      'a prefix of the reverse zone is none',
    ],
  ])('of %s is an error', ([, header, reason]) => {
    const image = withHeader(header);
    expect(() => openImage(image)).toThrow(new ImageError('BAD_IMAGE', `the snapshot image is damaged: ${reason}`));
    expect(() => decodeImage(image)).toThrow(ImageError);
  });
});

describe('octets', () => {
  const whole = encodeSnapshot({ kind: 'live', zones: [] });

  test.for<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['less than an image', whole.subarray(0, 15)],
    ['other octets', Uint8Array.of(...whole).fill(0, 0, 1)],
    ['an image without its last octet', whole.subarray(0, -1)],
    ['an image with one more octet', Uint8Array.of(...whole, 0)],
    ['a header that is cut off', changed(whole, 12, whole.length - 17)],
    ['a header that reaches behind the end', changed(whole, 12, whole.length - 15)],
    [
      'a header that is too long',
      changed(Uint8Array.of(...whole, ...Array(70_000).fill(0x20)), 12, whole.length - 16 + 70_000),
    ],
  ])('that are %s are an error', ([, octets]) => {
    expect(() => openImage(octets)).toThrow(ImageError);
    expect(() => decodeImage(octets)).toThrow(ImageError);
  });

  test('of another format are told from damaged ones', () => {
    const next = changed(whole, 4, imageFormat + 1);
    expect(() => openImage(next)).toThrow(
      new ImageError('UNKNOWN_FORMAT', 'format 2 of the image is not known here, only 1 is'),
    );
  });
});

test('a header of more names than it may have is not written', () => {
  const origins = Array.from({ length: 300 }, (_, i) =>
    parseName(`${`x${i}`.padEnd(63, '-')}.${'y'.repeat(63)}.${'z'.repeat(63)}`),
  );
  const [first, ...others] = origins;
  const zone = (count: number): Zone => ({
    kind: 'cluster',
    origins: [first!, ...others.slice(0, count - 1)],
    ttlSeconds: 30,
    groups: [],
  });
  const reversed = { kind: 'reverse', ttlSeconds: 30, prefixes: [parsePrefix('::/0')!] } as const;
  expect(() => openImage(encodeSnapshot({ kind: 'live', zones: [zone(300), reversed] }))).not.toThrow();
  const tooMany = { ...zone(300), origins: [first!, ...others, ...others] } as const;
  const write = () => encodeSnapshot({ kind: 'live', zones: [tooMany, reversed] });
  expect(write).toThrow(HeaderTooLargeError);
  expect(write).toThrow(`at most ${maxHeaderOctets} can be published`);
});

function live(...zones: unknown[]): unknown {
  return { kind: 'live', zones };
}

/** An image with eight octets of sections: room for an empty name index. */
function withHeader(header: unknown): Uint8Array {
  const json = JSON.stringify(header);
  const image = new Uint8Array(16 + json.length + 8);
  image.set(encodeSnapshot({ kind: 'retired' }).subarray(0, 8));
  putU32(image, 8, image.length);
  putU32(image, 12, json.length);
  image.set(
    Uint8Array.from(json, (character) => character.charCodeAt(0)),
    16,
  );
  return image;
}

/** With another length in front. */
function changed(image: Uint8Array, at: number, value: number): Uint8Array {
  const copy = image.slice();
  putU32(copy, 8, copy.length);
  putU32(copy, at, value);
  return copy;
}
