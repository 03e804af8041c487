/**
 * What the OPT record of a response says (RFC 6891 §6.1).
 */
import { optionCodes } from './edns.ts';

export interface ResponseEdns {
  /** The upper eight bits of the RCODE. */
  readonly upperRcode: number;
  readonly extendedErrors: readonly ReceivedError[];
}

/** An extended error as it came (RFC 8914 §2). */
export interface ReceivedError {
  /** INFO-CODE, known or not. */
  readonly code: number;
  readonly text: string;
}

interface OptRecord {
  readonly owner: string;
  /** Upper RCODE bits, version and flags (RFC 6891 §6.1.3). */
  readonly ttlSeconds: number;
  readonly data: Uint8Array;
}

const root = '\0';

/** Undefined when the record has an owner or its options do not fill it exactly. */
export function readResponseEdns({ owner, ttlSeconds, data }: OptRecord): ResponseEdns | undefined {
  if (owner !== root) return undefined;
  const extendedErrors: ReceivedError[] = [];
  for (let at = 0; at < data.length; ) {
    if (at + 4 > data.length) return undefined;
    const code = (data[at]! << 8) | data[at + 1]!;
    const start = at + 4;
    at = start + ((data[at + 2]! << 8) | data[at + 3]!);
    if (at > data.length) return undefined;
    // One without a code says nothing.
    if (code === optionCodes.extendedError && at - start >= 2) extendedErrors.push(readError(data, start, at));
  }
  return { upperRcode: ttlSeconds >>> 24, extendedErrors };
}

function readError(data: Uint8Array, start: number, end: number): ReceivedError {
  const text = new TextDecoder().decode(data.subarray(start + 2, end));
  // RFC 8914 §2: "EXTRA-TEXT may be null terminated but MUST NOT be assumed to be".
  return { code: (data[start]! << 8) | data[start + 1]!, text: text.replace(/\0$/, '') };
}
