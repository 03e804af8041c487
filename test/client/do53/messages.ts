/** DNS messages as tests write and read them. */
import dnsPacket, { type Answer, type DecodedPacket } from 'dns-packet';

/** A question in octets. */
export function question(name: string, type: 'A' | 'AAAA' | 'TXT' = 'A', id = 0x1234): Buffer {
  return dnsPacket.encode({
    type: 'query',
    id,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ name, type, class: 'IN' }],
  });
}

/** What the message asks for. */
export function asked(message: Buffer): readonly [name: string, type: string] {
  const [first] = (dnsPacket.decode(message) as DecodedPacket).questions ?? [];
  return [String(first?.name), String(first?.type)];
}

export interface Content {
  readonly rcode?: number;
  readonly isTruncated?: boolean;
  readonly answers?: readonly Answer[];
  readonly authorities?: readonly Answer[];
}

/** An answer to the message, with its id and its question as they came. */
export function answerTo(message: Buffer, { rcode = 0, isTruncated = false, ...records }: Content): Buffer {
  const { id, questions } = dnsPacket.decode(message) as DecodedPacket;
  const flags = dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE | rcode | (isTruncated ? 0x0200 : 0);
  return dnsPacket.encode({
    type: 'response',
    id: id!,
    flags,
    questions: questions!,
    answers: [...(records.answers ?? [])],
    authorities: [...(records.authorities ?? [])],
  });
}

export function address(name: string, data: string, ttl = 60): Answer {
  return { name, type: data.includes(':') ? 'AAAA' : 'A', ttl, data };
}

/** The addresses in an answer, or its RCODE; behind it whether it is cut short. */
export function told(message: Uint8Array): string {
  const packet = dnsPacket.decode(Buffer.from(message)) as DecodedPacket & { rcode: string };
  const data = (packet.answers ?? []).map((record) => String((record as { data?: unknown }).data)).join(' ');
  return `${packet.rcode === 'NOERROR' ? data : packet.rcode}${packet.flag_tc ? ' TC' : ''}`;
}
