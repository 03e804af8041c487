import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAddress } from '../../../zone/address.ts';
import { dumpImage } from '../../../zone/dump.ts';
import type { OwnerGroup } from '../../../zone/group.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { maxImageOctets } from '../../../zone/manifest.ts';
import { apex, parseName, parseRelativeName } from '../../../zone/name.ts';
import { kubeDoh } from '../kube-doh.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, octets: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, octets);
  return path;
}

const origins = [parseName('cluster.local')] as const;
const web: OwnerGroup = {
  base: parseRelativeName('web.shop.svc'),
  ttlSeconds: 30,
  own: [parseAddress('10.96.0.10')!],
  hosts: [],
  nodes: [{ prefix: apex, addresses: 'base', services: [], rrsets: [] }],
  hasPointers: true,
  answersDashed: false,
};
const image = encodeSnapshot({ kind: 'live', zones: [{ kind: 'cluster', origins, ttlSeconds: 30, groups: [web] }] });

test.for([
  ['as it is', image],
  ['compressed', gzipSync(image)],
] as const)('a snapshot, %s, is printed as zone file text', ([name, octets]) => {
  const { code, stdout, stderr } = kubeDoh('dump', fileOf(name, octets));
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe(dumpImage(image));
  expect(stdout.split('\n')).toContain('web.shop.svc 30 IN A 10.96.0.10');
});

test.for([
  ['no snapshot', Buffer.from('hello'), /^kube-doh: the snapshot image is damaged: .*\n$/],
  ['half a snapshot', image.subarray(0, -10), /^kube-doh: the snapshot image is damaged: .*\n$/],
  [
    'half of it compressed',
    gzipSync(image).subarray(0, -10),
    /is compressed and damaged, or larger than a snapshot may be\n$/,
  ],
  [
    'too much',
    gzipSync(new Uint8Array(maxImageOctets + 1)),
    /is compressed and damaged, or larger than a snapshot may be\n$/,
  ],
] as const)('%s is told in one line', ([name, octets, line]) => {
  const { code, stdout, stderr } = kubeDoh('dump', fileOf(name, octets));
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(line);
});

test('so is a file that is not there', () => {
  const { code, stderr } = kubeDoh('dump', join(folder, 'absent'));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^kube-doh: cannot read the snapshot \(ENOENT[^\n]*\): pass the path of a readable file\n$/);
});

test.for([[[]], [['a', 'b']]] as const)('dump %j is a wrong command line', ([args]) => {
  expect(kubeDoh('dump', ...args)).toMatchObject({
    code: 2,
    stderr: 'kube-doh: the command is "kube-doh dump FILE"; see kube-doh dump --help\n',
  });
});
