import { get } from 'node:https';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { startEmbeddedCluster } from '../../../demo/cluster/embedded-cluster.ts';
import { createServerCertificate } from '../../../demo/edge/certificate.ts';

test('over TLS a client that trusts the authority of the kubeconfig is answered', async () => {
  const tls = await createServerCertificate(['127.0.0.1'], Date.now());
  const cluster = await startEmbeddedCluster({ manifests: [], tls, token: 'a-token' });
  const { clusters, users } = parse(cluster.kubeconfig);
  expect(clusters[0].cluster.server).toBe(cluster.url);
  const ca = Buffer.from(clusters[0].cluster['certificate-authority-data'], 'base64');
  const headers = { authorization: `Bearer ${users[0].user.token}` };
  const status = await new Promise((resolve, reject) => {
    get(`${cluster.url}/api/v1/services`, { ca, headers }, ({ statusCode }) => resolve(statusCode)).on('error', reject);
  });
  await cluster.stop();
  expect(cluster.url).toMatch(/^https:/);
  expect(status).toBe(200);
});
