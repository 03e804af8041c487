import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { underLock } from '../../../client/profiles/file-lock.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-lock-'));
  path = join(folder, 'file');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the lock is there while the work is done, and not afterwards', () => {
  expect(underLock(path, () => existsSync(`${path}.lock`))).toBe(true);
  expect(() =>
    underLock(path, () => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock that whoever had it has left is taken over', () => {
  writeFileSync(`${path}.lock`, '');
  expect(underLock(path, () => 'done', 30)).toBe('done');
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock that another has made since is left to him', () => {
  underLock(path, () => {
    rmSync(`${path}.lock`);
    writeFileSync(`${path}.lock`, "another's");
  });
  expect(readFileSync(`${path}.lock`, 'utf8')).toBe("another's");
});

test('where it cannot be made, nothing is done', () => {
  let done = 0;
  expect(() =>
    underLock(join(folder, 'absent', 'file'), () => {
      done += 1;
    }),
  ).toThrow('ENOENT');
  expect(done).toBe(0);
});

/** Counts in a file, each time by what stands there. */
const counting = (rounds: number): string => `
  import { readFileSync, writeFileSync } from 'node:fs';
  import { underLock } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../../client/profiles/file-lock.ts')).href)};
  const [path] = process.argv.slice(1);
  for (let round = 0; round < ${rounds}; round += 1)
    underLock(path, () => writeFileSync(path, String(Number(readFileSync(path, 'utf8')) + 1)), 1e9);`;

test('processes that change a file at the same time lose nothing of each other', async () => {
  writeFileSync(path, '0');
  const run = () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', counting(200), path], { timeout: 60_000 });
  await Promise.all([run(), run(), run(), run()]);
  expect(readFileSync(path, 'utf8')).toBe('800');
  expect(readdirSync(folder)).toEqual(['file']);
}, 60_000);
