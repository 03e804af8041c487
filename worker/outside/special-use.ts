/**
 * Names that mean the same, or nothing, wherever they are asked (IANA "Special-Use Domain Names"; RFC 6761). None of them is
 * asked of anybody else, since no server elsewhere could know better.
 */
import { type Name, parseName } from '../../zone/name.ts';
import { privateReverseZones } from './private-addresses.ts';

export type SpecialUse =
  /** This machine, for every machine (RFC 6761 §6.3). */
  | { readonly kind: 'loopback'; readonly apex: Name }
  /** The name at which this endpoint is designated as a resolver, when it knows its host (RFC 9462). */
  | { readonly kind: 'designation'; readonly apex: Name }
  /** It exists and has no records. */
  | { readonly kind: 'empty'; readonly apex: Name }
  /** Nobody has such a name, the apex included. `isCertain`: no zone of a cluster can hold it either. */
  | { readonly kind: 'no-name'; readonly apex: Name; readonly isCertain: boolean }
  /** Somebody's own names, in some network or other. */
  | { readonly kind: 'private' }
  /** A name whose NXDOMAIN has an effect of its own. */
  | { readonly kind: 'canary' };

/** What is special about the name; the longest suffix counts. */
export function specialUseOf(name: Name, endpointHost: Name | undefined): SpecialUse | undefined {
  if (name === byAddress) return { kind: 'designation', apex: resolverArpa };
  if (endpointHost !== undefined && name === `${designation}${endpointHost}`)
    return { kind: 'designation', apex: name };
  for (let at = 0; at < name.length; at += 1 + name.charCodeAt(at)) {
    const use = uses.get(name.slice(at) as Name);
    if (use !== undefined) return use;
  }
  return undefined;
}

/** In front of a resolver's name (RFC 9462 §5), and, for clients that know only an address, of `resolver.arpa` (§4). */
const designation = '\x04_dns';
const resolverArpa = parseName('resolver.arpa');
const byAddress = parseName('_dns.resolver.arpa');

const uses: ReadonlyMap<Name, SpecialUse> = new Map([
  use('localhost', (apex) => ({ kind: 'loopback', apex })),
  // RFC 9462 §6.4.
  use('resolver.arpa', (apex) => ({ kind: 'empty', apex })),
  // RFC 6761 §6.2 and §6.4, RFC 7686, RFC 9476. A cluster may have a zone in `test`.
  ...['invalid', 'test', 'onion', 'alt'].map((apex) => use(apex, noName(false))),
  // dnscrypt-proxy asks for random names below it, and drops a server that says anything else.
  use('test.dnscrypt', noName(true)),
  // RFC 6762 §22.1, RFC 8375, the top-level domain that ICANN reserved for private use, RFC 8880, RFC 9665 and RFC 9965.
  ...['local', 'home.arpa', 'internal', 'ipv4only.arpa', 'service.arpa', 'eap.arpa'].map((apex) =>
    use(apex, () => ({ kind: 'private' })),
  ),
  ...privateReverseZones.map((apex): [Name, SpecialUse] => [apex, { kind: 'private' }]),
  // NXDOMAIN there tells Firefox to stop using DNS over HTTPS.
  use('use-application-dns.net', () => ({ kind: 'canary' })),
]);

function use(text: string, of: (apex: Name) => SpecialUse): [Name, SpecialUse] {
  const apex = parseName(text);
  return [apex, of(apex)];
}

function noName(isCertain: boolean): (apex: Name) => SpecialUse {
  return (apex) => ({ kind: 'no-name', apex, isCertain });
}
