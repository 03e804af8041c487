/** A request with a question, once it is known who asks. */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { Reader } from '../access/principal.ts';
import type { Background } from '../snapshots/reader.ts';

export interface Asking {
  readonly reader: Reader;
  /** In the reader's scope; undefined when the path names none. */
  readonly pathCluster: ClusterId | undefined;
  readonly request: Request;
  readonly url: string;
  readonly background: Background;
}
