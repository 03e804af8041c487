/**
 * Writes a reply as a DNS message (RFC 1035 §4.1). Pure: no I/O, no clock; chance is handed in.
 *
 * Records of one set come in random order, so that clients that take the first spread over all. A message never exceeds
 * 65,535 octets and is never marked as truncated, since DNS over HTTPS has no larger transport to fall back to: of a set
 * that does not fit, a random part is sent. Sections are written in order, so the additional section suffers first.
 */
import { maxMessageOctets, recordFixedOctets } from './layout.ts';
import { type MessageWriter, newMessage } from './message-writer.ts';
import { NameWriter } from './name-writer.ts';
import { maxOptOctets, paddingBlockOctets, writeOpt } from './opt.ts';
import type { Echo } from './query.ts';
import { classIn } from './query-type.ts';
import { ascending, draw, type Random } from './random-order.ts';
import { rcodes } from './rcode.ts';
import { maxDataOctets, recordCount, typeCode, writeData } from './rdata.ts';
import type { PlacedRRset, Reply } from './reply.ts';

const maxPaddedOctets = maxMessageOctets - (maxMessageOctets % paddingBlockOctets);

/**
 * The message that answers `reply.to`. `isRecursive` is whether this server asks others
 * about names that it does not hold, as every answer says (RA, RFC 1035 §4.1.1); `identity` is which server it is, in at
 * most 64 characters of ASCII, for those who ask (NSID).
 */
export function encodeAnswer(
  reply: Reply,
  random: Random,
  isRecursive = false,
  identity = '',
): Uint8Array<ArrayBuffer> {
  const { edns } = reply.to;
  const rcode = rcodes[reply.rcode];
  const out = newMessage(edns?.wantsPadding ? maxPaddedOctets : maxMessageOctets);
  writeHeader(out, reply.to, { isAuthoritative: reply.kind === 'records' && reply.authoritative, isRecursive, rcode });

  let additional = 0;
  if (reply.kind === 'records') {
    const names = new NameWriter(out, reply.to, reply.origin);
    const writing = { out, names, random, keptOctets: maxOptOctets(edns) };
    out.uint16At(6, writeSection(writing, reply.answer));
    out.uint16At(8, writeSection(writing, reply.authority));
    additional = writeSection(writing, reply.additional);
  }
  // RFC 6891 §7: an OPT record exactly when the query had one.
  if (edns !== undefined) {
    const { extendedError, zoneVersion } = reply;
    writeOpt(out, edns, { rcode, extendedError, identity, zoneVersion });
    additional += 1;
  }
  out.uint16At(10, additional);
  return out.message();
}

interface Verdict {
  readonly isAuthoritative: boolean;
  readonly isRecursive: boolean;
  readonly rcode: number;
}

/** Header and question; the counts of the other sections stay 0. TC, Z and AD are never set. */
function writeHeader(out: MessageWriter, to: Echo, { isAuthoritative, isRecursive, rcode }: Verdict): void {
  out.uint16(to.id);
  out.octet(0x80 | (to.opcode << 3) | (isAuthoritative ? 0x04 : 0) | (to.recursionDesired ? 0x01 : 0));
  out.octet((isRecursive ? 0x80 : 0) | (to.checkingDisabled ? 0x10 : 0) | (rcode & 0x0f));
  out.uint16(to.question === undefined ? 0 : 1);
  out.zeros(6);
  if (to.question !== undefined) out.bytesOf(to.question, 0, to.question.length);
}

interface Writing {
  readonly out: MessageWriter;
  readonly names: NameWriter;
  readonly random: Random;
  /** For what comes behind the sections. */
  readonly keptOctets: number;
}

/** Returns how many records there are in the section. */
function writeSection(writing: Writing, sets: readonly PlacedRRset[]): number {
  let records = 0;
  for (const set of sets) records += writeSet(writing, set);
  return records;
}

function writeSet({ out, names, random, keptOctets }: Writing, { owner, rrset }: PlacedRRset): number {
  const ownerOctets = names.maxOctets(owner);
  if (ownerOctets === undefined) return 0;
  const type = typeCode(rrset);
  const indexes = ascending(recordCount(rrset));
  let ownerAt: number | undefined;
  let records = 0;
  for (let drawn = 0; drawn < indexes.length; drawn += 1) {
    const index = draw(indexes, drawn, random);
    const dataOctets = maxDataOctets(rrset, index, names);
    if (dataOctets === undefined) continue;
    if (!out.hasRoom(ownerOctets + recordFixedOctets + dataOctets + keptOctets)) break;
    if (ownerAt === undefined) ownerAt = names.compressed(owner);
    else names.pointer(ownerAt);
    out.uint16(type);
    out.uint16(classIn);
    out.uint32(rrset.ttlSeconds);
    const lengthAt = out.length;
    out.uint16(0);
    writeData(rrset, index, out, names);
    out.uint16At(lengthAt, out.length - lengthAt - 2);
    records += 1;
  }
  return records;
}
