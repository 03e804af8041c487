/** The cluster that is asked: 10,000 Services and 150,000 endpoints, published, registered, and with a token. */
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { SnapshotBuilder } from '../../../sync-agent/snapshot/snapshot-builder.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { type SyntheticCluster, syntheticCluster } from '../cluster.ts';
import { KvServer } from '../kv-server.ts';
import { publish as publishValue, stateOf } from '../publishing.ts';
import { sizes } from '../sizes.ts';
import { snapshotOptions } from '../snapshot-options.ts';
import { createToken, publish, register } from '../stored-values.ts';

export interface LargeCluster {
  readonly cluster: SyntheticCluster;
  readonly id: ClusterId;
  readonly kv: KvServer;
  /** Its text. */
  readonly token: string;
}

/** Stop its store when it is no longer asked. */
export async function startLargeCluster(): Promise<LargeCluster> {
  const cluster = syntheticCluster(sizes.find(({ name }) => name === 'large')!);
  const state = stateOf(cluster);
  const builder = new SnapshotBuilder(snapshotOptions);
  builder.update(state, state.takeChanges());
  const key = SigningKey.generate();
  const value = await publishValue(builder.image(), key, snapshotOptions);
  const id = 'bench' as ClusterId;
  const kv = await KvServer.start();
  publish(kv, value, key, id, 1);
  register(kv, value, key, [id]);
  return { cluster, id, kv, token: await createToken(kv, [id]) };
}
