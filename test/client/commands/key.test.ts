import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { kubeDoh } from '../kube-doh.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('it makes a key that the agent takes, for its owner only, and prints the public half', () => {
  const path = join(folder, 'agent.pem');
  const { code, stdout, stderr } = kubeDoh('key', 'new', path);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe(`${SigningKey.fromFile(path).publicKey}\n`);
  expect(readFileSync(path, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('it leaves a file alone that is there', () => {
  const path = join(folder, 'agent.pem');
  writeFileSync(path, 'mine');
  expect(kubeDoh('key', 'new', path)).toEqual({
    code: 1,
    stdout: '',
    stderr: `kube-doh: the key is not made, ${path} exists already: choose another path\n`,
  });
  expect(readFileSync(path, 'utf8')).toBe('mine');
});

test('it says when it cannot write', () => {
  const { code, stdout, stderr } = kubeDoh('key', 'new', join(folder, 'absent', 'agent.pem'));
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^kube-doh: the key is not made, cannot write it: ENOENT[^\n]*\n$/);
});

test.for([[[]], [['new']], [['old', 'x']], [['new', 'x', 'y']]] as const)(
  'key %j is a wrong command line',
  ([args]) => {
    expect(kubeDoh('key', ...args)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'kube-doh: the command is "kube-doh key new FILE"; see kube-doh key --help\n',
    });
  },
);
