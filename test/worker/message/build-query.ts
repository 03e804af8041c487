/**
 * Queries put together from their parts, right or wrong, as octets.
 */

type Octets = readonly number[];

export function uint16(value: number): Octets {
  return [value >> 8, value & 255];
}

export function message(...parts: Octets[]): Uint8Array {
  return Uint8Array.from(parts.flat());
}

/** A header with RD set and one question, unless told otherwise. */
export function header(
  fields: { id?: number; flags?: number; counts?: readonly [number, number, number, number] } = {},
): Octets {
  const { id = 0, flags = 0x0100, counts = [1, 0, 0, 0] } = fields;
  return [id, flags, ...counts].flatMap(uint16);
}

/** Wire form of these labels, with the root. */
export function name(...labels: string[]): Octets {
  return [...labels.flatMap((label) => [label.length, ...characters(label)]), 0];
}

/** As `name`, from dotted text. */
export function dotted(text: string): Octets {
  return name(...text.split('.'));
}

export function question(qname: Octets, qtype = 1, qclass = 1): Octets {
  return [...qname, ...uint16(qtype), ...uint16(qclass)];
}

export function record(owner: Octets, type: number, rdata: Octets, rdlength = rdata.length): Octets {
  return [...owner, ...uint16(type), ...uint16(1), 0, 0, 0, 30, ...uint16(rdlength), ...rdata];
}

export function opt(
  options: Octets = [],
  fields: { owner?: Octets; size?: number; rcode?: number; version?: number; flags?: number; rdlength?: number } = {},
): Octets {
  const { owner = [0], size = 1232, rcode = 0, version = 0, flags = 0, rdlength = options.length } = fields;
  return [...owner, 0, 41, ...uint16(size), rcode, version, ...uint16(flags), ...uint16(rdlength), ...options];
}

export function option(code: number, data: Octets = [], length = data.length): Octets {
  return [...uint16(code), ...uint16(length), ...data];
}

export function repeat(count: number, part: Octets): Octets {
  return Array.from({ length: count }, () => part).flat();
}

export function zeros(count: number): Octets {
  return new Array<number>(count).fill(0);
}

/** Labels that, with the root, take exactly `octets` octets. */
export function nameOfOctets(octets: number): Octets {
  const labels: string[] = [];
  let left = octets - 1;
  while (left > 0) {
    const length = left > 64 ? Math.min(63, left - 3) : left - 1;
    labels.push('x'.repeat(length));
    left -= 1 + length;
  }
  return name(...labels);
}

function characters(text: string): Octets {
  return Array.from(text, (character) => character.charCodeAt(0));
}
