import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { privateFolder } from '../../edge/private-folder.ts';
import { readSecrets } from '../../edge/secrets.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('secrets', () => {
  test('are made at the first start, for nobody else to read, and stay', () => {
    const folder = temporaryFolder();
    const { administratorKeyPath, variables } = readSecrets(folder);
    expect(readdirSync(folder).sort()).toEqual(['admin.key', 'token.key']);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    const key = readFileSync(administratorKeyPath, 'utf8').trim();
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(variables.ADMIN_KEY_SHA256).toBe(createHash('sha256').update(key).digest('hex'));
    expect(variables.TOKEN_KEY).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(variables)).not.toContain(key);
    expect(readSecrets(folder).variables).toEqual(variables);
    const others = readSecrets(temporaryFolder()).variables;
    expect(others.TOKEN_KEY).not.toBe(variables.TOKEN_KEY);
  });

  test('may be given, with a line end or without', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'admin.key'), 'a key that is 1, no, with-dashes\n'.replaceAll(' ', '_'), {
      mode: 0o600,
    });
    writeFileSync(join(folder, 'token.key'), 'ab'.repeat(32), { mode: 0o600 });
    const { variables } = readSecrets(folder);
    const hash = createHash('sha256').update('a_key_that_is_1,_no,_with-dashes').digest('hex');
    expect(variables).toEqual({ ADMIN_KEY_SHA256: hash, TOKEN_KEY: 'ab'.repeat(32) });
  });

  test.for([
    ['admin.key', 'short', 'holds no key of 16 or more printable characters: write one, or remove the file'],
    ['admin.key', '', 'holds no key of 16 or more printable characters: write one, or remove the file'],
    [
      'admin.key',
      'with spaces in between',
      'holds no key of 16 or more printable characters: write one, or remove the file',
    ],
    ['token.key', 'xyz', 'does not hold 64 hexadecimal digits: restore it, or remove it and make all tokens anew'],
    ['token.key', '', 'does not hold 64 hexadecimal digits: restore it, or remove it and make all tokens anew'],
  ] as const)('%s with %j is told, and not replaced', ([name, text, reason]) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    expect(() => readSecrets(folder)).toThrow(`${join(folder, name)} ${reason}`);
    expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
  });

  test('that others can read are told, and not used', () => {
    const folder = temporaryFolder();
    readSecrets(folder);
    const path = join(folder, 'token.key');
    chmodSync(path, 0o640);
    expect(() => readSecrets(folder)).toThrow(`${path} is open to others: chmod 600 ${path}`);
  });

  test('that were half made are made again', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'admin.key.unfinished'), 'half', { mode: 0o600 });
    readSecrets(folder);
    expect(readdirSync(folder).sort()).toEqual(['admin.key', 'token.key']);
  });
});

describe('a private folder', () => {
  test('is made, with those above it', () => {
    const path = join(temporaryFolder(), 'a/b');
    privateFolder(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    privateFolder(path);
  });

  test.for([0o750, 0o707, 0o701, 0o777])('that others can look into, %o, is told and not changed', (mode) => {
    const path = join(temporaryFolder(), 'a');
    mkdirSync(path);
    chmodSync(path, mode);
    expect(() => privateFolder(path)).toThrow(`${path} is open to others: chmod 700 ${path}`);
    expect(statSync(path).mode & 0o777).toBe(mode);
  });

  test('of somebody else is told', () => {
    const isRoot = process.getuid?.() === 0;
    const path = isRoot ? join(temporaryFolder(), 'a') : '/';
    if (isRoot) {
      mkdirSync(path, { mode: 0o700 });
      chownSync(path, 65_534, 65_534);
    }
    expect(() => privateFolder(path)).toThrow(`${path} belongs to another user`);
  });

  test('that is a file is told', () => {
    const path = join(temporaryFolder(), 'a');
    writeFileSync(path, '');
    expect(() => privateFolder(path)).toThrow(`${path} is no folder`);
    symlinkSync(join(temporaryFolder(), 'absent'), `${path}-link`);
    expect(() => privateFolder(`${path}-link`)).toThrow('cannot be made');
  });
});
