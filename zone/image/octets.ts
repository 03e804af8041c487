/**
 * Reading numbers and texts where they stand, in network order. Reading past the end is an ImageError, never a wrong
 * number.
 */
import { maxTtlSeconds } from './format.ts';

/** The octets are no snapshot image of a format this code knows, or contradict themselves. */
export class ImageError extends Error {
  readonly code: 'BAD_IMAGE' | 'UNKNOWN_FORMAT';

  constructor(code: 'BAD_IMAGE' | 'UNKNOWN_FORMAT', reason: string, options?: { readonly cause: unknown }) {
    super(reason, options);
    this.name = 'ImageError';
    this.code = code;
  }
}

/** `reason` continues the sentence "the snapshot image is damaged: …". */
export function damaged(reason: string, cause?: unknown): ImageError {
  const text = `the snapshot image is damaged: ${reason}`;
  return cause === undefined ? new ImageError('BAD_IMAGE', text) : new ImageError('BAD_IMAGE', text, { cause });
}

export function u8(octets: Uint8Array, at: number): number {
  const value = octets[at];
  if (value === undefined) throw pastEnd();
  return value;
}

export function u16(octets: Uint8Array, at: number): number {
  const low = u8(octets, at + 1);
  return (octets[at]! << 8) | low;
}

export function u32(octets: Uint8Array, at: number): number {
  const low = u8(octets, at + 3);
  return ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | low) >>> 0;
}

/** Seconds, at most 2^31 - 1 (RFC 2181 §8). */
export function ttl(octets: Uint8Array, at: number): number {
  const seconds = u32(octets, at);
  if (seconds > maxTtlSeconds) throw damaged('a TTL is longer than a TTL may be');
  return seconds;
}

export function putU32(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 24;
  octets[at + 1] = value >>> 16;
  octets[at + 2] = value >>> 8;
  octets[at + 3] = value;
}

/** A number that is mostly small: one octet, or 255 and two octets. `afterCount` tells where it ends. */
export function count(octets: Uint8Array, at: number): number {
  const value = u8(octets, at);
  return value === 255 ? u16(octets, at + 1) : value;
}

export function afterCount(octets: Uint8Array, at: number): number {
  return octets[at] === 255 ? at + 3 : at + 1;
}

/** A part of the octets as a string with one character per octet. */
export function text(octets: Uint8Array, from: number, to: number): string {
  if (to > octets.length) throw pastEnd();
  let characters = '';
  for (let at = from; at < to; at += 1) characters += String.fromCharCode(octets[at]!);
  return characters;
}

/** Whether two parts hold the same octets. */
export function equalParts(
  a: Uint8Array,
  aFrom: number,
  aTo: number,
  b: Uint8Array,
  bFrom: number,
  bTo: number,
): boolean {
  if (aTo - aFrom !== bTo - bFrom) return false;
  for (let i = aTo - aFrom - 1; i >= 0; i -= 1) if (a[aFrom + i] !== b[bFrom + i]) return false;
  return true;
}

function pastEnd(): ImageError {
  return damaged('something reaches behind its end');
}
