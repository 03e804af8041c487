/** The real Worker in workerd over HTTPS, twice: for those with a token, and for everybody. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Administration } from '../../../client/administration.ts';
import { registerCluster } from '../../../demo/administration.ts';
import { createServerCertificate, type ServerCertificate } from '../../../demo/edge/certificate.ts';
import { startWorkerd, type Workerd } from '../../../demo/edge/workerd.ts';
import { type Front, startFront } from '../../../edge/front/front.ts';
import { messagesOnly } from '../../../sync-agent/log-writer.ts';
import { HttpEdge } from '../../../sync-agent/publish/edge.ts';
import { Publisher } from '../../../sync-agent/publish/publisher.ts';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { parseName } from '../../../zone/name.ts';

interface Edge {
  readonly workerd: Workerd;
  readonly front: Front;
  /** Its origin. */
  readonly url: string;
}

export interface EdgesToLogInTo {
  readonly closed: Edge;
  readonly open: Edge;
  /** Path of the PEM that both are trusted by. */
  readonly authority: string;
  /** For `prod`, whose names the closed edge answers. */
  readonly prodToken: string;
  /** For `prod`, for `staging`, which has published nothing, and for `nowhere`, which nobody registered. */
  readonly allToken: string;
  stop(): Promise<void>;
}

export async function startEdges(): Promise<EdgesToLogInTo> {
  const folder = mkdtempSync(join(tmpdir(), 'kube-doh-edge-'));
  const authority = join(folder, 'ca.pem');
  const certificate = await createServerCertificate(['127.0.0.1'], Date.now());
  writeFileSync(authority, certificate.authorityPem);
  const closed = await startEdge(false, certificate);
  const open = await startEdge(true, certificate);
  await publishProd(closed.workerd);
  await publishProd(open.workerd);
  const { publicKey } = SigningKey.generate();
  const zones = ['cluster.local', 'staging.example'].map((zone) => parseName(zone));
  await registerCluster(closed.workerd, 'staging' as ClusterId, publicKey, { zones });
  return {
    closed,
    open,
    authority,
    prodToken: await tokenFor(closed.workerd, 'prod'),
    allToken: await tokenFor(closed.workerd, 'prod', 'staging', 'nowhere'),
    async stop() {
      for (const { front, workerd } of [closed, open]) {
        await front.stop();
        await workerd.stop();
      }
      rmSync(folder, { recursive: true });
    },
  };
}

async function startEdge(isOpen: boolean, certificate: ServerCertificate): Promise<Edge> {
  const workerd = await startWorkerd({ isOpen, defaultCluster: 'prod', log: () => {} });
  const front = await startFront({ host: '127.0.0.1', port: 0, certificate, upstream: workerd.upstream });
  return { workerd, front, url: `https://127.0.0.1:${front.port}` };
}

async function publishProd(workerd: Workerd): Promise<void> {
  const key = SigningKey.generate();
  const zones = [parseName('cluster.local'), parseName('prod.example')] as const;
  await registerCluster(workerd, 'prod' as ClusterId, key.publicKey, { zones });
  const publisher = new Publisher({
    cluster: 'prod' as ClusterId,
    findIdentity: async () => ({ uid: 'uid', isAnother: false }),
    edge: new HttpEdge(workerd.url, key),
    clock: { now: Date.now, steadyNow: Date.now, sleep: () => Promise.reject(new Error('it is not stored')) },
    random: Math.random,
    log: messagesOnly(() => {}),
  });
  const zone = { kind: 'cluster', origins: zones, ttlSeconds: 30, groups: [] } as const;
  const publishable = { image: encodeSnapshot({ kind: 'live', zones: [zone] }), generatedAt: Date.now() };
  await publisher.publish(publishable, () => publishable, new AbortController().signal);
}

async function tokenFor({ url, administratorKey }: Workerd, ...clusters: readonly string[]): Promise<string> {
  const grant = { name: 'test', clusters, expiresAt: null };
  const { token } = await new Administration(url, administratorKey).call('POST', '/v1/tokens', grant);
  return String(token);
}
