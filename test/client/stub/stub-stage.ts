/** A stub resolver with time in hand and edges that do as they are told. */
import dnsPacket, { type Answer, type Packet, type RecordType } from 'dns-packet';
import type { Chase, Clock, Others, Transport, ZoneSource } from '../../../client/stub/contract.ts';
import type { StubEvent } from '../../../client/stub/stub-event.ts';
import { StubResolver } from '../../../client/stub/stub-resolver.ts';
import type { After } from '../../../client/stub/time-limit.ts';
import { type Name, parseName } from '../../../zone/name.ts';

/** Time that goes on when it is told to. */
export class HandTime implements Clock {
  #wall = 1_790_000_000_000;
  #steady = 5000;
  #timers: { readonly at: number; readonly then: () => void }[] = [];

  wallMilliseconds(): number {
    return this.#wall;
  }

  steadyMilliseconds(): number {
    return this.#steady;
  }

  readonly after: After = (milliseconds, then) => {
    const timer = { at: this.#steady + milliseconds, then };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  async pass(milliseconds: number): Promise<void> {
    // What came before has its turn before the timers have theirs.
    await settled();
    this.#wall += milliseconds;
    this.#steady += milliseconds;
    const due = this.#timers.filter(({ at }) => at <= this.#steady);
    this.#timers = this.#timers.filter(({ at }) => at > this.#steady);
    for (const { then } of due) then();
    await settled();
  }

  /** The machine sleeps: only the clock on the wall goes on. */
  sleep(milliseconds: number): void {
    this.#wall += milliseconds;
  }
}

/** Everything that can go on without time has. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export type EdgeMood = 'answers' | 'fails' | 'is silent' | 'refuses the token' | 'talks nonsense' | 'breaks down';

export class FakeEdge implements ZoneSource {
  readonly zones: readonly Name[];
  readonly name: string;
  mood: EdgeMood = 'answers';
  /** `name TYPE` of each question that came. */
  readonly asked: string[] = [];
  readonly messages: Uint8Array[] = [];
  readonly #answers = new Map<string, Partial<Packet> & { readonly rcode?: number }>();
  readonly #waiting: (() => void)[] = [];

  constructor(name: string, ...zones: readonly string[]) {
    this.name = name;
    this.zones = zones.map(parseName);
  }

  /** What it answers to `name TYPE`. Unless told, NXDOMAIN. */
  tell(question: string, answer: Partial<Packet> & { readonly rcode?: number }): this {
    this.#answers.set(question, answer);
    return this;
  }

  /** Whoever still waits is answered. */
  speak(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async ask(message: Uint8Array): Promise<Uint8Array> {
    const { questions = [] } = dnsPacket.decode(Buffer.from(message));
    const question = `${questions[0]!.name} ${questions[0]!.type}`;
    this.asked.push(question);
    this.messages.push(message);
    if (this.mood === 'is silent') {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    switch (this.mood) {
      case 'fails':
        throw Object.assign(new Error('https://edge.example: no answer in time'), { code: 'NO_DNS_ANSWER' });
      case 'refuses the token':
        throw Object.assign(new Error('https://edge.example answered with HTTP status 401'), { code: 'REFUSED_TOKEN' });
      case 'talks nonsense':
        return Buffer.from('<html>Please accept our terms</html>');
      case 'breaks down':
        return response(questions[0]!.name, questions[0]!.type, {
          rcode: 2,
          additionals: [extendedError(22, 'too old')],
        });
      default:
        return response(questions[0]!.name, questions[0]!.type, this.#answers.get(question) ?? nothing(3));
    }
  }
}

export function a(name: string, ttl: number, ...addresses: readonly string[]): Partial<Packet> {
  return { answers: addresses.map((data): Answer => ({ name, type: 'A', ttl, data })) };
}

/** NODATA (0) or NXDOMAIN (3). */
export function nothing(rcode: 0 | 3, ttl = 30, minimum = 30): Partial<Packet> & { readonly rcode: number } {
  const data = {
    mname: 'ns.dns.cluster.local',
    rname: 'h.cluster.local',
    serial: 1,
    refresh: 1,
    retry: 1,
    expire: 1,
    minimum,
  };
  return { rcode, authorities: [{ name: 'cluster.local', type: 'SOA', ttl, data }] };
}

export function extendedError(code: number, text: string): Answer {
  const data = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(text)]);
  const options = [{ code: 15, data }];
  return {
    name: '.',
    type: 'OPT',
    udpPayloadSize: 1232,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options,
  } as unknown as Answer;
}

export function response(
  name: string,
  type: string,
  { rcode = 0, ...sections }: Partial<Packet> & { readonly rcode?: number },
): Buffer {
  const questions = [{ name, type: type as RecordType, class: 'IN' as const }];
  const octets = dnsPacket.encode({ type: 'response', id: 0, flags: 0x0580 | rcode, questions, ...sections });
  const hasAddressesAlone = (sections.answers ?? []).every((record) => record.type === 'A' && record.name === name);
  return hasAddressesAlone ? withPointers(octets) : octets;
}

/** Owners that are the question's name as pointers to it (RFC 1035 §4.1.4), as servers write them and dns-packet does not. */
function withPointers(octets: Buffer): Buffer {
  const question = octets.indexOf(0, 12) + 1;
  const written = octets.subarray(12, question);
  const parts = [octets.subarray(0, question)];
  for (let at = question; ; ) {
    const next = octets.indexOf(written, at);
    parts.push(octets.subarray(at, next === -1 ? undefined : next));
    if (next === -1) return Buffer.concat(parts);
    parts.push(Buffer.from([0xc0, 12]));
    at = next + written.length;
  }
}

export interface AskOptions {
  readonly transport?: Transport;
  readonly id?: number;
  /** The size in the OPT record; null for none. */
  readonly udpPayloadSize?: number | null;
}

export function query(question: string, { id = 7, udpPayloadSize = 1232 }: AskOptions = {}): Buffer {
  const [name, type] = question.split(' ');
  const opt = { name: '.', type: 'OPT', udpPayloadSize, flags: 0, options: [] } as unknown as Answer;
  const message = dnsPacket.encode({
    type: 'query',
    id,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ name: name!, type: type as RecordType, class: 'IN' }],
    additionals: udpPayloadSize === null ? [] : [opt],
  });
  return message;
}

/** As a user sees it: the RCODE, TC, the records, the extended errors; sets of addresses in ascending order. */
export function shown(octets: Uint8Array | undefined): string {
  if (octets === undefined) return 'silence';
  const packet = dnsPacket.decode(Buffer.from(octets)) as dnsPacket.DecodedPacket & { rcode: string };
  const answers = (packet.answers ?? []).map(line).sort();
  const soa = (packet.authorities ?? []).map((record) => `${record.type} ${'ttl' in record ? record.ttl : ''}`);
  const opt = packet.additionals?.find(({ type }) => type === 'OPT') as
    | { options?: { code: number; data: Buffer }[] }
    | undefined;
  const errors = (opt?.options ?? [])
    .filter(({ code }) => code === 15)
    .map(({ data }) => `EDE ${data.readUInt16BE(0)} ${data.subarray(2).toString()}`.trim());
  return [packet.flag_tc ? `${packet.rcode} TC` : packet.rcode, ...answers, ...soa, ...errors].join('; ');
}

function line(record: Answer): string {
  const { name, ttl, type, data } = record as { name: string; ttl: number; type: string; data: unknown };
  return `${name} ${ttl} ${type} ${String(data)}`;
}

export interface StageOptions {
  readonly staleSeconds?: number;
  readonly others?: Others;
  readonly chase?: Chase;
  readonly random?: () => number;
  readonly ownZones?: readonly string[];
}

export class Stage {
  readonly time = new HandTime();
  readonly events: StubEvent[] = [];
  readonly resolver: StubResolver;

  constructor(
    edges: readonly ZoneSource[],
    { staleSeconds = 3600, others = { kind: 'refuse' }, chase, random = () => 0, ownZones = [] }: StageOptions = {},
  ) {
    this.resolver = new StubResolver({
      sources: edges,
      others,
      ownZones: ownZones.map(parseName),
      chase,
      clock: this.time,
      after: this.time.after,
      staleSeconds,
      random,
      tell: (event) => this.events.push(event),
    });
  }

  async ask(question: string, options: AskOptions = {}): Promise<string> {
    return shown(await this.answer(question, options));
  }

  /** Asks, lets so much time pass, and tells what was answered by then. */
  async askFor(milliseconds: number, question: string): Promise<string> {
    let answered = 'no answer yet';
    void this.ask(question).then((answer) => {
      answered = answer;
    });
    await this.time.pass(milliseconds);
    return answered;
  }

  async answer(question: string, options: AskOptions = {}): Promise<Uint8Array | undefined> {
    return await this.resolver.answer(query(question, options), options.transport ?? 'udp');
  }

  get told(): string[] {
    return this.events.map((event) =>
      event.kind === 'source-failed' ? `${event.source} ${event.failure.code}` : `${event.source} recovered`,
    );
  }
}
