/** An answer in one line: what people look at first. */
import type { DecodedAnswer } from '../message/decode-answer.ts';

const rcodeNames: Readonly<Record<number, string>> = {
  0: 'NOERROR',
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
  16: 'BADVERS',
};

const extendedErrorOption = 15;

/** As `NOERROR 10.0.0.1 10.0.0.2` or `SERVFAIL EDE 14`. */
export function outcome(answer: DecodedAnswer): string {
  const error = extendedError(answer);
  const data = answer.answer.map((line) => line.split(' ').slice(4).join(' '));
  return [rcodeName(answer), ...data, ...(error === undefined ? [] : [`EDE ${error.code}`])].join(' ');
}

/** The whole answer as zone-file text: the RCODE, then the records, each section but the answer under its name. */
export function text(answer: DecodedAnswer): string[] {
  const { authority, additional } = answer;
  const section = (name: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [name, ...lines]);
  return [
    rcodeName(answer),
    ...answer.answer,
    ...section(';; authority', authority),
    ...section(';; additional', additional),
  ];
}

/** The SOA record of a zone, with a serial of 1. */
export function soa(zone: string, ttlSeconds = 30): string {
  // A reverse zone has no names of servers; the cluster's own domain has them.
  const servers = zone.endsWith('.arpa') ? 'cluster.local' : zone;
  return `${zone} ${ttlSeconds} IN SOA ns.dns.${servers} hostmaster.${servers} 1 7200 1800 86400 30`;
}

export function rcodeName({ rcode }: DecodedAnswer): string {
  return rcodeNames[rcode] ?? String(rcode);
}

/** RFC 8914; undefined when the answer has none. */
export function extendedError({ opt }: DecodedAnswer): { code: number; text: string } | undefined {
  const data = opt?.options.find(({ code }) => code === extendedErrorOption)?.data;
  if (data === undefined) return undefined;
  const [high = 0, low = 0, ...text] = data;
  return { code: high * 256 + low, text: new TextDecoder().decode(Uint8Array.from(text)) };
}
