/**
 * Packets as text: hexadecimal octets in groups that a reader likes, where `c00c*300` stands for 300 times these octets.
 * A corpus file (corpus/*.txt) holds entries of a title, the expected outcome and the octets:
 *
 *     # EDNS version 1
 *     = BADVERS
 *     0000 0100 0001 0000 0000 0001
 *     00 0001 0001
 *     00 0029 04d0 00010000 0000
 */

export interface CorpusEntry {
  readonly title: string;
  /** An HTTP status, or the RCODE of a DNS answer by its name. */
  readonly outcome: string;
  readonly packet: Uint8Array<ArrayBuffer>;
}

/** Shorter runs of one octet are written out. */
const shortestRun = 16;

/** Throws when the text is no packet. */
export function parsePacket(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.split(/\s+/).filter(Boolean).flatMap(parseGroup));
}

function parseGroup(group: string): number[] {
  const match = /^((?:[0-9a-f]{2})+)(?:\*(\d{1,5}))?$/i.exec(group);
  if (match === null) throw new Error(`"${group}" is not hexadecimal octets, as in c00c or c00c*300`);
  const octets = match[1]!.match(/../g)!.map((digits) => Number.parseInt(digits, 16));
  return Array.from({ length: Number(match[2] ?? 1) }, () => octets).flat();
}

/** What `parsePacket` reads back, in one line. */
export function formatPacket(packet: Uint8Array): string {
  const groups: string[] = [];
  let written = '';
  for (let at = 0; at < packet.length; ) {
    let end = at + 1;
    while (packet[end] === packet[at]) end += 1;
    const digits = packet[at]!.toString(16).padStart(2, '0');
    if (end - at < shortestRun) written += digits.repeat(end - at);
    else {
      if (written !== '') groups.push(written);
      groups.push(`${digits}*${end - at}`);
      written = '';
    }
    at = end;
  }
  if (written !== '') groups.push(written);
  return groups.join(' ');
}

/** Throws when an entry is not whole. */
export function parseCorpus(text: string): CorpusEntry[] {
  const entries = text.split(/^(?=# )/m).filter((entry) => entry.startsWith('# '));
  return entries.map((entry) => {
    const [title, outcome, ...lines] = entry.split('\n').map((line) => line.trim());
    if (outcome?.startsWith('= ') !== true) throw new Error(`"${title}" has no expected outcome`);
    return { title: title!.slice(2), outcome: outcome.slice(2), packet: parsePacket(lines.join(' ')) };
  });
}
