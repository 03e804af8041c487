/**
 * Reads a DNS answer octet by octet, and believes nothing: every name, count and length must be as RFC 1035 has it, and
 * nothing may be left over. Shares no code with worker/message.
 */

export interface ReadAnswer {
  readonly id: number;
  readonly flags: number;
  /** Octets of the question section; empty when there is none. */
  readonly question: Uint8Array;
  readonly sections: readonly [answer: Section, authority: Section, additional: Section];
  readonly opt: AnswerOpt | undefined;
}

/** Without OPT records. */
export type Section = readonly ReadRecord[];

export interface ReadRecord {
  /** Wire form without pointers, one character per octet, as the name is spelled. */
  readonly owner: string;
  readonly type: number;
  readonly ttlSeconds: number;
  /** RDATA without pointers, one character per octet. */
  readonly data: string;
}

export interface AnswerOpt {
  readonly extendedRcode: number;
  readonly version: number;
  /** DO and the bits behind it. */
  readonly flags: number;
  readonly options: readonly { readonly code: number; readonly data: Uint8Array }[];
}

/** Why octets are no DNS answer. */
export class UnreadableAnswer extends Error {}

/** Throws UnreadableAnswer. */
export function readAnswer(octets: Uint8Array): ReadAnswer {
  return new AnswerReader(octets).answer();
}

const type = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, OPT: 41 } as const;

class AnswerReader {
  readonly #octets: Uint8Array;
  #at = 0;
  #opt: AnswerOpt | undefined;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  answer(): ReadAnswer {
    const [id, flags] = [this.#uint16(), this.#uint16()];
    const counts = [this.#uint16(), this.#uint16(), this.#uint16(), this.#uint16()] as const;
    const start = this.#at;
    for (let i = 0; i < counts[0]; i += 1) {
      this.#name();
      this.#skip(4);
    }
    const question = this.#octets.subarray(start, this.#at);
    const sections = [this.#section(counts[1]), this.#section(counts[2]), this.#section(counts[3])] as const;
    if (this.#at !== this.#octets.length) fail(`${this.#octets.length - this.#at} octets behind the last record`);
    return { id, flags, question, sections, opt: this.#opt };
  }

  #section(count: number): Section {
    const records: ReadRecord[] = [];
    for (let i = 0; i < count; i += 1) {
      if (this.#opt !== undefined) fail('a record behind the OPT record');
      const owner = this.#name();
      const code = this.#uint16();
      const recordClass = this.#uint16();
      const ttlSeconds = this.#uint16() * 0x10000 + this.#uint16();
      const length = this.#uint16();
      const end = this.#at + length;
      if (end > this.#octets.length) fail('RDATA that is cut off');
      if (code === type.OPT) this.#readOpt(owner, ttlSeconds, end);
      else {
        if (recordClass !== 1) fail(`class ${recordClass}`);
        if (ttlSeconds >= 2 ** 31) fail(`a TTL of ${ttlSeconds}`);
        records.push({ owner, type: code, ttlSeconds, data: this.#data(code, end) });
      }
      if (this.#at !== end) fail(`RDATA of type ${code} that is not as long as RDLENGTH says`);
    }
    return records;
  }

  #data(code: number, end: number): string {
    switch (code) {
      case type.A:
        return this.#characters(4);
      case type.AAAA:
        return this.#characters(16);
      case type.NS:
      case type.CNAME:
      case type.PTR:
        return this.#name();
      case type.SOA:
        return this.#name() + this.#name() + this.#characters(20);
      case type.SRV: {
        const start = this.#at + 6;
        const data = this.#characters(6) + this.#name();
        if (data.length - 6 !== this.#at - start) fail('a pointer in an SRV target (RFC 2782)');
        return data;
      }
      case type.TXT: {
        const start = this.#at;
        do this.#skip(1 + this.#octet());
        while (this.#at < end);
        this.#at = start;
        return this.#characters(end - start);
      }
      default:
        return this.#characters(end - this.#at);
    }
  }

  #readOpt(owner: string, ttl: number, end: number): void {
    if (owner !== '\0') fail('an OPT record that is not owned by the root');
    const options: { code: number; data: Uint8Array }[] = [];
    while (this.#at < end) {
      const [code, length] = [this.#uint16(), this.#uint16()];
      if (options.some((option) => option.code === code)) fail(`option ${code} twice`);
      options.push({ code, data: this.#octets.subarray(this.#at, this.#at + length) });
      this.#skip(length);
    }
    this.#opt = { extendedRcode: ttl >>> 24, version: (ttl >>> 16) & 0xff, flags: ttl & 0xffff, options };
  }

  /** Every pointer leads to before the part of the name that it ends, so this comes to an end. */
  #name(): string {
    let text = '';
    let at = this.#at;
    let part = at;
    let end: number | undefined;
    for (;;) {
      const length = this.#octets[at] ?? fail('a name that is cut off');
      if (length >= 0xc0) {
        const target = (length & 0x3f) * 256 + (this.#octets[at + 1] ?? fail('a pointer that is cut off'));
        if (target < 12 || target >= part) fail(`a pointer from ${at} to ${target}`);
        end ??= at + 2;
        at = target;
        part = target;
        continue;
      }
      if (length > 63) fail(`label type ${length >> 6}`);
      at += 1 + length;
      if (at > this.#octets.length) fail('a label that is cut off');
      for (let i = at - 1 - length; i < at; i += 1) text += String.fromCharCode(this.#octets[i]!);
      if (text.length > 255) fail('a name of more than 255 octets');
      if (length > 0) continue;
      this.#at = end ?? at;
      return text;
    }
  }

  #characters(count: number): string {
    let text = '';
    for (let i = 0; i < count; i += 1) text += String.fromCharCode(this.#octet(i));
    this.#skip(count);
    return text;
  }

  #uint16(): number {
    const value = this.#octet() * 256 + this.#octet(1);
    this.#at += 2;
    return value;
  }

  #octet(ahead = 0): number {
    return this.#octets[this.#at + ahead] ?? fail('a message that is cut off');
  }

  #skip(count: number): void {
    this.#at += count;
    if (this.#at > this.#octets.length) fail('a message that is cut off');
  }
}

function fail(what: string): never {
  throw new UnreadableAnswer(what);
}
