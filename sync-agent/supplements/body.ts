/**
 * A supplement as it is sent: lines in the order of their names, compressed, within its limits. However much it is, others
 * have their turn in between: a snapshot does not wait for it.
 */
import { createHash, type Hash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type { SupplementLimits } from '../../zone/supplement/supplement.ts';
import type { SupplementForms, SupplementLine } from './source.ts';

export interface SupplementBody {
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly lines: number;
  /** Of the text: equal supplements have equal ones. */
  readonly textHash: string;
}

/** What is made in one turn: so many lines, or so many octets where lines are long. */
const linesPerTurn = 50;
const octetsPerTurn = 64 * 1024;

/** The first form that is within the limits; undefined where none is. */
export async function supplementBody(
  forms: SupplementForms,
  { textOctets, bodyOctets }: SupplementLimits,
): Promise<SupplementBody | undefined> {
  for (const form of forms) {
    const lines = await orderedLines(form(), textOctets);
    if (lines === undefined) continue;
    const hash = createHash('sha256');
    const octets = await pipeline(piecesOf(lines, hash), createGzip(), buffer);
    if (octets.length > bodyOctets) continue;
    return { octets: new Uint8Array(octets), lines: lines.length, textHash: hash.digest('hex') };
  }
  return undefined;
}

/** Undefined when they are too long. */
async function orderedLines(
  source: Iterable<SupplementLine>,
  maxOctets: number,
): Promise<readonly SupplementLine[] | undefined> {
  const lines: SupplementLine[] = [];
  let octets = 0;
  let turnsAt = octetsPerTurn;
  for (const line of source) {
    lines.push(line);
    octets += line.text.length + 1;
    if (octets > maxOctets) return undefined;
    if (lines.length % linesPerTurn !== 0 && octets < turnsAt) continue;
    turnsAt = octets + octetsPerTurn;
    await nextTurn();
  }
  return lines.sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
}

/** The stream that takes them waits for another thread after each. */
function* piecesOf(lines: readonly SupplementLine[], hash: Hash): Generator<Buffer, void, undefined> {
  for (let from = 0, to = 0; from < lines.length; from = to) {
    let text = '';
    while (to < lines.length && text.length < octetsPerTurn) {
      text += `${lines[to]!.text}\n`;
      to += 1;
    }
    const piece = Buffer.from(text, 'latin1');
    hash.update(piece);
    yield piece;
  }
}
