/** The edge that agents publish to: the Worker as it is deployed, in a bare workerd, in front of a store that tells what is written. */
import { createHash } from 'node:crypto';
import { Administration } from '../../../client/administration.ts';
import type { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { kvKeys } from '../../../zone/keys.ts';
import { deployedEntry } from '../http/servers.ts';
import { KvServer } from '../kv-server.ts';
import { startWorkerd } from '../workerd.ts';

export interface AgentEdge {
  readonly url: string;
  /** How often a snapshot was written. */
  readonly writes: number;
  /** Calls back with each snapshot from now on, compressed as it is stored. */
  onSnapshot(listener: (body: Uint8Array) => void): void;
  /** Once: what is counted is what this cluster publishes. */
  register(cluster: ClusterId, key: SigningKey): Promise<void>;
  stop(): Promise<void>;
}

const administratorKey = 'bench';

export async function startEdge(): Promise<AgentEdge> {
  const kv = await KvServer.start();
  const text = {
    ADMIN_KEY_SHA256: createHash('sha256').update(administratorKey).digest('hex'),
    TOKEN_KEY: '00'.repeat(32),
    OPEN: 'true',
  };
  const bindings = { text, kvPort: kv.port, objects: ['Registry', 'Publications', 'Journal'] };
  const workerd = await startWorkerd({ inspect: false, entry: deployedEntry, bindings });
  const administration = new Administration(new URL(workerd.url), administratorKey);
  let writes = 0;
  let listener: (body: Uint8Array) => void = () => {};
  let snapshotKey: string | undefined;
  kv.onWrite = (key, octets) => {
    if (key !== snapshotKey) return;
    writes += 1;
    listener(octets);
  };
  return {
    url: workerd.url,
    get writes() {
      return writes;
    },
    onSnapshot: (next) => {
      listener = next;
    },
    register: async (cluster, { publicKey }) => {
      snapshotKey = kvKeys.snapshot(cluster);
      const path = `/v1/clusters/${cluster}`;
      await administration.call('PUT', path, { publicKeys: [publicKey], zones: ['cluster.local'] });
    },
    stop: async () => {
      await workerd.stop();
      await kv.stop();
    },
  };
}
