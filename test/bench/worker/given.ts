/** What the bench tells its Worker of a published snapshot, beside the body. */
import type { ClusterId } from '../../../zone/cluster-id.ts';

export interface Given {
  readonly cluster: ClusterId;
  /** Text of the manifest, its signature and the key, as they are stored. */
  readonly manifest: string;
  readonly signature: string;
  readonly publicKey: string;
  readonly zones: readonly string[];
}
