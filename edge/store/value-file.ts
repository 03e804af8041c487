/**
 * A value as a file: one line of JSON with its key, metadata, expiry and length, then its octets. One file, so that a value and its
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

/** As long for one `octets` as for another, since that is known when the value has been written behind it. */
export function formatHeader({ key, metadata, expiresAt }: ValueHeader, octets: number): Buffer {
  return Buffer.from(`${JSON.stringify({ key, metadata, expiresAt, octets: String(octets).padStart(10, '0') })}\n`);
}

/**
 * From the first octets of a file of `size` octets, and how many of them the header takes. Throws DamagedValueError, also when
 * the value is not as long as it was.
 */
export function parseHeader(
  key: string,
  start: Buffer,
  size: number,
): { readonly header: ValueHeader; readonly length: number } {
  const end = start.indexOf('\n');
  const line = end < 0 ? undefined : headerFrom(start.toString('utf8', 0, end));
  if (line?.header.key !== key || line.octets !== size - end - 1) throw new DamagedValueError(key);
  return { header: line.header, length: end + 1 };
}

function headerFrom(line: string): { readonly header: ValueHeader; readonly octets: number } | undefined {
  try {
    const { key, metadata, expiresAt, octets } = JSON.parse(line) as Record<keyof ValueHeader | 'octets', unknown>;
    if (typeof key !== 'string') return undefined;
    if (metadata !== undefined && typeof metadata !== 'string') return undefined;
    if (expiresAt !== undefined && typeof expiresAt !== 'number') return undefined;
    return { header: { key, metadata, expiresAt }, octets: Number(octets) };
  } catch {
    return undefined;
  }
}
