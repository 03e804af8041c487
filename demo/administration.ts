/** What an administrator does once for a cluster: register it, and make a token for its clients. */
import type { ClusterId } from '../zone/cluster-id.ts';
import { formatName, type Name } from '../zone/name.ts';
import type { Workerd } from './edge/workerd.ts';

export async function registerCluster(
  { url, administratorKey }: Workerd,
  cluster: ClusterId,
  publicKey: string,
  zones: readonly Name[],
): Promise<void> {
  const body = { publicKeys: [publicKey], zones: zones.map(formatName) };
  await call(new URL(`/v1/clusters/${cluster}`, url), 'PUT', administratorKey, body);
}

/** The token's text. */
export async function createToken({ url, administratorKey }: Workerd, cluster: ClusterId): Promise<string> {
  const body = { name: 'npm start', clusters: [cluster], expiresAt: null };
  const answer = await call(new URL('/v1/tokens', url), 'POST', administratorKey, body);
  return String(answer['token']);
}

async function call(url: URL, method: string, key: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${method} ${url.pathname}: ${String(answer['error'])}`);
  return answer;
}
