import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeReadyFile, writeReadyFile } from '../../client/ready-file.ts';

const ready = {
  url: 'https://127.0.0.1:1',
  doh: 'https://127.0.0.1:1/t/kd1/dns-query',
  token: 'kd1',
  cluster: 'local',
  zones: ['cluster.local', 'a.example'],
  ca: '/tmp/ca.pem',
};

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
  path = join(folder, 'ready.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('it is JSON that only its owner may read, and nothing else is left', () => {
  writeReadyFile(path, ready);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(ready);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['ready.json']);
});

test('it is put in place whole: the file that was there stays as it was for whoever has it open', () => {
  writeFileSync(path, 'old', { mode: 0o644 });
  const before = statSync(path).ino;
  writeReadyFile(path, ready);
  expect(statSync(path).ino).not.toBe(before);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('one of an earlier run is removed', () => {
  writeFileSync(path, 'old');
  removeReadyFile(path);
  expect(existsSync(path)).toBe(false);
  removeReadyFile(path);
});

test.for([
  ['in a folder that is not there', () => join(folder, 'absent', 'ready.json')],
  ['that is a folder', () => folder],
] as const)('one %s is told before anything else happens', ([, pathOf]) => {
  const wrong = pathOf();
  expect(() => removeReadyFile(wrong)).toThrow(
    expect.objectContaining({
      code: 'READY_FILE',
      message: expect.stringContaining(`cannot write the ready file ${wrong} (`),
    }),
  );
});
