/** `kube-doh cluster retire`: by hand, with the identity that the administrator gives or the edge tells. */
import { HttpEdge } from '../../../sync-agent/publish/edge.ts';
import { publishRetirement } from '../../../sync-agent/publish/retirement.ts';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { UsageError } from '../../../sync-agent/usage.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { isIdentity, type Version } from '../../../zone/manifest.ts';

/** The version that is stored. Rejects with an error whose message is one clear line. */
export async function retire(
  edge: URL,
  cluster: ClusterId,
  keyPath: string,
  identity: string | undefined,
  now: number,
): Promise<Version> {
  if (identity !== undefined && !isIdentity(identity)) {
    throw new UsageError(`--identity "${identity}" is no UID: see "kubectl get namespace kube-system -o yaml"`);
  }
  const signed = new HttpEdge(edge, SigningKey.fromFile(keyPath));
  return await publishRetirement(signed, { cluster, identity, now }, new AbortController().signal);
}
