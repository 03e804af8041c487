import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
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
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeHostsFile, systemHostsFile } from '../../../client/export/hosts-file.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
  path = join(folder, 'hosts');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** No text in any encoding of several octets. */
const octets = Buffer.from([0x31, 0xff, 0xc3, 0x0d, 0x0a, 0x00, 0x80]);

test('octets stay what they are, and so do mode and owner', () => {
  writeFileSync(path, octets);
  chmodSync(path, 0o640);
  expect(changeHostsFile(path, (text) => `${text}more\n`)).toBe(true);
  expect(readFileSync(path)).toEqual(Buffer.concat([octets, Buffer.from('more\n')]));
  expect(statSync(path).mode & 0o7777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(['hosts']);
});

test('who has it open keeps what was there', () => {
  writeFileSync(path, 'old\n');
  const before = statSync(path).ino;
  changeHostsFile(path, () => 'new\n');
  expect(statSync(path).ino).not.toBe(before);
});

test('what does not change is not written', () => {
  writeFileSync(path, 'old\n');
  const before = statSync(path);
  expect(changeHostsFile(path, (text) => text)).toBe(false);
  expect([statSync(path).ino, statSync(path).mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  expect(changeHostsFile(join(folder, 'absent'), (text) => text)).toBe(false);
  expect(readdirSync(folder)).toEqual(['hosts']);
});

test('one that is not there is made', () => {
  expect(changeHostsFile(path, (text) => `${text ?? 'nothing'}, new\n`)).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('nothing, new\n');
});

test('one that is to be nothing is removed, and where that cannot be, left empty', ({ skip }) => {
  writeFileSync(path, 'old\n');
  expect(changeHostsFile(path, () => undefined)).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
  const unshare = ['--mount', '--map-root-user'];
  if (spawnSync('unshare', [...unshare, 'true']).status !== 0) skip('no mounts of its own');
  const module = pathToFileURL(join(import.meta.dirname, '../../../client/export/hosts-file.ts')).href;
  const real = join(folder, 'real');
  writeFileSync(real, 'old\n');
  writeFileSync(path, '');
  const program = `import { changeHostsFile } from '${module}'; changeHostsFile('${path}', () => undefined);`;
  const script = `mount --bind '${real}' '${path}' && '${process.execPath}' --input-type=module -e "$0"`;
  execFileSync('unshare', [...unshare, 'sh', '-c', script, program]);
  expect(readFileSync(real, 'utf8')).toBe('');
});

test('a link stays one, and so do two names of one file', () => {
  const real = join(folder, 'real');
  writeFileSync(real, 'old\n');
  symlinkSync('real', path);
  changeHostsFile(path, () => 'new\n');
  expect([readlinkSync(path), readFileSync(real, 'utf8')]).toEqual(['real', 'new\n']);
  const other = join(folder, 'other');
  linkSync(real, other);
  changeHostsFile(path, () => 'x\n');
  expect([readFileSync(other, 'utf8'), readFileSync(path, 'utf8')]).toEqual(['x\n', 'x\n']);
});

test('one that is mounted, as in a container, is written where it stands', ({ skip }) => {
  const unshare = ['--mount', '--map-root-user'];
  if (spawnSync('unshare', [...unshare, 'true']).status !== 0) skip('no mounts of its own');
  const module = pathToFileURL(join(import.meta.dirname, '../../../client/export/hosts-file.ts')).href;
  const real = join(folder, 'real');
  writeFileSync(real, 'a longer old text\n');
  writeFileSync(path, '');
  const program = `import { changeHostsFile } from '${module}'; changeHostsFile('${path}', () => 'new\\n');`;
  const script = `mount --bind '${real}' '${path}' && '${process.execPath}' --input-type=module -e "$0"`;
  execFileSync('unshare', [...unshare, 'sh', '-c', script, program]);
  expect(readFileSync(real, 'utf8')).toBe('new\n');
  expect(readdirSync(folder).sort()).toEqual(['hosts', 'real']);
});

test('on a full disk it stays as it is', ({ skip }) => {
  const unshare = ['--mount', '--map-root-user'];
  if (spawnSync('unshare', [...unshare, 'true']).status !== 0) skip('no mounts of its own');
  const module = pathToFileURL(join(import.meta.dirname, '../../../client/export/hosts-file.ts')).href;
  const program = `
    import { readdirSync, readFileSync } from 'node:fs';
    import { changeHostsFile } from '${module}';
    const change = () => changeHostsFile('${path}', (text) => 'new\\n'.repeat(9999) + text);
    try { change(); } catch (error) { console.log(error.message); }
    console.log(readFileSync('${path}', 'utf8') + readdirSync('${folder}'));`;
  const script = `mount -t tmpfs -o size=8k none '${folder}' && echo old >'${path}' && '${process.execPath}' --input-type=module -e "$0"`;
  const said = execFileSync('unshare', [...unshare, 'sh', '-c', script, program], { encoding: 'utf8' });
  expect(said).toBe(`cannot write ${path} (ENOSPC)\nold\nhosts\n`);
});

test('what cannot be read or written is told in one line', () => {
  expect(() => changeHostsFile(folder, () => 'x')).toThrow(
    expect.objectContaining({
      code: 'HOSTS_FILE',
      message: `cannot read ${folder} (EISDIR): it is a folder; choose a file with --file`,
    }),
  );
  const absent = join(folder, 'absent', 'hosts');
  expect(() => changeHostsFile(absent, () => 'x')).toThrow(
    expect.objectContaining({
      code: 'HOSTS_FILE',
      message: `cannot write ${absent} (ENOENT): there is no such folder; make it, or choose another file with --file`,
    }),
  );
});

test.for([
  ['linux', {}, '/etc/hosts'],
  ['darwin', {}, '/etc/hosts'],
  ['win32', { SystemRoot: 'D:\\Windows' }, 'D:\\Windows\\System32\\drivers\\etc\\hosts'],
  ['win32', {}, 'C:\\Windows\\System32\\drivers\\etc\\hosts'],
] as const)('where it is on %s', ([platform, environment, expected]) => {
  expect(systemHostsFile(platform, environment)).toBe(expected);
});
