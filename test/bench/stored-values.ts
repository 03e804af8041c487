/** What publishing, registering and making tokens leave in edge KV, put there at once. */
import { createHash } from 'node:crypto';
import type { SigningKey } from '../../sync-agent/publish/signing-key.ts';
import type { Grant } from '../../worker/access/grant.ts';
import { TokenStore } from '../../worker/access/token-store.ts';
import { formatRegistrations, parseRegistration, type Registration } from '../../worker/clusters/registration.ts';
import type { KeyValueStore } from '../../worker/environment.ts';
import { platform } from '../../worker/machine.ts';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { kvKeys } from '../../zone/keys.ts';
import { formatManifest, manifestFormat, signedOctets } from '../../zone/manifest.ts';
import type { KvServer } from './kv-server.ts';
import type { PublishedValue } from './publishing.ts';

/** What the Worker is bound to that takes the tokens. */
export const tokenKey = '5eed'.repeat(16);

/** Nobody publishes a second time while a table is made, and what is stale costs more. */
const daySeconds = 24 * 60 * 60;

/** What an accepted publish leaves in KV. */
export function publish(
  kv: KvServer,
  { body }: PublishedValue,
  key: SigningKey,
  cluster: ClusterId,
  serial: number,
): void {
  const sha256 = createHash('sha256').update(body).digest('hex');
  const version = { epoch: 1, serial, generatedAt: Date.now() };
  const manifest = formatManifest({ format: manifestFormat, cluster, ...version, length: body.length, sha256 });
  const metadata = { manifest, signature: key.sign(signedOctets(manifest)) };
  kv.values.set(kvKeys.snapshot(cluster), { octets: body, metadata });
}

/** What an administrator's registrations leave there. */
export function register(
  kv: KvServer,
  { given }: PublishedValue,
  key: SigningKey,
  clusters: readonly ClusterId[],
): void {
  const limits = { softLimitSeconds: daySeconds, hardLimitSeconds: daySeconds };
  const registration = parseRegistration({ publicKeys: [key.publicKey], zones: given.zones, ...limits });
  if ('reason' in registration) throw new Error(registration.reason);
  const registrations = new Map(clusters.map((cluster): [ClusterId, Registration] => [cluster, registration]));
  putText(kv, kvKeys.registry, formatRegistrations(registrations));
}

/** One that may ask for everything of the clusters. Returns its text. */
export async function createToken(kv: KvServer, clusters: readonly ClusterId[]): Promise<string> {
  const store = {
    put: async (key: string, text: string) => putText(kv, key, text),
  } as unknown as KeyValueStore;
  const tokens = new TokenStore(store, async () => null, tokenKey, platform);
  const grant = { name: 'bench', clusters, namespaces: null, zone: null, expiresAt: null, createdAt: Date.now() };
  return (await tokens.create(grant as unknown as Grant))!.token;
}

function putText(kv: KvServer, key: string, text: string): void {
  kv.values.set(key, { octets: new TextEncoder().encode(text), metadata: null });
}
