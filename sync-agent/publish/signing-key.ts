/** The cluster's Ed25519 key: the private half signs what is published, the public half is registered at the edge. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { statSync } from 'node:fs';
import { readTextFile } from '../text-file.ts';

/** Some hundred are enough for a key. */
const maxFileOctets = 64 * 1024;

/** A private key in base64, with or without what RFC 8410 §7 puts around it, or in hexadecimal digits. */
const bareKey = /^\s*(M[CF][0-9A-Za-z]CAQ|[A-Za-z0-9+/]{43}=\s*$|[0-9A-Fa-f]{64}\s*$)/;

export class SigningKey {
  readonly #privateKey: KeyObject;

  private constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey;
  }

  static generate(): SigningKey {
    return new SigningKey(generateKeyPairSync('ed25519').privateKey);
  }

  /** From a PKCS #8 PEM file. Throws SigningKeyError. */
  static fromFile(path: string): SigningKey {
    // Not repeated: it is secret, and errors go to a log.
    if (looksLikeKey(path))
      throw new SigningKeyError('a key was passed in the place of its path: pass the path of its file');
    const key = parsePrivateKey(readPem(path));
    if (key?.asymmetricKeyType === 'ed25519') return new SigningKey(key);
    throw new SigningKeyError(`${path} is not an Ed25519 private key in PEM form: pass the path of one`);
  }

  /** 43 characters of base64url, as it is registered. */
  get publicKey(): string {
    return createPublicKey(this.#privateKey).export({ format: 'jwk' }).x!;
  }

  /** The signature in base64url. */
  sign(octets: Uint8Array): string {
    return sign(null, octets, this.#privateKey).toString('base64url');
  }

  /** PKCS #8 PEM. */
  toPem(): string {
    return this.#privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }
}

/** No usable key in that file. The message never holds what the file holds. */
export class SigningKeyError extends Error {
  readonly code = 'SIGNING_KEY';

  constructor(message: string) {
    super(message);
    this.name = 'SigningKeyError';
  }
}

/** Whether somebody has passed a key itself in the place of its path: text of several lines is none, in any case. */
export function looksLikeKey(path: string): boolean {
  return /-----BEGIN|[\r\n]/.test(path) || bareKey.test(path);
}

/** Whether every user of this machine can read what is at the path. */
export function isReadableByOthers(path: string): boolean {
  return (statSync(path).mode & 0o004) !== 0;
}

function readPem(path: string): string {
  const file = readTextFile(path, maxFileOctets);
  switch (file.kind) {
    case 'read':
      return file.text;
    case 'absent':
      throw new SigningKeyError(
        `there is no signing key at ${path}: pass the path of one, or make one with "kube-doh key new ${path}"`,
      );
    case 'unreadable':
      throw new SigningKeyError(`cannot read the signing key ${path}: pass the path of a readable file`);
    case 'too-large':
      throw new SigningKeyError(`${path} is too large for an Ed25519 private key: pass the path of one`);
  }
}

function parsePrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
