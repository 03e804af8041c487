/** Asks an edge which clusters a token is for, and which zones they have. */
import type { HttpAnswer } from '../doh/http.ts';
import { KeptConnection } from '../doh/kept-connection.ts';
import { commandPatience } from '../doh/patience.ts';
import { TransportError } from '../doh/transport-error.ts';
import { isAdministratorsListing, type ListedCluster, parseListedClusters } from './listed-cluster.ts';
import { withoutToken } from './token-text.ts';

/**
 * `UNREACHABLE`: no answer. `REFUSED_TOKEN`: the edge does not know the token, or it is another secret. `NO_EDGE`: what
 * answers is something else. `NOT_NOW`: the edge gives another answer later. `NO_LISTING`: this edge lists no clusters.
 */
export type DiscoveryErrorCode = 'UNREACHABLE' | 'REFUSED_TOKEN' | 'NO_EDGE' | 'NOT_NOW' | 'NO_LISTING';

/** The message is one line that names the edge, without the token. */
export class DiscoveryError extends Error {
  readonly code: DiscoveryErrorCode;
  /** Of the edge that was asked. */
  readonly origin: string;

  constructor(code: DiscoveryErrorCode, origin: string, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'DiscoveryError';
    this.code = code;
    this.origin = origin;
  }
}

export interface DiscoveredEdge {
  readonly edge: URL;
  readonly token: string;
  readonly authorityPem: string | undefined;
}

const maxOctets = 1024 * 1024;

/** Rejects with DiscoveryError. */
export async function discoverClusters({
  edge,
  token,
  authorityPem,
}: DiscoveredEdge): Promise<readonly ListedCluster[]> {
  const connection = new KeptConnection({ url: edge, authorityPem }, commandPatience);
  const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
  try {
    return clustersOf(
      await connection.request({ method: 'GET', path: '/v1/clusters', headers, maxOctets }),
      edge,
      token,
    );
  } catch (cause) {
    if (!(cause instanceof TransportError)) throw cause;
    throw new DiscoveryError('UNREACHABLE', edge.origin, `cannot reach the edge at ${edge.origin}: ${cause.message}`, {
      cause,
    });
  } finally {
    connection.close();
  }
}

function clustersOf({ status, body }: HttpAnswer, { origin }: URL, token: string): readonly ListedCluster[] {
  const said = jsonOf(body);
  if (status !== 200) throw refusal(status, said, origin, token);
  if (isAdministratorsListing(said)) {
    const reason = 'this is the administrator\'s key and no token: make one with "kube-doh token create"';
    throw new DiscoveryError('REFUSED_TOKEN', origin, reason);
  }
  const clusters = parseListedClusters(said);
  if (clusters !== undefined) return clusters;
  throw new DiscoveryError('NO_EDGE', origin, `${origin} is no kube-doh edge: it lists no clusters; check the address`);
}

function refusal(status: number, said: unknown, origin: string, token: string): DiscoveryError {
  const { code, error } = (typeof said === 'object' && said !== null ? said : {}) as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string' || typeof error !== 'string') {
    if (status >= 500)
      return new DiscoveryError('NOT_NOW', origin, `${origin} answered with HTTP status ${status}: try again`);
    const what = status >= 300 && status < 400 ? 'it redirects' : `it answered with HTTP status ${status}`;
    return new DiscoveryError('NO_EDGE', origin, `${origin} is no kube-doh edge: ${what}; check the address`);
  }
  if (status === 401) {
    const reason = `the edge ${origin} does not know this token: it has a slip, has expired, or was revoked`;
    return new DiscoveryError('REFUSED_TOKEN', origin, reason);
  }
  const reason = `the edge ${origin} answered ${status}: ${withoutToken(error, token)}`;
  return new DiscoveryError(code === 'NOT_CONFIGURED' ? 'NO_LISTING' : 'NOT_NOW', origin, reason);
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
