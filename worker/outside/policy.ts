/**
 * What is done with names that no zone here holds: the setting OUTSIDE_ZONE. A slip refuses and never forwards.
 */
import { type Address, parseAddress } from '../../zone/address.ts';
import { type Name, nameOrUndefined, relativeTo } from '../../zone/name.ts';

export type OutsidePolicy =
  /** REFUSED, so that a client asks its other servers. */
  | { readonly kind: 'refuse' }
  /** NXDOMAIN, for clients that take a server which refuses for a broken one. */
  | { readonly kind: 'nxdomain' }
  /** Somebody else is asked, by POST to this URL (RFC 8484). */
  | { readonly kind: 'forward'; readonly upstream: string };

/** All that decides about names outside the zones. */
export interface Outside {
  readonly policy: OutsidePolicy;
  /** Under which this endpoint is found, and designated to those who ask for that (RFC 9462); undefined: nobody is told. */
  readonly endpointHost: Name | undefined;
}

/** As without any setting. */
export const refuseOutside: Outside = { policy: { kind: 'refuse' }, endpointHost: undefined };

/** Hosts that lead here. */
export interface OwnHosts {
  readonly endpointHost: Name | undefined;
  /** What hosts with a token in front end in. */
  readonly tokenHostSuffix: Name | undefined;
}

/** From `refuse`, `nxdomain` or `forward:URL`; the reason when it is something else. */
export function parseOutsidePolicy(text: string, own: OwnHosts): OutsidePolicy | { readonly reason: string } {
  if (text === 'refuse' || text === 'nxdomain') return { kind: text };
  const url = /^forward:(.*)$/s.exec(text)?.[1];
  if (url === undefined) return { reason: 'it is none of refuse, nxdomain and forward:URL' };
  const reason = reasonAgainst(url, own);
  // The text of a URL may be a secret, as that of a setting may.
  return reason === undefined ? { kind: 'forward', upstream: new URL(url).href } : { reason: `the URL ${reason}` };
}

function reasonAgainst(text: string, own: OwnHosts): string | undefined {
  if (/[{}]/.test(text)) return 'is a template: leave out what is in braces';
  if (!URL.canParse(text)) return 'is none, such as https://dns.example.com/dns-query';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'has a user name or a password, which cannot be sent';
  if (url.hash !== '') return 'has a fragment, which cannot be sent';
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return 'does not begin with https:// (http:// is for loopback hosts only)';
  }
  return isOwn(url.hostname, own) ? 'leads back to this endpoint, which would ask itself for ever' : undefined;
}

function isOwn(hostname: string, { endpointHost, tokenHostSuffix }: OwnHosts): boolean {
  const host = nameOrUndefined(hostname);
  if (host === undefined) return false;
  return host === endpointHost || (tokenHostSuffix !== undefined && relativeTo(host, tokenHostSuffix) !== undefined);
}

/** As a URL has them: an IPv6 address in brackets. */
function isLoopback(hostname: string): boolean {
  const address: Address | undefined = parseAddress(hostname.replace(/^\[(.*)\]$/, '$1'));
  if (address === undefined) return /^(.*\.)?localhost\.?$/.test(hostname);
  return address.length === 4 ? address.charCodeAt(0) === 127 : address === `${'\0'.repeat(15)}\x01`;
}
