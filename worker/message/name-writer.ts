/**
 * Writes names into a message, ending them with a pointer where the rest of the name is already there (RFC 1035 §4.1.4):
 * in the question, or in a name written before. Names are compared in folded form, so a pointer to the question gives
 * the asker's spelling.
 */
import { maxNameOctets, type Name, type RelativeName, root } from '../../zone/name.ts';
import type { Target } from '../../zone/rrset.ts';
import { headerOctets } from './layout.ts';
import { type MessageWriter, newMessage } from './message-writer.ts';
import type { Query } from './query.ts';
import type { Origin, Owner } from './reply.ts';

/** A pointer holds 14 bits. */
const maxPointer = 0x3fff;

/** What of a query is looked at. */
type AskedName = Pick<Query, 'qname' | 'labelOffsets'>;

const noName: AskedName = { qname: new Uint8Array(0), labelOffsets: [] };

export class NameWriter {
  /** Keeps compiled code (docs/decisions/0021-shapes-that-stay.md). */
  static readonly shape = new NameWriter(newMessage(0), noName, { kind: 'absolute', name: root });

  readonly #out: MessageWriter;
  readonly #query: AskedName;
  readonly #origin: Origin;
  readonly #originOctets: number;
  /** Where names written so far begin. */
  #written: Map<string, number> | undefined;

  /** `out` already holds the question of `query`. */
  constructor(out: MessageWriter, query: AskedName, origin: Origin) {
    this.#out = out;
    this.#query = query;
    this.#originOctets = origin.kind === 'question' ? query.qname.length - origin.offset : origin.name.length;
    // Below the root a name just ends; a pointer to the question's end would take an octet more.
    this.#origin = this.#originOctets === 1 ? { kind: 'absolute', name: root } : origin;
  }

  /**
   * The most octets that the name takes; undefined for a relative name that gets longer below this origin than a name
   * may be, and so cannot be written.
   */
  maxOctets(name: Owner): number | undefined {
    if (name.kind === 'question') return 2;
    const octets = name.kind === 'relative' ? name.name.length + this.#originOctets : name.name.length;
    return octets <= maxNameOctets ? octets : undefined;
  }

  /** Writes the name as short as possible. Returns where a pointer to it may lead; undefined when that is out of reach. */
  compressed(name: Owner): number | undefined {
    switch (name.kind) {
      case 'question':
        return this.pointer(headerOctets);
      case 'relative':
        return this.#compressed(name.name, this.#origin.kind === 'question' ? this.#origin.offset : undefined);
      case 'absolute':
        return this.#compressed(name.name, this.#query.qname.length);
    }
  }

  /** Writes a pointer to a name at this place of the message. */
  pointer(offset: number): number {
    this.#out.uint16(0xc000 | offset);
    return offset;
  }

  /** Writes the name in full, as in the data of types that RFC 1035 does not define (RFC 3597 §4). */
  full({ kind, name }: Target): void {
    const out = this.#out;
    this.#remember(name, out.length);
    out.characters(name, 0, name.length);
    if (kind === 'absolute') return;
    if (this.#origin.kind === 'question') {
      out.repeat(headerOctets + this.#origin.offset, headerOctets + this.#query.qname.length);
    } else {
      out.characters(this.#origin.name, 0, this.#origin.name.length);
    }
  }

  /** `questionEnd` is where in the question's name this one would end if it were a part of it; undefined: it never is. */
  #compressed(name: RelativeName | Name, questionEnd: number | undefined): number | undefined {
    const out = this.#out;
    const start = out.length;
    for (let at = 0; at < name.length; ) {
      const earlier = this.#inQuestion(name, at, questionEnd) ?? this.#written?.get(at === 0 ? name : name.slice(at));
      if (earlier !== undefined) {
        const pointer = this.pointer(earlier);
        return at === 0 ? pointer : this.#remember(name, start);
      }
      const end = at + 1 + name.charCodeAt(at);
      out.characters(name, at, end);
      if (end === at + 1) return this.#remember(name, start);
      at = end;
    }
    // A relative name: the origin follows.
    const apex =
      this.#origin.kind === 'question'
        ? this.pointer(headerOctets + this.#origin.offset)
        : this.#compressed(this.#origin.name, this.#query.qname.length);
    return name.length === 0 ? apex : this.#remember(name, start);
  }

  /** Where the question holds the rest of `name`, from the label at `from` on, as its part before `questionEnd`. */
  #inQuestion(name: string, from: number, questionEnd: number | undefined): number | undefined {
    if (questionEnd === undefined) return undefined;
    const { qname, labelOffsets } = this.#query;
    const start = questionEnd - (name.length - from);
    if (start < 0) return undefined;
    for (let i = from; i < name.length; i += 1) if (qname[start + i - from] !== name.charCodeAt(i)) return undefined;
    return labelOffsets.includes(start) ? headerOctets + start : undefined;
  }

  /** Returns the place, unless it is out of a pointer's reach. */
  #remember(name: string, offset: number): number | undefined {
    if (offset > maxPointer) return undefined;
    // The root label is shorter than a pointer to it.
    if (name.length <= 1) return undefined;
    this.#written ??= new Map();
    this.#written.set(name, offset);
    return offset;
  }
}
