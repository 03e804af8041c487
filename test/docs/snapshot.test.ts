/** docs/snapshot.md says what the code does: its tables and its example are compared with it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAddress, parsePrefix } from '../../zone/address.ts';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { dumpImage } from '../../zone/dump.ts';
import { encodeSnapshot } from '../../zone/image/encode.ts';
import {
  groupFlags,
  groupLimits,
  imageFormat,
  maxHeaderOctets,
  maxTtlSeconds,
  memberKinds,
  runKinds,
  targetKinds,
} from '../../zone/image/format.ts';
import { maxRecords } from '../../zone/image/group/sets.ts';
import { zoneOrder } from '../../zone/image/layout.ts';
import { nameHash } from '../../zone/image/name-index.ts';
import { clusterKeyPrefix, kvKeys, tokenKeyPrefix } from '../../zone/keys.ts';
import {
  formatManifest,
  type Manifest,
  manifestFormat,
  manifestHeader,
  maxBodyOctets,
  maxImageOctets,
  parseManifest,
  signatureHeader,
  signedOctets,
  snapshotContentType,
  snapshotPath,
} from '../../zone/manifest.ts';
import { apex, maxLabelOctets, maxNameOctets, parseName, parseRelativeName } from '../../zone/name.ts';
import { typeCodes } from '../../zone/rrset.ts';
import type { Snapshot } from '../../zone/snapshot.ts';
import {
  formatSnapshotRead,
  maxReadAgeMilliseconds,
  parseSnapshotRead,
  readHeader,
  snapshotReadOctets,
} from '../../zone/snapshot-read.ts';

const markdown = readFileSync(new URL('../../docs/snapshot.md', import.meta.url), 'utf8');
const prose = markdown.replace(/\s+/g, ' ');
const cluster = '<cluster>' as ClusterId;

describe('publishing', () => {
  test('the path and the headers', () => {
    expect(indentedBlocks()).toContainEqual([`PUT ${snapshotPath(cluster)}`]);
    const headers = table('header', 'value');
    expect(headers.map(([header]) => header)).toEqual([manifestHeader, signatureHeader, 'content-type']);
    expect(headers[2]![1]).toBe(snapshotContentType);
  });

  test('what is signed', () => {
    expect(indentedBlocks()).toContainEqual(
      String.fromCharCode(...signedOctets(''))
        .split('\n')
        .slice(0, 1),
    );
  });

  test('the manifest', () => {
    const manifest: Manifest = {
      format: manifestFormat,
      cluster: 'local' as ClusterId,
      epoch: 1,
      serial: 1,
      generatedAt: 1,
      length: 1,
      sha256: '0'.repeat(64),
      identity: '3f0f5a0e-6d0c-4c5f-9f5e-0d1f3a1b2c3d',
    };
    const text = formatManifest(manifest);
    const fields = table('field', 'value');
    expect(fields.map(([field]) => field)).toEqual(Object.keys(JSON.parse(text)));
    expect(fields[0]![1]).toBe(String(manifestFormat));
    const most = Number(/at most (\d+) octets as it is sent/.exec(prose)?.[1]);
    expect(parseManifest(text.padEnd(most))).toEqual(manifest);
    expect(parseManifest(text.padEnd(most + 1))).toBeUndefined();
  });

  test('the keys of edge KV', () => {
    expect(table('key', 'value', 'metadata').map(([key]) => key)).toEqual([
      kvKeys.snapshot(cluster),
      kvKeys.remarks(cluster),
      kvKeys.endpoints(cluster),
      kvKeys.registry,
      kvKeys.token('<id>'),
    ]);
    expect(prose).toContain(
      `Snapshots are listed by the prefix \`${clusterKeyPrefix}\`, tokens by \`${tokenKeyPrefix}\`.`,
    );
  });
});

describe('reading it back', () => {
  const statement = formatSnapshotRead({ cluster: 'local' as ClusterId, at: 1 });

  test('the path, the header and what is signed', () => {
    expect(indentedBlocks()).toContainEqual([`GET ${snapshotPath(cluster)}`]);
    expect(prose).toContain(`\`${readHeader}\`, JSON in ASCII`);
    expect(indentedBlocks()).toContainEqual([String.fromCharCode(...snapshotReadOctets('')).trimEnd()]);
  });

  test('the statement', () => {
    expect(table('member', 'value').map(([member]) => member)).toEqual(Object.keys(JSON.parse(statement)));
    const most = Number(/ASCII of at most (\d+) octets/.exec(prose)?.[1]);
    expect(parseSnapshotRead(statement.padEnd(most))).toBeDefined();
    expect(parseSnapshotRead(statement.padEnd(most + 1))).toBeUndefined();
    expect(prose).toContain(`more than ${maxReadAgeMilliseconds / 60_000} minutes before or after`);
  });
});

describe('the image', () => {
  test.for<[string, Readonly<Record<string, number>>]>([
    ['flag', groupFlags],
    ['run', runKinds],
    ['members', memberKinds],
    ['target', targetKinds],
  ])('the kinds of a %s', ([name, kinds]) => {
    const rows = table(name, name === 'flag' ? 'value' : 'kind');
    expect(Object.fromEntries(rows.map(([kind, number]) => [kind, Number(number)]))).toEqual(kinds);
  });

  test('the limits', () => {
    const limits = Object.fromEntries(table('limit', 'value').map(([limit, value]) => [limit, Number(value)]));
    const own = { maxBodyOctets, maxImageOctets, maxHeaderOctets, maxTtlSeconds, maxLabelOctets, maxNameOctets };
    expect(limits).toEqual({ ...own, ...groupLimits });
    expect(prose).toContain(`The last ${words[Object.keys(groupLimits).length]} are of one group`);
    expect(prose).toContain(`A set of more than ${maxRecords} records`);
  });

  test('the order of zones, and the fields of each', () => {
    expect(prose).toContain(`Zones come in the order ${zoneOrder.map((kind) => `\`${kind}\``).join(', ')},`);
    const fields = table('field', 'in zones', 'what');
    const { zones } = headerOf(encodeSnapshot(example));
    for (const zone of zones) {
      const described = fields.filter(
        ([, kinds]) => kinds === 'all' || kinds!.split(', ').includes(zone['kind'] as string),
      );
      expect(described.map(([field]) => field).sort()).toEqual(Object.keys(zone).sort());
    }
  });

  test('the types of sets that are written out', () => {
    const { NS, CNAME, TXT } = typeCodes;
    expect(prose).toContain(`type: ${NS} (NS), ${CNAME} (CNAME) or ${TXT} (TXT)`);
  });

  test('the hash of names', () => {
    const [start, factor] = /begin with (\d+);.* multiply by (\d+) modulo/.exec(prose)!.slice(1).map(Number);
    const name = '\x01a\x02bc';
    let hash = BigInt(start!);
    for (const octet of [...name].reverse()) {
      hash = ((hash ^ BigInt(octet.charCodeAt(0))) * BigInt(factor!)) % 2n ** 32n;
    }
    expect(nameHash(name)).toBe(Number(hash));
  });
});

describe('the example', () => {
  const lines = markdown
    .split('```text\n')[1]!
    .split('\n```')[0]!
    .split('\n')
    .filter((line) => line !== '');

  test('is the image of its records', () => {
    const octets = lines.flatMap(octetsOf);
    expect(Uint8Array.from(octets)).toEqual(encodeSnapshot(example));
    expect(prose).toContain(`is this image of ${octets.length} octets.`);
    expect(table('octets', 'what').slice(0, 2)).toEqual([
      ['4', String.fromCharCode(...octets.slice(0, 4))],
      ['4', `format: ${imageFormat}`],
    ]);
  });

  test('says where each line begins', () => {
    let at = 0;
    for (const line of lines) {
      expect(Number.parseInt(line.slice(0, 3), 16)).toBe(at);
      at += octetsOf(line).length;
    }
  });

  test('has the records that it says', () => {
    const dumped = dumpImage(encodeSnapshot(example)).split('\n');
    const records = dumped.filter((line) => line !== '' && !line.startsWith(';'));
    expect(indentedBlocks()).toContainEqual([...new Set(records)]);
  });
});

const http = { priority: 0, weight: 100, port: 80 };
const nameServer = { kind: 'relative', name: parseRelativeName('ns') } as const;

/** What docs/snapshot.md shows as octets. */
const example: Snapshot = {
  kind: 'live',
  zones: [
    {
      kind: 'cluster',
      origins: [parseName('cluster.local')],
      ttlSeconds: 30,
      groups: [
        {
          base: apex,
          ttlSeconds: 30,
          own: [],
          hosts: [],
          nodes: [
            {
              prefix: apex,
              addresses: 'none',
              services: [],
              rrsets: [{ type: 'NS', ttlSeconds: 30, targets: [nameServer] }],
            },
          ],
          hasPointers: true,
          answersDashed: false,
        },
        {
          base: parseRelativeName('pod'),
          ttlSeconds: 5,
          own: [],
          hosts: [],
          nodes: [],
          hasPointers: false,
          answersDashed: true,
        },
        {
          base: parseRelativeName('web'),
          ttlSeconds: 5,
          own: addresses('10.96.0.1'),
          hosts: [
            {
              label: '10-0-0-1',
              subdomain: undefined,
              addresses: addresses('10.0.0.1'),
              services: [{ ...http, port: 8080 }],
            },
            { label: 'db', subdomain: undefined, addresses: addresses('10.0.0.2', 'fd00::2'), services: [] },
            { label: 'ep', subdomain: 'b', addresses: addresses('10.0.0.3'), services: [] },
          ],
          nodes: [
            { prefix: apex, addresses: 'base', services: [{ ...http, targets: 'base' }], rrsets: [] },
            { prefix: parseRelativeName('_tcp'), addresses: 'none', services: [{ ...http, targets: [1] }], rrsets: [] },
          ],
          hasPointers: true,
          answersDashed: false,
        },
      ],
    },
    { kind: 'reverse', ttlSeconds: 30, prefixes: [parsePrefix('10.0.0.0/8')!] },
  ],
};

const words: Readonly<Record<number, string>> = { 9: 'nine', 10: 'ten', 11: 'eleven', 12: 'twelve' };

/** The rows of the first table whose header begins with these cells; code marks are taken off. */
function table(...header: readonly string[]): string[][] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${header.join(' | ')} |`));
  expect(start, `there is no table of ${header.join(', ')}`).toBeGreaterThan(0);
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .slice(2, -1)
      .split(' | ')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** Runs of lines that are indented by four spaces, without the indentation. */
function indentedBlocks(): string[][] {
  return [...markdown.matchAll(/(?:^ {4}.*\n)+/gm)].map(([block]) =>
    block
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(4)),
  );
}

/** The octets that a line of the example shows: in hexadecimal, or as text between bars. */
function octetsOf(line: string): number[] {
  const text = /^[0-9a-f]{3} {2}\|(.*)\|$/.exec(line)?.[1];
  if (text !== undefined) return Array.from(text, (character) => character.charCodeAt(0));
  const hexadecimal = /^[0-9a-f]{3} {2}((?:[0-9a-f]{2} ?)+)/.exec(line)?.[1];
  return hexadecimal!
    .trim()
    .split(' ')
    .map((octet) => Number.parseInt(octet, 16));
}

function headerOf(image: Uint8Array): { zones: readonly Readonly<Record<string, unknown>>[] } {
  const length = new DataView(image.buffer, image.byteOffset).getUint32(12);
  return JSON.parse(new TextDecoder().decode(image.subarray(16, 16 + length)));
}

function addresses(...texts: readonly string[]) {
  return texts.map((text) => parseAddress(text)!);
}
