/** What an administrator does once for a cluster: register it, and make a token for its clients. */
import { Administration } from '../client/administration.ts';
import type { ClusterId } from '../zone/cluster-id.ts';
import { formatName, type Name } from '../zone/name.ts';
import type { Workerd } from './edge/workerd.ts';

/** As they are registered: of each, the own domain or the shared one first. */
export interface ClusterZones {
  readonly zones: readonly Name[];
  readonly clustersetZones?: readonly Name[];
}

export async function registerCluster(
  { url, administratorKey }: Workerd,
  cluster: ClusterId,
  publicKey: string,
  { zones, clustersetZones = [] }: ClusterZones,
): Promise<void> {
  const body = {
    publicKeys: [publicKey],
    zones: zones.map(formatName),
    clustersetZones: clustersetZones.map(formatName),
  };
  await new Administration(url, administratorKey).call('PUT', `/v1/clusters/${cluster}`, body);
}

/** The token's text. */
export async function createToken({ url, administratorKey }: Workerd, cluster: ClusterId): Promise<string> {
  const body = { name: 'npm start', clusters: [cluster], expiresAt: null };
  const answer = await new Administration(url, administratorKey).call('POST', '/v1/tokens', body);
  return String(answer['token']);
}
