/**
 * What configurations are made from: profiles and the stub's address, read as words that stand in any kind of file as they
 * are. What cannot is refused here, so no recipe has to escape a zone or a URL.
 */
import { isIP, isIPv6 } from 'node:net';
import { formatName, type Name, parseName, relativeTo } from '../../zone/name.ts';
import { isLoopback } from '../loopback.ts';
import type { Profile } from '../profiles/profile.ts';
import { RecipeError } from './recipe-error.ts';

declare const zone: unique symbol;

/** A zone without its final dot: labels of a–z, 0–9, `_` and, inside of them, `-`. */
export type Zone = string & { readonly [zone]: true };

export interface Edge {
  /** The profile's. */
  readonly profile: string;
  /** Such as `https://dns.example.com/t/TOKEN/c/prod/dns-query`, of letters, digits and `-._~:/%[]`. */
  readonly dohUrl: string;
  /** Without what opens: the origin and the cluster's id. */
  readonly identity: string;
  /** Which stands in the URL. */
  readonly hasToken: boolean;
  /** The cluster's id, or the profile's name where the edge decides by the token. */
  readonly cluster: string;
  /** At least one; none that an edge before it has as well. */
  readonly zones: readonly Zone[];
  /** The cluster's own domain, as far as a profile tells: its first zone of `.local`, else its first. */
  readonly ownZone: Zone;
  /** As in Profile, without control characters. */
  readonly authorityFile: string | undefined;
}

/** Where the stub listens: an address without brackets. */
export interface StubAddress {
  readonly host: string;
  readonly port: number;
}

export interface Setup {
  /** At least one. A profile whose zones are all those of others before it is left out. */
  readonly edges: readonly Edge[];
  /** Of all edges. */
  readonly zones: readonly Zone[];
  readonly stub: StubAddress;
}

/** Throws RecipeError. */
export function readSetup(profiles: readonly Profile[], stub: StubAddress): Setup {
  if (isIP(stub.host) === 0) {
    throw new RecipeError(
      'STUB_ADDRESS',
      `the stub's address "${stub.host}" is a name: pass it as an address, such as 127.0.0.1:5300`,
    );
  }
  const claimed = new Set<Name>();
  const edges: Edge[] = [];
  for (const profile of profiles) {
    const own = [...new Set(profile.zones)].filter((name) => !claimed.has(name));
    for (const name of own) claimed.add(name);
    if (own.length > 0) edges.push(edgeOf(profile, own));
  }
  return { edges, zones: edges.flatMap(({ zones }) => zones), stub };
}

const local = parseName('local');

/** Whether the zone is `local` or below it: the names that RFC 6762 gives to multicast. */
export function isLocal(text: Zone): boolean {
  return relativeTo(parseName(text), local) !== undefined;
}

/** A name that every cluster has. */
export function exampleName(text: Zone | undefined): string {
  return `kubernetes.default.svc.${text ?? 'cluster.local'}`;
}

/** As most programs take it: `127.0.0.1:5300`, `[::1]:5300`. */
export function hostAndPort({ host, port }: StubAddress): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** Whether other machines cannot reach it. */
export function isOwn({ host }: StubAddress): boolean {
  return isLoopback(host);
}

function edgeOf(
  { name, edge, cluster, token, zones: profileZones, authorityFile }: Profile,
  zones: readonly Name[],
): Edge {
  if (!/^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/.test(edge.hostname)) {
    const reason = 'has a host that not every configuration can hold: log in again with one of letters, digits and "-"';
    throw new RecipeError('UNWRITABLE', `the edge of profile ${name} ${reason}`);
  }
  const door = token === undefined ? '' : `/t/${percentEncoded(token)}`;
  const view = cluster === undefined ? '' : `/c/${cluster}`;
  if (/\p{Cc}/u.test(authorityFile ?? '')) {
    throw new RecipeError(
      'UNWRITABLE',
      `the path of the authority of profile ${name} has control characters: move the file`,
    );
  }
  const all = profileZones.map((zoneName) => zoneOf(name, zoneName));
  return {
    profile: name,
    dohUrl: `${edge.origin}${door}${view}/dns-query`,
    identity: `${edge.origin}${view}`,
    hasToken: token !== undefined,
    cluster: cluster ?? name,
    zones: zones.map((zoneName) => zoneOf(name, zoneName)),
    ownZone: all.find(isLocal) ?? all[0]!,
    authorityFile,
  };
}

function zoneOf(profile: string, name: Name): Zone {
  const text = formatName(name).slice(0, -1);
  if (/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(text)) return text as Zone;
  const reason = 'is no zone that every configuration can hold: those have letters, digits and "-" between them';
  throw new RecipeError('UNWRITABLE', `"${text}.", of profile ${profile}, ${reason}`);
}

/** All but what RFC 3986 §2.3 leaves alone everywhere; `encodeURIComponent` leaves quotes. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
