/** A DNS message as a response (RFC 8484 §4.2). Header fields are made once for answers that have the same. */
import { dnsMessageType } from '../message/layout.ts';
import { cachingOf, type Deciding } from './caching.ts';

/** Few differ: by length, and by the TTLs that a cluster has. */
const maxRemembered = 4096;
const remembered: Readonly<Record<Deciding, Map<number, Readonly<Record<string, string>>>>> = {
  nothing: new Map(),
  url: new Map(),
  header: new Map(),
  connection: new Map(),
};

/** Does not change the octets, nor may anybody else from now on. `maxAgeSeconds` undefined: not to be kept. */
export function messageResponse(
  octets: Uint8Array<ArrayBuffer>,
  maxAgeSeconds: number | undefined,
  deciding: Deciding,
): Response {
  const known = remembered[deciding];
  // A length has 16 bits at most, an age 31, so no two pairs have the same number.
  const key = ((maxAgeSeconds ?? -1) + 1) * 0x1_0000 + octets.length;
  let headers = known.get(key);
  if (headers === undefined) {
    headers = {
      'content-type': dnsMessageType,
      'content-length': String(octets.length),
      ...cachingOf(maxAgeSeconds, deciding),
      'x-content-type-options': 'nosniff',
    };
    if (known.size >= maxRemembered) known.clear();
    known.set(key, headers);
  }
  return new Response(octets, { headers });
}
