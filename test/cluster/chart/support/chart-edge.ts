/** An edge as the chart is installed against: over TLS with a certificate of its own authority, with one cluster registered. */
import { Administration } from '../../../../client/administration.ts';
import { createServerCertificate } from '../../../../demo/edge/certificate.ts';
import { startWorkerd } from '../../../../demo/edge/workerd.ts';
import { startFront } from '../../../../edge/front/front.ts';
import { SigningKey } from '../../../../sync-agent/publish/signing-key.ts';

export interface ChartEdge {
  readonly url: string;
  /** The same without TLS, for those that are not told of the authority. */
  readonly plainUrl: string;
  /** PEM. */
  readonly authority: string;
  /** The cluster's private key, PEM. */
  readonly key: string;
  /** The address to ask at, with a token in its path. */
  readonly doh: string;
  stop(): Promise<void>;
}

/** `cluster` is its id; its zones are `cluster.local` and `alias`. */
export async function startChartEdge(cluster: string, alias: string): Promise<ChartEdge> {
  const log = (line: string): boolean => process.stderr.write(`edge: ${line}\n`);
  const workerd = await startWorkerd({ isOpen: false, defaultCluster: cluster, log });
  const certificate = await createServerCertificate(['127.0.0.1'], Date.now());
  const front = await startFront({ host: '127.0.0.1', port: 0, certificate, upstream: workerd.upstream });
  const administration = new Administration(workerd.url, workerd.administratorKey);
  const key = SigningKey.generate();
  const registration = { publicKeys: [key.publicKey], zones: ['cluster.local', alias] };
  await administration.call('PUT', `/v1/clusters/${cluster}`, registration);
  const { token } = await administration.call('POST', '/v1/tokens', {
    name: 'chart',
    clusters: [cluster],
    expiresAt: null,
  });
  const url = `https://127.0.0.1:${front.port}`;
  return {
    url,
    plainUrl: workerd.url.origin,
    authority: certificate.authorityPem,
    key: key.toPem(),
    doh: `${url}/t/${token}/dns-query`,
    stop: async () => {
      await front.stop();
      await workerd.stop();
    },
  };
}
