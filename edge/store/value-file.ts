/**
 * A value as a file: one line of JSON with its key, metadata and expiry, then its octets. One file, so that a value and its
 * metadata are never of two different writes.
 */

export interface ValueHeader {
  /** So that a file under a wrong name is not taken for another value. */
  readonly key: string;
  /** JSON, as it was given. */
  readonly metadata: string | undefined;
  /** Unix milliseconds from which on it is not there any more; undefined: it stays. */
  readonly expiresAt: number | undefined;
}

/** More than a header of the longest key and metadata takes. */
export const maxHeaderOctets = 16 * 1024;

/** The file holds no value of this key: it was not written by this store, or changed since. */
export class DamagedValueError extends Error {
  readonly code = 'DAMAGED_VALUE';

  constructor(key: string) {
    super(`the file of ${key} is damaged: restore it from a backup, or remove it`);
    this.name = 'DamagedValueError';
  }
}

export function formatHeader(header: ValueHeader): Buffer {
  return Buffer.from(`${JSON.stringify(header)}\n`);
}

/** From the first octets of a file, and how many of them the header takes. Throws DamagedValueError. */
export function parseHeader(key: string, start: Buffer): { readonly header: ValueHeader; readonly length: number } {
  const end = start.indexOf('\n');
  const header = end < 0 ? undefined : headerFrom(start.toString('utf8', 0, end));
  if (header?.key !== key) throw new DamagedValueError(key);
  return { header, length: end + 1 };
}

function headerFrom(line: string): ValueHeader | undefined {
  try {
    const { key, metadata, expiresAt } = JSON.parse(line) as Record<keyof ValueHeader, unknown>;
    if (typeof key !== 'string') return undefined;
    if (metadata !== undefined && typeof metadata !== 'string') return undefined;
    if (expiresAt !== undefined && typeof expiresAt !== 'number') return undefined;
    return { key, metadata, expiresAt };
  } catch {
    return undefined;
  }
}
