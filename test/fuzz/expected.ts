/**
 * What a packet deserves, read from the standards and not from the Worker: which HTTP status, and of a DNS answer which
 * RCODEs, which question and which OPT record. Shares no code with worker/message.
 */
import { type Method, pathFor } from './door.ts';
import type { World } from './world.ts';

export type Expected =
  | { readonly kind: 'status'; readonly status: 400 | 413 | 414 }
  | ({ readonly kind: 'message' } & ExpectedMessage);

export interface ExpectedMessage {
  /** Any of these. */
  readonly rcodes: readonly number[];
  /** The octets to be repeated; undefined: the answer has no question. */
  readonly question: Uint8Array | undefined;
  /** Undefined: the answer has no OPT record. */
  readonly opt: QueryOpt | undefined;
  /** RD and CD mean something for QUERY alone. */
  readonly repeatsFlags: boolean;
}

/** The OPT record of a query. */
export interface QueryOpt {
  readonly version: number;
  readonly dnssecOk: boolean;
  readonly optionCodes: ReadonlySet<number>;
}

const rcode = { noError: 0, formErr: 1, nxDomain: 3, notImp: 4, refused: 5, badVers: 16 } as const;

const maxMessageOctets = 65_535;
/** What Workers take as a URL's path and query. */
const maxUrlOctets = 16 * 1024;
const maxOptions = 64;

export function expectedFor(packet: Uint8Array, world: World, method: Method): Expected {
  const urlOctets = pathFor(world, method).length + (method === 'GET' ? Math.ceil((packet.length * 4) / 3) : 0);
  if (urlOctets > maxUrlOctets) return { kind: 'status', status: 414 };
  if (packet.length > maxMessageOctets) return { kind: 'status', status: 413 };
  // Without an id nothing can be answered, and an answer is no question.
  if (packet.length < 12 || packet[2]! >= 0x80) return { kind: 'status', status: 400 };
  return { kind: 'message', ...expectedMessage(packet) };
}

function expectedMessage(packet: Uint8Array): ExpectedMessage {
  const bare = { question: undefined, opt: undefined };
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  if ((view.getUint16(2) & 0x7800) !== 0) return { rcodes: [rcode.notImp], ...bare, repeatsFlags: false };
  const counts = [4, 6, 8, 10].map((at) => view.getUint16(at));
  const [questions, answers, authorities, additionals] = counts as [number, number, number, number];
  const isAcceptable = questions === 1 && answers <= 1 && authorities <= 1 && additionals <= 2;
  const reader = new QueryReader(packet);
  const question = isAcceptable ? reader.question() : undefined;
  if (question === undefined) return { rcodes: [rcode.formErr], ...bare, repeatsFlags: true };
  const isSound = reader.records(answers + authorities, additionals);
  const { opt } = reader;
  const rcodes = isSound ? rcodesFor(question, opt) : [rcode.formErr];
  return { rcodes, question, opt, repeatsFlags: true };
}

function rcodesFor(question: Uint8Array, opt: QueryOpt | undefined): readonly number[] {
  if (opt !== undefined && opt.version > 0) return [rcode.badVers];
  const [type, qclass] = [question.at(-3)!, question.at(-1)!];
  const typeHigh = question.at(-4)!;
  if (qclass !== 1 || question.at(-2) !== 0) return [rcode.refused];
  // IXFR and AXFR; then 0, OPT, NXNAME, TKEY and TSIG.
  if (typeHigh === 0 && [251, 252].includes(type)) return [rcode.refused];
  if (typeHigh === 0 && [0, 41, 128, 249, 250].includes(type)) return [rcode.formErr];
  return [rcode.noError, rcode.nxDomain, rcode.refused];
}

class QueryReader {
  /** As soon as one was read whole. */
  opt: QueryOpt | undefined;
  readonly #octets: Uint8Array;
  #at = 12;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  question(): Uint8Array | undefined {
    const start = this.#at;
    if (!this.#labels(() => false)) return undefined;
    this.#at += 4;
    return this.#at <= this.#octets.length ? this.#octets.slice(start, this.#at) : undefined;
  }

  /** Whether the records are whole, with at most one OPT record, in its place, and nothing behind them. */
  records(others: number, additionals: number): boolean {
    for (let i = 0; i < others + additionals; i += 1) {
      const owner = this.#at;
      if (!this.#labels((target) => target >= 12 && target < owner)) return false;
      const fixed = this.#at;
      this.#at += 10;
      if (this.#at > this.#octets.length) return false;
      const data = this.#at;
      this.#at += this.#uint16(fixed + 8);
      if (this.#at > this.#octets.length) return false;
      if (this.#uint16(fixed) !== 41) continue;
      if (i < others || fixed !== owner + 1 || this.opt !== undefined) return false;
      const optionCodes = this.#options(data, this.#at);
      if (optionCodes === undefined) return false;
      this.opt = { version: this.#octets[fixed + 5]!, dnssecOk: this.#octets[fixed + 6]! >= 0x80, optionCodes };
    }
    return this.#at === this.#octets.length;
  }

  #options(start: number, end: number): Set<number> | undefined {
    const codes: number[] = [];
    let at = start;
    while (at + 4 <= end) {
      codes.push(this.#uint16(at));
      at += 4 + this.#uint16(at + 2);
    }
    return at === end && codes.length <= maxOptions ? new Set(codes) : undefined;
  }

  /** Steps over a name that may end in a pointer to where `isTarget` allows it. */
  #labels(isTarget: (offset: number) => boolean): boolean {
    const start = this.#at;
    for (;;) {
      const at = this.#at;
      const length = this.#octets[at];
      if (length === undefined) return false;
      if (length >= 0xc0) {
        this.#at += 2;
        return this.#at <= this.#octets.length && isTarget(this.#uint16(at) & 0x3fff);
      }
      this.#at += 1 + length;
      // The root label has to fit behind every other.
      if (length > 63 || this.#at - start > (length === 0 ? 255 : 254)) return false;
      if (length === 0) return true;
    }
  }

  #uint16(at: number): number {
    return this.#octets[at]! * 256 + this.#octets[at + 1]!;
  }
}
