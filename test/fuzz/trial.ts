/** Sends packets through a door and holds the answers against the law. */
import { readAnswer, type Section } from './answer-reader.ts';
import type { Door, Heard, Method } from './door.ts';
import { type Violation, violation } from './law.ts';
import type { Delivery } from './packets/packets.ts';
import type { Processing } from './processing.ts';
import type { World } from './world.ts';

/** Of a set that does not fit into a message, a random part is sent. */
const wholeOctets = 60_000;

export class Trial {
  /** How many answers were of each HTTP status, and of each RCODE. */
  readonly outcomes = new Map<string, number>();
  largestOctets = 0;
  readonly #door: Door;
  readonly #processing: ReadonlyMap<World, Processing>;

  /** `processing` is what answers are compared with. */
  constructor(door: Door, processing: ReadonlyMap<World, Processing>) {
    this.#door = door;
    this.#processing = processing;
  }

  async run({ packet, world, method }: Delivery): Promise<Violation | undefined> {
    let heard: Heard;
    try {
      heard = await this.#door.send(packet, world, method);
    } catch (error) {
      return { rule: 'exception', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    this.#count(heard);
    return violation(packet, world, method, heard) ?? this.#difference(packet, world, heard);
  }

  #count({ status, octets }: Heard): void {
    this.largestOctets = Math.max(this.largestOctets, octets.length);
    const outcome = status === 200 ? `RCODE ${octets[3]! & 0x0f}` : `status ${status}`;
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }

  /** The law holds for `heard`. What was kept from an earlier answer must not show. */
  #difference(packet: Uint8Array, world: World, { status, octets }: Heard): Violation | undefined {
    if (status !== 200) return undefined;
    const made = this.#processing.get(world)!(packet);
    if (made === undefined) return { rule: 'difference', detail: 'processed alone, the packet has no answer' };
    if (Math.max(made.length, octets.length) > wholeOctets) return undefined;
    const [here, alone] = [partsOf(octets), partsOf(made)];
    for (const [part, text] of Object.entries(here)) {
      const other = alone[part]!;
      if (text !== other) return { rule: 'difference', detail: `${part}: ${text}; processed alone ${other}` };
    }
    return undefined;
  }
}

/** Equal for answers that differ in the order of their records and in their octets of padding alone. */
function partsOf(octets: Uint8Array): Readonly<Record<string, string>> {
  const { id, flags, question, sections, opt } = readAnswer(octets);
  const [answer, authority, additional] = sections.map(linesOf);
  const parts = { id, flags, question: [...question], answer, authority, additional };
  const options = opt && { ...opt, options: opt.options.map(optionText) };
  return Object.fromEntries(
    Object.entries({ ...parts, options }).map(([part, value]) => [part, JSON.stringify(value) ?? 'none']),
  );
}

const padding = 12;

function optionText({ code, data }: { code: number; data: Uint8Array }): string {
  return code === padding ? 'padding' : `${code} ${data.join(' ')}`;
}

function linesOf(section: Section): string[] {
  return section.map(({ owner, type, ttlSeconds, data }) => `${owner} ${ttlSeconds} ${type} ${data}`).sort();
}

/** Every way in which a packet can be delivered. */
export function deliveriesOf(packet: Uint8Array<ArrayBuffer>, worlds: readonly World[]): Delivery[] {
  const methods: readonly Method[] = ['POST', 'GET'];
  return worlds.flatMap((world) => methods.map((method) => ({ packet, world, method })));
}
