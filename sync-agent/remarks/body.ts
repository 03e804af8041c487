/** Remarks as they are sent: lines of JSON in the order of their names, compressed, within the bounds of the contract. */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { formatRemarkLine, type Level, levels } from '../../zone/remarks/format.ts';
import { maxRemarksBodyOctets, maxRemarksOctets, type NameRemarks } from '../../zone/remarks/remarks.ts';

export interface RemarksBody {
  readonly octets: Uint8Array<ArrayBuffer>;
  /** How many names have remarks. */
  readonly lines: number;
  /** Of the text: equal remarks have equal ones. */
  readonly textHash: string;
}

export interface BodyLimits {
  readonly textOctets: number;
  readonly bodyOctets: number;
}

const contractLimits: BodyLimits = { textOctets: maxRemarksOctets, bodyOctets: maxRemarksBodyOctets };

/** Between so many lines others have their turn: a snapshot does not wait for remarks. */
const linesPerTurn = 50;

const compress = promisify(gzip);

/**
 * `remarks` gives the lines anew each time it is called. Where they are too much, all of them lose their least important
 * parts; undefined where even then they are, which a cluster of some hundred thousand Services may be.
 */
export async function remarksBody(
  remarks: () => Iterable<NameRemarks>,
  limits: BodyLimits = contractLimits,
): Promise<RemarksBody | undefined> {
  for (const level of levels) {
    const lines = await linesAt(level, remarks(), limits.textOctets);
    if (lines === undefined) continue;
    const text = Buffer.from(lines.join(''), 'latin1');
    const octets = await compress(text);
    if (octets.length > limits.bodyOctets) continue;
    const textHash = createHash('sha256').update(text).digest('hex');
    return { octets: new Uint8Array(octets), lines: lines.length, textHash };
  }
  return undefined;
}

/** Undefined when they are too long. */
async function linesAt(
  level: Level,
  remarks: Iterable<NameRemarks>,
  maxOctets: number,
): Promise<readonly string[] | undefined> {
  const lines: { readonly name: string; readonly text: string }[] = [];
  let octets = 0;
  let count = 0;
  for (const remark of remarks) {
    const text = formatRemarkLine(remark, level);
    if (text !== undefined) lines.push({ name: remark.name, text: `${text}\n` });
    octets += text === undefined ? 0 : text.length + 1;
    if (octets > maxOctets) return undefined;
    count += 1;
    if (count % linesPerTurn === 0) await nextTurn();
  }
  return lines.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ text }) => text);
}
