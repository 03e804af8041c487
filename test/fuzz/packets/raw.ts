/** Octets without a thought: by chance alone, or out of packets that are known, cut, spliced, repeated and with bits flipped. */
import type { SeededRandom } from '../../worker/support/seeded-random.ts';
import { type Choice, choose, edgeNumber, edgeOctet } from './choice.ts';

/** `known` are packets of any kind, at least one. */
export function rawPacket(random: SeededRandom, known: readonly Uint8Array[]): Uint8Array {
  if (random.happens(0.2)) return choose(random, fromNowhere);
  let packet = random.pick(known);
  const times = 1 + random.below(3);
  for (let i = 0; i < times; i += 1) packet = choose(random, changesOf(packet, known));
  return packet;
}

const fromNowhere: readonly Choice<Uint8Array>[] = [
  [30, (random) => octetsOf(random, random.below(40))],
  [30, (random) => withHeader(random, octetsOf(random, 12 + random.below(200)))],
  [10, (random) => octetsOf(random, random.below(600))],
  [1, (random) => withHeader(random, filled(random, random.below(66_000)))],
];

function changesOf(packet: Uint8Array, known: readonly Uint8Array[]): readonly Choice<Uint8Array>[] {
  const { length } = packet;
  return [
    [4, (random) => changed(packet, 1 + random.below(4), random, (octet) => octet ^ (1 << random.below(8)))],
    [4, (random) => changed(packet, 1 + random.below(3), random, () => edgeOctet(random))],
    [2, (random) => numberChanged(packet, random)],
    [3, (random) => packet.slice(0, random.below(length + 1))],
    [1, (random) => packet.slice(random.below(length + 1))],
    [2, (random) => joined(packet, octetsOf(random, 1 + random.below(20)))],
    [2, (random) => spliced(packet, random.pick(known), random)],
    [2, (random) => partRepeated(packet, random)],
    [2, (random) => partDropped(packet, random)],
    [1, () => (length < 20_000 ? joined(packet, packet) : packet)],
  ];
}

function octetsOf(random: SeededRandom, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.below(256));
}

/** Much of the same. */
function filled(random: SeededRandom, count: number): Uint8Array {
  const pattern = octetsOf(random, 1 + random.below(16));
  return Uint8Array.from({ length: count }, (_, i) => pattern[i % pattern.length]!);
}

/** So that it is read on. */
function withHeader(random: SeededRandom, packet: Uint8Array): Uint8Array {
  const counts = [0, 1, 0, random.below(2), 0, random.below(2), 0, random.below(3)];
  for (const [i, octet] of [random.below(2), 0, ...counts].entries()) if (i + 2 < packet.length) packet[i + 2] = octet;
  return packet;
}

function changed(
  packet: Uint8Array,
  times: number,
  random: SeededRandom,
  change: (octet: number) => number,
): Uint8Array {
  const copy = packet.slice();
  // Most of what decides is in front.
  const end = random.happens(0.7) ? Math.min(copy.length, 80) : copy.length;
  for (let i = 0; i < times && end > 0; i += 1) {
    const at = random.below(end);
    copy[at] = change(copy[at]!);
  }
  return copy;
}

function numberChanged(packet: Uint8Array, random: SeededRandom): Uint8Array {
  if (packet.length < 2) return packet;
  const copy = packet.slice();
  const at = random.below(Math.min(copy.length, 120) - 1);
  new DataView(copy.buffer).setUint16(at, edgeNumber(random));
  return copy;
}

function spliced(packet: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
  return joined(packet.slice(0, random.below(packet.length + 1)), other.slice(random.below(other.length + 1)));
}

function partRepeated(packet: Uint8Array, random: SeededRandom): Uint8Array {
  const [start, end] = partOf(packet, random);
  const part = packet.slice(start, end);
  const parts = Array.from({ length: 1 + random.below(8) }, () => part);
  return joined(packet.slice(0, end), ...parts, packet.slice(end));
}

function partDropped(packet: Uint8Array, random: SeededRandom): Uint8Array {
  const [start, end] = partOf(packet, random);
  return joined(packet.slice(0, start), packet.slice(end));
}

function partOf({ length }: Uint8Array, random: SeededRandom): [start: number, end: number] {
  const start = random.below(length + 1);
  return [start, Math.min(length, start + random.below(40))];
}

/** A little more than a message may have, at most. */
function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.subarray(0, 65_600);
}
