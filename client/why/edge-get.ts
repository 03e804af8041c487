/** What an edge tells of a user's names and pods: one GET with the profile's token. */
import { readAuthority } from '../doh/doh-server.ts';
import type { HttpAnswer } from '../doh/http.ts';
import { KeptConnection } from '../doh/kept-connection.ts';
import type { Patience } from '../doh/patience.ts';
import { TransportError } from '../doh/transport-error.ts';
import type { Profile } from '../profiles/profile.ts';
import { withoutToken } from '../profiles/token-text.ts';
import { membersOf } from './explanation.ts';

/**
 * `UNREACHABLE`: no answer. `REFUSED_TOKEN`: the edge does not know the token. `OUT_OF_SCOPE`: the token is not for what is
 * asked. `NOT_OFFERED`: the edge has nothing at this path, as one of an earlier version. `FAILED`: any other answer.
 */
export type EdgeGetErrorCode = 'UNREACHABLE' | 'REFUSED_TOKEN' | 'OUT_OF_SCOPE' | 'NOT_OFFERED' | 'FAILED';

/** The message is one line that names the edge, without the token. */
export class EdgeGetError extends Error {
  readonly code: EdgeGetErrorCode;

  constructor(code: EdgeGetErrorCode, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'EdgeGetError';
    this.code = code;
  }
}

export interface EdgeRead {
  readonly path: string;
  /** Those that are undefined are left out. */
  readonly query: Readonly<Record<string, string | undefined>>;
  /** A media type. */
  readonly accept: string;
  readonly patience: Patience;
  readonly maxOctets: number;
}

export interface EdgeGet extends Omit<EdgeRead, 'accept'> {
  /** The profile's cluster is added to its query. */
  readonly path: '/v1/why' | '/v1/names';
}

/** As JSON. Rejects with EdgeGetError, or with AuthorityError before anybody was asked. */
export async function getFromEdge(profile: Profile, { query, ...get }: EdgeGet): Promise<unknown> {
  const { edge, cluster } = profile;
  const body = await readFromEdge(profile, { ...get, query: { ...query, cluster }, accept: 'application/json' });
  const value = parsed(body);
  if (value !== undefined) return value;
  throw new EdgeGetError('FAILED', `the edge ${edge.origin} answered with something that is no JSON`);
}

/** The body of an answer of success. Rejects as `getFromEdge` does. */
export async function readFromEdge(
  { edge, token, authorityFile }: Profile,
  { path, query, accept, patience, maxOctets }: EdgeRead,
): Promise<Buffer> {
  const connection = new KeptConnection({ url: edge, authorityPem: readAuthority(authorityFile) }, patience);
  const headers = { accept, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  try {
    const answer = await connection.request({ method: 'GET', path: `${path}${searchOf(query)}`, headers, maxOctets });
    return bodyOf(answer, edge.origin, token);
  } catch (cause) {
    if (!(cause instanceof TransportError)) throw cause;
    throw new EdgeGetError('UNREACHABLE', `the edge ${edge.origin} is not reached: ${cause.message}`, { cause });
  } finally {
    connection.close();
  }
}

function searchOf(query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as [string, string]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

function bodyOf({ status, body }: HttpAnswer, origin: string, token: string | undefined): Buffer {
  if (status === 200) return body;
  const { error, code } = membersOf(parsed(body)) ?? {};
  const said = typeof error === 'string' ? `: ${withoutToken(error, token)}` : '';
  if (status === 401) {
    const reason = `the edge ${origin} does not know this token: it has a slip, has expired, or was revoked`;
    throw new EdgeGetError('REFUSED_TOKEN', reason);
  }
  if (status === 403) throw new EdgeGetError('OUT_OF_SCOPE', `the edge ${origin} refuses this token${said}`);
  if (status === 404 && (code === undefined || code === 'NOT_FOUND')) {
    throw new EdgeGetError('NOT_OFFERED', `the edge ${origin} is older than this command and does not tell that`);
  }
  throw new EdgeGetError('FAILED', `the edge ${origin} answered with HTTP status ${status}${said}`);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
