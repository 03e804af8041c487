/** HTTP as the cases see it: a request in every detail that matters, and whatever came back. */

/**
 * Where a request goes: `open` is the endpoint that every server has. The others are endpoints of the Worker with other
 * settings, or clusters in other states behind the open one.
 */
export type Place = 'open' | 'closed' | 'nxdomain' | 'forward' | 'limited' | ClusterState;

/** States of a cluster's snapshot. `damaged`: other octets than were signed; `contradictory`: signed, but wrong inside. */
export type ClusterState = 'stale' | 'expired' | 'unpublished' | 'damaged' | 'contradictory' | 'retired';

export interface HttpRequest {
  readonly at: Place;
  readonly via: 'HTTP/2' | 'HTTP/1.1';
  readonly method: string;
  /**
   * With the query. `{token}` and the other names of credentials stand for what the target gives, here and in fields;
   * `{origin}` for scheme, host and port.
   */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  /** Whether the length of the body is said before it. */
  readonly length: 'said' | 'unsaid';
  /** Written to the connection as they are, instead of all the above; HTTP/1.1 only. */
  readonly octets: Uint8Array | undefined;
  /** Whether the client ends its side of the connection as soon as the octets are written. */
  readonly leaves: boolean;
  /** How long to wait for an answer; longer than any server here takes that gives one. */
  readonly patienceMilliseconds: number;
}

export interface HttpAnswer {
  /** 0 when there was no answer. */
  readonly status: number;
  /** Names in lower case; a field that came several times, joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Why there was no answer, or not a whole one. */
  readonly failure: string | undefined;
}

/** Where a server listens. `authorityPem` undefined: without TLS. */
export interface Address {
  readonly port: number;
  readonly authorityPem: string | undefined;
}

/** The field; empty when there is none. */
export function field({ headers }: HttpAnswer, name: string): string {
  return headers[name] ?? '';
}

/** Nothing came back, and why. */
export function noAnswer(failure: string): HttpAnswer {
  return { status: 0, headers: {}, body: new Uint8Array(0), failure };
}

/** Fields as node has them. */
export function fieldsOf(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(headers).filter(([name, value]) => !name.startsWith(':') && value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')]));
}
