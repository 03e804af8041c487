import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Profile } from '../../../client/profiles/profile.ts';
import { ProfileFile } from '../../../client/profiles/profile-file.ts';
import { noProfiles, withoutProfile, withProfile } from '../../../client/profiles/profiles.ts';
import { formatProfiles } from '../../../client/profiles/profiles-text.ts';
import { parseName } from '../../../zone/name.ts';

let folder: string;
let path: string;
let warnings: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-profiles-'));
  path = join(folder, 'a', 'b', 'profiles.json');
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(): ProfileFile {
  return new ProfileFile(path, (line) => warnings.push(line));
}

function profile(name: string): Profile {
  const edge = new URL('https://dns.example.com');
  const zones = [parseName('cluster.local')];
  return { name, edge, cluster: undefined, token: 'secret', zones, authorityFile: undefined };
}

function add(file: ProfileFile, name: string): void {
  file.update((profiles) => withProfile(profiles, profile(name), false));
}

test('a file that is not there holds none, and is made for its owner alone', () => {
  const file = open();
  expect([...file.read().all]).toEqual([]);
  add(file, 'one');
  expect([...open().read().all.values()]).toEqual([profile('one')]);
  expect([statSync(path).mode & 0o777, statSync(join(path, '..')).mode & 0o777]).toEqual([0o600, 0o700]);
  expect(readdirSync(join(path, '..'))).toEqual(['profiles.json']);
});

test('a link stays, and nothing of before stays where it leads', () => {
  mkdirSync(join(path, '..'), { recursive: true });
  const kept = join(folder, 'kept.json');
  symlinkSync(kept, path);
  writeFileSync(kept, formatProfiles(withProfile(noProfiles, profile('one'), false)), { mode: 0o600 });
  add(open(), 'two');
  expect(readlinkSync(path)).toBe(kept);
  open().update(() => noProfiles);
  expect(readFileSync(kept, 'utf8')).toBe(formatProfiles(noProfiles));
  expect([readdirSync(folder).sort(), readdirSync(join(path, '..'))]).toEqual([['a', 'kept.json'], ['profiles.json']]);
});

test("what root writes in the home of a user is the user's", ({ skip }) => {
  if (process.getuid?.() !== 0) skip('not root');
  const owners = () => [path, join(path, '..'), join(path, '../..'), folder].map((each) => statSync(each).uid);
  add(open(), 'one');
  expect(owners()).toEqual([0, 0, 0, 0]);
  rmSync(join(folder, 'a'), { recursive: true });
  chownSync(folder, 12_345, 12_345);
  add(open(), 'one');
  expect(owners()).toEqual([12_345, 12_345, 12_345, 12_345]);
  add(open(), 'two');
  expect(owners()).toEqual([12_345, 12_345, 12_345, 12_345]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('whoever changes it changes what is there, and not what he has read', () => {
  const [first, second] = [open(), open()];
  add(first, 'one');
  second.read();
  add(first, 'two');
  add(second, 'three');
  first.update((profiles) => withoutProfile(profiles, 'one'));
  expect([...second.read().all.keys()]).toEqual(['two', 'three']);
});

test('processes that log in at the same time keep all their profiles', async () => {
  const module = (path: string): string => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href);
  const script = `
    import { ProfileFile } from ${module('client/profiles/profile-file.ts')};
    import { withProfile } from ${module('client/profiles/profiles.ts')};
    const [path, who] = process.argv.slice(1);
    const edge = new URL('https://dns.example.com');
    for (let at = 0; at < 50; at += 1) {
      const profile = { name: who + at, edge, zones: ['\\x01a\\0'] };
      new ProfileFile(path, () => {}).update((profiles) => withProfile(profiles, profile, false));
    }`;
  const args = ['--input-type=module', '--eval', script, path];
  const run = (who: string) => promisify(execFile)(process.execPath, [...args, who], { timeout: 60_000 });
  await Promise.all(['a', 'b', 'c', 'd'].map(run));
  expect(open().read().all.size).toBe(200);
  expect(readdirSync(join(path, '..'))).toEqual(['profiles.json']);
}, 60_000);

test('what is refused makes neither file nor folder', () => {
  expect(() =>
    open().update(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(readdirSync(folder)).toEqual([]);
});

test('it is read again when it has changed, and then alone', () => {
  const [reader, writer] = [open(), open()];
  expect(reader.read().all.size).toBe(0);
  expect(reader.readIfChanged()).toBeUndefined();
  add(writer, 'one');
  expect([...(reader.readIfChanged()?.all.keys() ?? [])]).toEqual(['one']);
  expect(reader.readIfChanged()).toBeUndefined();
  // The same octets, but anew.
  writer.update((profiles) => profiles);
  expect(reader.readIfChanged()?.all.size).toBe(1);
  rmSync(path);
  expect(reader.readIfChanged()?.all.size).toBe(0);
  expect(reader.readIfChanged()).toBeUndefined();
});

test('what is wrong with it is told once for each change', () => {
  const reader = open();
  add(open(), 'one');
  reader.read();
  writeFileSync(path, '{');
  expect(() => reader.readIfChanged()).toThrow(`${path}: it is no JSON`);
  expect(reader.readIfChanged()).toBeUndefined();
});

test('a change that fails leaves it as it was', () => {
  const file = open();
  add(file, 'one');
  expect(() =>
    file.update(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect([...file.read().all.keys()]).toEqual(['one']);
});

test.for([
  [0o600, 0],
  [0o400, 0],
  [0o640, 1],
  [0o604, 1],
])('mode %i: %i warnings', ([mode, count]) => {
  add(open(), 'one');
  chmodSync(path, mode!);
  const file = open();
  file.read();
  file.read();
  expect(warnings).toEqual(
    Array.from({ length: count! }, () => `others on this machine can read your tokens: chmod 600 ${path}`),
  );
});

test('what is no file is told', () => {
  mkdirSync(path, { recursive: true });
  expect(() => open().read()).toThrow(
    expect.objectContaining({
      code: 'PROFILE_FILE',
      message: `${path}: this is no file: move it away, and log in again`,
    }),
  );
  writeFileSync(join(folder, 'file'), '');
  path = join(folder, 'file', 'profiles.json');
  expect(() => open().read()).toThrow(`${path}: it cannot be read (ENOTDIR)`);
});

test('a file that is too large is not read', () => {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, ' '.repeat(1024 * 1024 + 1), { mode: 0o600 });
  expect(() => open().read()).toThrow(`${path}: it is too large`);
});
