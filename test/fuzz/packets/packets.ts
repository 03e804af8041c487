/** An endless row of packets, the same for the same seed: each is for one world and comes by one method. */
import { SeededRandom } from '../../worker/support/seeded-random.ts';
import type { Method } from '../door.ts';
import type { World } from '../world.ts';
import { bomb } from './bombs.ts';
import { rawPacket } from './raw.ts';
import { structuredPacket } from './structured.ts';

export interface Delivery {
  readonly packet: Uint8Array<ArrayBuffer>;
  readonly world: World;
  readonly method: Method;
}

/** They are long. */
const bombShare = 0.002;
const largeShare = 0.02;
const rawShare = 0.25;
/** Asked again, as they were or with another id: answers may be kept. */
const againShare = 0.15;
const rememberedCount = 32;
const getShare = 0.2;

export function* packets(
  seed: number,
  worlds: { readonly ordinary: World; readonly large: World },
  corpus: readonly Uint8Array[],
): Generator<Delivery, never> {
  const random = new SeededRandom(seed);
  const asked: Uint8Array[] = [];
  for (;;) {
    const isLarge = random.happens(largeShare);
    const world = isLarge ? worlds.large : worlds.ordinary;
    const packet = next(random, world, corpus, asked);
    if (!isLarge) remember(random, asked, packet);
    const method = random.happens(getShare) ? 'GET' : 'POST';
    yield { packet: packet.slice(), world, method };
  }
}

function next(
  random: SeededRandom,
  world: World,
  corpus: readonly Uint8Array[],
  asked: readonly Uint8Array[],
): Uint8Array {
  if (asked.length > 0 && random.happens(againShare)) return again(random, random.pick(asked));
  if (random.happens(bombShare)) return bomb(random, world);
  if (!random.happens(rawShare)) return structuredPacket(random, world);
  return rawPacket(random, asked.length > 0 && random.happens(0.5) ? asked : corpus);
}

/** Same question; sometimes with another bit of flags, spelling or options. */
function again(random: SeededRandom, packet: Uint8Array): Uint8Array {
  const copy = packet.slice();
  if (copy.length > 1) copy[random.below(2)] = random.below(256);
  if (copy.length > 12 && random.happens(0.2)) copy[2 + random.below(copy.length - 2)]! ^= 1 << random.below(8);
  return copy;
}

function remember(random: SeededRandom, asked: Uint8Array[], packet: Uint8Array): void {
  if (packet.length > 600) return;
  if (asked.length < rememberedCount) asked.push(packet);
  else if (random.happens(0.05)) asked[random.below(asked.length)] = packet;
}
