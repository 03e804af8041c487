/**
 * Whose a signed read is. What anybody can get wrong is refused before a Durable Object is asked. Whose signatures count,
 * `Registry` says, as it does for a publish: a key that was taken away reads nothing from then on.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { parseSnapshotRead, type SnapshotRead, snapshotReadOctets } from '../../zone/snapshot-read.ts';
import type { Objects } from '../environment.ts';
import { isSignatureFor, isSignedBy } from './signature.ts';

/**
 * What the text says, if a key of the cluster signed it for this cluster. Undefined otherwise, also when there is no such
 * cluster, so that nobody learns which ones there are. Throws StoreError.
 */
export async function verifiedRead(
  objects: Objects,
  cluster: ClusterId,
  text: string,
  signature: string,
): Promise<SnapshotRead | undefined> {
  const read = parseSnapshotRead(text);
  if (read?.cluster !== cluster || !isSignatureFor(text, signature)) return undefined;
  const publicKeys = (await objects.registry.registrationOf(cluster))?.registration.publicKeys ?? [];
  return (await isSignedBy(publicKeys, text, signature, snapshotReadOctets)) ? read : undefined;
}
