/** The cluster's Ed25519 key: the private half signs what is published, the public half is registered at the edge. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

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

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SigningKeyError';
  }
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason =
      (cause as NodeJS.ErrnoException).code === 'ENOENT'
        ? `there is no signing key at ${path}: pass the path of one, or make one with "kube-doh key new ${path}"`
        : `cannot read the signing key ${path}: pass the path of a readable file`;
    throw new SigningKeyError(reason, { cause });
  }
}

function parsePrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
