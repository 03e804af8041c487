import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isReadableByOthers, SigningKey } from '../../../sync-agent/publish/signing-key.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const path = join(folder, `${Math.random()}.pem`);
  writeFileSync(path, text);
  return path;
}

test('whoever has the public key can verify a signature, as the edge does', async () => {
  const key = SigningKey.generate();
  const octets = new TextEncoder().encode('a statement');
  const publicKey = await crypto.subtle.importKey('raw', Buffer.from(key.publicKey, 'base64url'), 'Ed25519', false, [
    'verify',
  ]);
  const signature = Buffer.from(key.sign(octets), 'base64url');
  expect(await crypto.subtle.verify('Ed25519', publicKey, signature, octets)).toBe(true);
  expect(await crypto.subtle.verify('Ed25519', publicKey, signature, octets.with(0, 0))).toBe(false);
});

test('public key and signature are base64url without padding', () => {
  const key = SigningKey.generate();
  expect(key.publicKey).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(key.sign(new Uint8Array(3))).toMatch(/^[A-Za-z0-9_-]{86}$/);
});

test('keys differ, and one that is written and read is the same', () => {
  const key = SigningKey.generate();
  const read = SigningKey.fromFile(fileOf(key.toPem()));
  expect(read.publicKey).toBe(key.publicKey);
  expect(SigningKey.generate().publicKey).not.toBe(key.publicKey);
});

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const encrypted = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' });

test.for([
  ['nothing', ''],
  ['another text', 'secret: 12345'],
  ['a key of another kind', rsa.toString()],
  ['a public key', publicKey.export({ type: 'spki', format: 'pem' }).toString()],
  ['a key behind a passphrase', encrypted.toString()],
] as const)('a file with %s is refused, and nothing of it is told', ([, text]) => {
  const path = fileOf(text);
  const read = () => SigningKey.fromFile(path);
  expect(read).toThrow(
    expect.objectContaining({
      code: 'SIGNING_KEY',
      message: `${path} is not an Ed25519 private key in PEM form: pass the path of one`,
    }),
  );
});

test('a file that is not there is told with what to do', () => {
  const path = join(folder, 'absent.pem');
  expect(() => SigningKey.fromFile(path)).toThrow(
    `there is no signing key at ${path}: pass the path of one, or make one with "kube-doh key new ${path}"`,
  );
});

test.for([
  ['PEM', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ['base64', privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64')],
] as const)('a key in %s in the place of its path is not repeated', ([, text]) => {
  expect(() => SigningKey.fromFile(text)).toThrow(
    expect.objectContaining({ message: 'a key was passed in the place of its path: pass the path of its file' }),
  );
});

test('so is one that is far too large', () => {
  const path = fileOf('x'.repeat(64 * 1024 + 1));
  expect(() => SigningKey.fromFile(path)).toThrow(`${path} is too large for an Ed25519 private key`);
});

test('a pipe or a device is not waited for', () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  for (const path of [pipe, '/dev/zero']) {
    expect(() => SigningKey.fromFile(path)).toThrow(`cannot read the signing key ${path}`);
  }
});

test.for([
  [0o600, false],
  [0o640, false],
  [0o644, true],
] as const)('one with the mode %i: others can read it, %s', ([mode, expected]) => {
  const path = fileOf('');
  chmodSync(path, mode);
  expect(isReadableByOthers(path)).toBe(expected);
});

test('so is one that cannot be read', () => {
  expect(() => SigningKey.fromFile(folder)).toThrow(
    `cannot read the signing key ${folder}: pass the path of a readable file`,
  );
});
