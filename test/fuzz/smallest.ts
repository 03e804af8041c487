/** Makes a packet that fails smaller, as long as it fails. */

/** Ends when nothing smaller fails, or after `milliseconds`. */
export async function smallestFailing(
  packet: Uint8Array<ArrayBuffer>,
  fails: (packet: Uint8Array<ArrayBuffer>) => Promise<boolean>,
  milliseconds: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const giveUpAt = performance.now() + milliseconds;
  let smallest = packet;
  for (;;) {
    const smaller = await firstFailing(smallerThan(smallest), fails, giveUpAt);
    if (smaller === undefined) return smallest;
    smallest = smaller;
  }
}

async function firstFailing(
  candidates: Iterable<Uint8Array<ArrayBuffer>>,
  fails: (packet: Uint8Array<ArrayBuffer>) => Promise<boolean>,
  giveUpAt: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  for (const candidate of candidates) {
    if (performance.now() > giveUpAt) return undefined;
    if (await fails(candidate)) return candidate;
  }
  return undefined;
}

/** Without a part, the longest parts first; then with a part and its count gone; then with an octet that is 0. */
function* smallerThan(packet: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  for (let size = packet.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at + size <= packet.length; at += size) {
      const rest = without(packet, at, size);
      yield rest;
      yield* withLowerCount(rest);
    }
  }
  for (const [at, octet] of packet.entries()) if (octet !== 0) yield withZero(packet, at);
}

const countOffsets = [4, 6, 8, 10];

function* withLowerCount(packet: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  if (packet.length < 12) return;
  const view = new DataView(packet.buffer);
  for (const at of countOffsets) {
    const count = view.getUint16(at);
    if (count === 0) continue;
    const lower = packet.slice();
    new DataView(lower.buffer).setUint16(at, count - 1);
    yield lower;
  }
}

function without(packet: Uint8Array<ArrayBuffer>, at: number, size: number): Uint8Array<ArrayBuffer> {
  const rest = new Uint8Array(packet.length - size);
  rest.set(packet.subarray(0, at));
  rest.set(packet.subarray(at + size), at);
  return rest;
}

function withZero(packet: Uint8Array<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> {
  const copy = packet.slice();
  copy[at] = 0;
  return copy;
}
