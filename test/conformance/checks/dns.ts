/** Checks of the DNS message in an answer. */
import type { Check, Complaint } from '../case.ts';
import type { HttpAnswer } from '../http/exchange.ts';
import { mediaType } from '../http/request.ts';
import type { Flag } from '../message/query.ts';
import { type DnsAnswer, readAnswer } from '../message/read-answer.ts';

const rcodes = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
} as const;

export type Rcode = keyof typeof rcodes;

/** A check of the message, which also wants status 200 and the media type. */
export function dns(look: (message: DnsAnswer, answer: HttpAnswer) => Complaint): Check {
  return (answer) => {
    const { status, failure, headers, body } = answer;
    if (status !== 200) return `status ${status}${failure === undefined ? '' : ` (${failure})`}, not a DNS message`;
    if (failure !== undefined) return failure;
    const type = headers['content-type'] ?? '';
    if (type.split(';', 1)[0]!.trim().toLowerCase() !== mediaType) return `"content-type: ${type}"`;
    let message: DnsAnswer;
    try {
      message = readAnswer(body);
    } catch (error) {
      return `the message cannot be read: ${(error as Error).message}`;
    }
    return look(message, answer);
  };
}

export function rcode(...wanted: readonly Rcode[]): Check {
  return dns((message) => {
    const isWanted = wanted.some((name) => rcodes[name] === message.rcode);
    return isWanted ? undefined : `RCODE ${rcodeName(message)}, not ${wanted.join(' or ')}`;
  });
}

function rcodeName({ rcode: code }: DnsAnswer): string {
  return Object.entries(rcodes).find(([, number]) => number === code)?.[0] ?? String(code);
}

export function has(...wanted: readonly Flag[]): Check {
  return dns(({ flags }) => {
    const missing = wanted.filter((flag) => !flags.includes(flag));
    return missing.length === 0 ? undefined : `${missing.join(', ')} not set`;
  });
}

export function lacks(...unwanted: readonly Flag[]): Check {
  return dns(({ flags }) => {
    const set = unwanted.filter((flag) => flags.includes(flag));
    return set.length === 0 ? undefined : `${set.join(', ')} set`;
  });
}

type Section = 'answer' | 'authority' | 'additional';

/** The section's records, in any order. Names are compared as they are spelled. */
export function section(name: Section, wanted: readonly string[]): Check {
  return dns((message) => {
    const seen = [...message[name]].sort();
    return seen.join('\n') === [...wanted].sort().join('\n')
      ? undefined
      : `${name} section: ${seen.join('; ') || 'empty'}; not: ${wanted.join('; ') || 'empty'}`;
  });
}

/** Exactly these records answer, in any order. */
export function answers(...wanted: readonly string[]): Check {
  return section('answer', wanted);
}

export const answersNothing = section('answer', []);
export const authorityIsEmpty = section('authority', []);

/** The authority section is one SOA record, of the zone with this apex. */
export function hasSoaOf(apex: string): Check {
  return dns(({ authority }) => {
    const isRight =
      authority.length === 1 && authority[0]!.toLowerCase().startsWith(`${apex} `) && / SOA /.test(authority[0]!);
    return isRight ? undefined : `authority section: ${authority.join('; ') || 'empty'}; not one SOA of ${apex}`;
  });
}

/** NOERROR, no answer, and the zone's SOA (RFC 2308 §2.2). */
export function noData(apex: string): readonly Check[] {
  return [rcode('NOERROR'), answersNothing, hasSoaOf(apex), has('AA')];
}

/** NXDOMAIN and the zone's SOA (RFC 2308 §2.1). */
export function noName(apex: string): readonly Check[] {
  return [rcode('NXDOMAIN'), answersNothing, hasSoaOf(apex), has('AA')];
}

/** Refused as a name of other people: no records, no authority claimed. */
export const refusedName: readonly Check[] = [rcode('REFUSED'), answersNothing, authorityIsEmpty, lacks('AA')];

/** The question comes back as it was sent. */
export function echoes(message: Uint8Array): Check {
  const end = questionEnd(message);
  return dns(({ question }) => {
    const wanted = Buffer.from(message.subarray(12, end)).toString('hex');
    const seen = Buffer.from(question).toString('hex');
    return seen === wanted ? undefined : `question ${seen}, not ${wanted}`;
  });
}

function questionEnd(message: Uint8Array): number {
  let at = 12;
  while (message[at] !== 0) at += 1 + message[at]!;
  return at + 5;
}

/** Answered somehow, but with no record. */
export const isNotAnswered: Check = (answer) => {
  if (answer.status === 0) return answer.failure;
  return (messageOf(answer)?.answer.length ?? 0) > 0 ? 'answered all the same' : undefined;
};

/** FORMERR, or status 400: told that the question is malformed. */
export const isRejected: Check = (answer, request) =>
  answer.status === 400 ? undefined : rcode('FORMERR')(answer, request);

/** The message, for comparisons between answers. Undefined where it cannot be read. */
export function messageOf({ status, body }: HttpAnswer): DnsAnswer | undefined {
  if (status !== 200) return undefined;
  try {
    return readAnswer(body);
  } catch {
    return undefined;
  }
}
