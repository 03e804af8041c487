/**
 * The endpoints of a line, read as octets: a large cluster has a million texts in them, and to make strings of those that are
 * only copied would cost more than all the rest. They are `["address","host","standing",…],…]}` (zone/endpoints/line.ts).
 */
import type { Standing } from '../../zone/endpoints/line.ts';
import { SnapshotError } from '../snapshots/snapshot-error.ts';

/** Cells of an endpoint; behind them is one for each column. */
export const addressCell = 0;
export const hostCell = 1;
const standingCell = 2;
export const firstValueCell = 3;

const [quote, comma, opening, closing, backslash, brace, colon] = [...'",[]\\}:'].map((one) => one.charCodeAt(0));
const noEndpoint = 'an endpoint is none';
const space = 0x20;
const tilde = 0x7e;
/** An IPv6 address has its first colon among so many characters. */
const groupCharacters = 5;

const standings = (['ready', 'not-ready', 'terminating'] as const).map(
  (standing) => [standing, new TextEncoder().encode(standing)] as const,
);

export class Endpoints {
  readonly octets: Uint8Array;
  /** Of the endpoint that was read last: where each cell begins, and where it ends. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly #end: number;
  #at: number;

  /** Those in `octets` between the bracket in front of `start` and `end`. */
  constructor(octets: Uint8Array, start: number, end: number, columnCount: number) {
    this.octets = octets;
    this.starts = new Int32Array(firstValueCell + columnCount);
    this.ends = new Int32Array(firstValueCell + columnCount);
    this.#at = start;
    this.#end = end;
  }

  /** Reads the next one; undefined when there is none. Throws SnapshotError for what is none. */
  next(): Standing | undefined {
    const { octets } = this;
    if (octets[this.#at] === closing) {
      if (octets[this.#at + 1] !== brace || this.#at + 2 !== this.#end) broken('a line goes on behind its endpoints');
      return undefined;
    }
    const at = this.#readCells(this.#at);
    const isLast = octets[at] === closing;
    if (!isLast && (octets[at] !== comma || octets[at + 1] !== opening)) broken(noEndpoint);
    this.#at = isLast ? at : at + 1;
    if (this.starts[addressCell] === this.ends[addressCell]) broken(noEndpoint);
    return this.#standing();
  }

  /** Of all cells of the endpoint that was read last, and a little more. */
  get cellOctets(): number {
    return this.ends.at(-1)! - this.starts[addressCell]!;
  }

  isEmpty(cell: number): boolean {
    return this.starts[cell] === this.ends[cell];
  }

  get isIpv6(): boolean {
    const start = this.starts[addressCell]!;
    const most = Math.min(start + groupCharacters, this.ends[addressCell]!);
    for (let at = start; at < most; at += 1) if (this.octets[at] === colon) return true;
    return false;
  }

  /** Where the endpoint ends. A line feed, which every line has, ends what does not. */
  #readCells(from: number): number {
    const { octets, starts, ends } = this;
    const count = starts.length;
    let at = from;
    if (octets[at] !== opening) broken(noEndpoint);
    for (let cell = 0; cell < count; cell += 1) {
      if (octets[at + 1] !== quote) broken(noEndpoint);
      at += 2;
      starts[cell] = at;
      for (let octet = octets[at]!; octet !== quote; octet = octets[at]!) {
        if (octet < space || octet > tilde || octet === backslash) broken(noEndpoint);
        at += 1;
      }
      ends[cell] = at;
      at += 1;
      if (octets[at] !== (cell === count - 1 ? closing : comma)) broken(noEndpoint);
    }
    return at + 1;
  }

  #standing(): Standing {
    const start = this.starts[standingCell]!;
    const length = this.ends[standingCell]! - start;
    for (const [standing, word] of standings) {
      let same = 0;
      while (same < word.length && word[same] === this.octets[start + same]) same += 1;
      if (same === length && same === word.length) return standing;
    }
    return broken(noEndpoint);
  }
}

export function broken(what: string): never {
  throw new SnapshotError(what);
}
