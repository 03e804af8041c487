/**
 * Names of addresses that mean something else in every network (IANA "Locally-Served DNS Zones"): whoever is asked outside
 * of it cannot know, and learns what should have stayed inside.
 */
import { type Name, parseName } from '../../zone/name.ts';

const ipv4 = [
  // RFC 6303 §4.1 and §4.2: private use, "this" network, loopback, link local, documentation, broadcast.
  ...['10', '168.192', '0', '127', '254.169', '2.0.192', '100.51.198', '113.0.203', '255.255.255.255'],
  ...range(16, 31).map((octet) => `${octet}.172`),
  // RFC 7793: shared address space, 100.64.0.0/10.
  ...range(64, 127).map((octet) => `${octet}.100`),
  // RFC 8880 §7: the addresses of ipv4only.arpa.
  ...['170.0.0.192', '171.0.0.192'],
];

const ipv6 = [
  // RFC 6303 §4.3: the unspecified address and loopback.
  [...'0'.repeat(32)].join('.'),
  ['1', ...'0'.repeat(31)].join('.'),
  // §4.4 to §4.6: unique local fc00::/7, link local fe80::/10, documentation; and that of RFC 9637.
  ...['c.f', 'd.f', '8.e.f', '9.e.f', 'a.e.f', 'b.e.f', '8.b.d.0.1.0.0.2', '0.f.f.f.3'],
];

/** The apex of each zone. */
export const privateReverseZones: readonly Name[] = [
  ...ipv4.map((block) => parseName(`${block}.in-addr.arpa`)),
  ...ipv6.map((block) => parseName(`${block}.ip6.arpa`)),
];

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
