/**
 * The law of the packet door: whatever octets come, the answer is the one that they deserve (expected.ts), it is a sound
 * message or a plain refusal, and nothing goes wrong behind it.
 */
import dnsPacket from 'dns-packet';
import { type AnswerOpt, type ReadAnswer, readAnswer, type Section, UnreadableAnswer } from './answer-reader.ts';
import type { Heard, Method } from './door.ts';
import { type ExpectedMessage, expectedFor, type QueryOpt } from './expected.ts';
import type { World } from './world.ts';

/** Which part of the law, in a word, and how. */
export interface Violation {
  readonly rule: string;
  readonly detail: string;
}

const noError = 0;
const nxDomain = 3;
const soa = 6;
const option = { nsid: 3, padding: 12, extendedError: 15, zoneVersion: 19 } as const;
const maxMessageOctets = 65_535;
const paddingBlockOctets = 468;
const problemTypes = /^application\/(problem\+)?json\b/;

/** The first part that does not hold. */
export function violation(packet: Uint8Array, world: World, method: Method, heard: Heard): Violation | undefined {
  try {
    check(packet, world, method, heard);
    return undefined;
  } catch (error) {
    if (error instanceof Broken) return { rule: error.rule, detail: error.message };
    throw error;
  }
}

class Broken extends Error {
  readonly rule: string;

  constructor(rule: string, detail: string) {
    super(detail);
    this.rule = rule;
  }
}

function check(packet: Uint8Array, world: World, method: Method, heard: Heard): void {
  const { status, headers, octets, troubles } = heard;
  hold('log', troubles.length === 0, () => troubles.join('; '));
  const expected = expectedFor(packet, world, method);
  const expectedStatus = expected.kind === 'status' ? expected.status : 200;
  hold('status', status === expectedStatus, () => `${status} instead of ${expectedStatus}`);
  const length = headers.get('content-length');
  hold('content-length', length === String(octets.length), () => `${length} for ${octets.length} octets`);
  const mediaType = headers.get('content-type') ?? 'none';
  const caching = headers.get('cache-control') ?? 'none';
  if (expected.kind === 'status') {
    hold('content-type', problemTypes.test(mediaType), () => mediaType);
    hold('cache-control', caching === 'no-store', () => caching);
    return;
  }
  hold('content-type', mediaType === 'application/dns-message', () => mediaType);
  hold('size', octets.length <= maxMessageOctets, () => `${octets.length} octets`);
  const answer = readable(octets);
  checkMessage(packet, expected, answer);
  const padded = expected.opt?.optionCodes.has(option.padding) === true;
  hold('padding', !padded || octets.length % paddingBlockOctets === 0, () => `${octets.length} octets`);
  const fresh = freshness(answer);
  hold('cache-control', caching === fresh, () => `${caching} instead of ${fresh}`);
  checkWithDnsPacket(octets, answer);
}

function readable(octets: Uint8Array): ReadAnswer {
  try {
    return readAnswer(octets);
  } catch (error) {
    if (error instanceof UnreadableAnswer) throw new Broken('message', error.message);
    throw error;
  }
}

function checkMessage(packet: Uint8Array, expected: ExpectedMessage, answer: ReadAnswer): void {
  const { id, flags, question, sections, opt } = answer;
  hold('id', id === packet[0]! * 256 + packet[1]!, () => `${id}`);
  const rcode = rcodeOf(answer);
  hold('rcode', expected.rcodes.includes(rcode), () => `${rcode} instead of ${expected.rcodes.join(' or ')}`);
  const isAboutNames = rcode === noError || rcode === nxDomain;

  // QR, the opcode, and RD and CD as they came; AA only where names were looked up; TC, RA, Z and AD never.
  const repeated = ((packet[2]! << 8) | packet[3]!) & (expected.repeatsFlags ? 0x7910 : 0x7800);
  const wanted = 0x8000 | repeated | (isAboutNames ? flags & 0x0400 : 0);
  hold('flags', (flags & 0xfff0) === wanted, () => `${hex(flags & 0xfff0)} instead of ${hex(wanted)}`);

  hold('question', isSame(question, expected.question ?? new Uint8Array(0)), () => `${question.length} octets`);
  checkOpt(expected.opt, opt, isAboutNames);
  const isBare = sections.every((section) => section.length === 0);
  hold('sections', isAboutNames || isBare, () => 'an error with records');
  for (const section of sections) checkSection(section);
}

function checkOpt(asked: QueryOpt | undefined, opt: AnswerOpt | undefined, isAboutNames: boolean): void {
  hold('opt', (asked === undefined) === (opt === undefined), () => (opt === undefined ? 'none' : 'one, unasked'));
  if (asked === undefined || opt === undefined) return;
  hold('opt', opt.version === 0, () => `version ${opt.version}`);
  const flags = asked.dnssecOk ? 0x8000 : 0;
  hold('opt', opt.flags === flags, () => `flags ${hex(opt.flags)} instead of ${hex(flags)}`);
  const { optionCodes } = asked;
  const codes = opt.options.map(({ code }) => code);
  const allowed = new Set<number>([option.extendedError, option.nsid, option.padding]);
  if (isAboutNames && optionCodes.has(option.zoneVersion)) allowed.add(option.zoneVersion);
  hold(
    'opt',
    codes.every((code) => allowed.has(code)),
    () => `options ${codes.join(', ')}`,
  );
  for (const code of [option.nsid, option.padding]) {
    hold('opt', codes.includes(code) === optionCodes.has(code), () => `option ${code} unasked, or not there`);
  }
  // What comes behind padding is not padded.
  const paddingAt = codes.indexOf(option.padding);
  hold('opt', paddingAt < 0 || paddingAt === codes.length - 1, () => 'padding is not the last option');
}

function checkSection(section: Section): void {
  const seen = new Set<string>();
  const ttls = new Map<string, number>();
  for (const { owner, type, ttlSeconds, data } of section) {
    const set = `${type} ${owner.toLowerCase()}`;
    const record = `${set} ${data}`;
    hold('sections', !seen.has(record), () => `a record of type ${type} twice`);
    seen.add(record);
    // RFC 2181 §5.2.
    const ttl = ttls.get(set) ?? ttlSeconds;
    hold('sections', ttl === ttlSeconds, () => `TTLs of ${ttl} and ${ttlSeconds} in one set`);
    ttls.set(set, ttl);
  }
}

/** RFC 8484 §5.1, RFC 2308 §5. */
function freshness(answer: ReadAnswer): string {
  const [records, authority] = answer.sections;
  const rcode = rcodeOf(answer);
  const negative = authority.find(({ type }) => type === soa);
  const isNegative = rcode === nxDomain || records.length === 0;
  if ((rcode !== noError && rcode !== nxDomain) || (isNegative && negative === undefined)) return 'no-store';
  const ttls = records.map(({ ttlSeconds }) => ttlSeconds);
  if (negative !== undefined) ttls.push(negative.ttlSeconds, minimumOf(negative.data));
  return `max-age=${Math.min(...ttls)}`;
}

/** MINIMUM is the last field of an SOA record. */
function minimumOf(data: string): number {
  return Array.from(data.slice(-4), (octet) => octet.charCodeAt(0)).reduce((sum, octet) => sum * 256 + octet, 0);
}

/** What another implementation makes of it. */
function checkWithDnsPacket(octets: Uint8Array, { sections }: ReadAnswer): void {
  let decoded: ReturnType<typeof dnsPacket.decode>;
  try {
    decoded = dnsPacket.decode(Buffer.from(octets.buffer, octets.byteOffset, octets.length));
  } catch (error) {
    throw new Broken('dns-packet', String(error));
  }
  hold('dns-packet', dnsPacket.decode.bytes === octets.length, () => `${dnsPacket.decode.bytes} octets read`);
  const counts = [decoded.answers, decoded.authorities].map((records) => records?.length ?? 0);
  const isSameCount = counts[0] === sections[0].length && counts[1] === sections[1].length;
  hold('dns-packet', isSameCount, () => `${counts.join(' and ')} records`);
}

/** With the bits that are in the OPT record. */
export function rcodeOf({ flags, opt }: ReadAnswer): number {
  return (flags & 0x0f) | ((opt?.extendedRcode ?? 0) << 4);
}

function hold(rule: string, isSo: boolean, detail: () => string): void {
  if (!isSo) throw new Broken(rule, detail());
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}
