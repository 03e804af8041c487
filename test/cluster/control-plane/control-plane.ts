/**
 * Starts a real Kubernetes control plane on 127.0.0.1: etcd, the API server, the controllers and the scheduler, kwok in
 * the place of a kubelet, and CoreDNS. Several can run side by side, each in its own folder on its own ports.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ApiServer, apiServer } from './api-server.ts';
import { findOrBuildBinaries } from './binaries.ts';
import { corefileText, kubeconfigText, type Resolver, tokensText } from './configuration.ts';
import { defineCustomResources } from './custom-resources.ts';
import { ControlPlaneFailure } from './failure.ts';
import { claimFolder, type PlaneFiles } from './folder.ts';
import { startGuard } from './guard.ts';
import { Launch } from './launch.ts';
import { choosePorts, type Ports } from './ports.ts';
import { apiServerIsReady, dnsAnswers, dohAnswers, nodeIsReady } from './readiness.ts';
import { removeControlPlane } from './removal.ts';
import { isWhole, readState } from './state.ts';

/** How to start a control plane. */
export interface StartOptions {
  /** Its folder: new, empty, or left behind by a control plane, which is then removed first. */
  readonly directory: string;
  /** Gets lines of progress. */
  readonly log: (line: string) => void;
  /**
   * `owned` (the default): the control plane is removed when the process that started it ends, however it ends.
   * `detached`: it runs on until it is removed.
   */
  readonly lifetime?: 'owned' | 'detached';
  /** CoreDNS with other options, each beside the usual one. */
  readonly resolvers?: readonly Resolver[];
  /** YAML texts of CustomResourceDefinitions, which are there before CoreDNS starts. */
  readonly customResources?: readonly string[];
  /** `api`: etcd and the API server alone. Then nothing becomes of objects, and nothing answers under the DNS addresses. */
  readonly extent?: 'whole' | 'api';
}

/** A running control plane. */
export interface ControlPlane {
  readonly directory: string;
  readonly kubeconfigPath: string;
  /** `https://127.0.0.1:PORT` */
  readonly apiServerUrl: string;
  /** CoreDNS over UDP and TCP: `127.0.0.1:PORT` */
  readonly dnsAddress: string;
  /** CoreDNS over HTTPS: `https://127.0.0.1:PORT/dns-query` */
  readonly dohUrl: string;
  /** Each further resolver, over plain HTTP: `http://127.0.0.1:PORT/dns-query` */
  readonly resolverUrls: readonly string[];
  /** PEM file that verifies the API server and `dohUrl`. */
  readonly authorityPath: string;
  /** The API as the administrator. */
  readonly api: ApiServer;
  /** Ends every process and removes the folder. */
  stop(): Promise<void>;
}

/** The name of the one node. */
export const nodeName = 'node-0';
const adminTokenBytes = 24;

/**
 * Builds what is missing, starts every process and waits until the node is ready and CoreDNS answers. Fails with a
 * ControlPlaneFailure; then nothing is left running, and the folder keeps the logs.
 */
export async function startControlPlane(options: StartOptions): Promise<ControlPlane> {
  const directory = resolve(options.directory);
  const binaries = await findOrBuildBinaries(process.env, options.log);
  await removeLeftovers(directory);
  const files = await claimFolder(directory);
  const ports = await choosePorts(options.resolvers?.length ?? 0);
  options.log(`starting the control plane in ${files.directory}`);
  const launch = new Launch(files, ports, binaries, randomBytes(adminTokenBytes).toString('base64url'));
  await launch.record();
  const guard = startGuard(files.directory);
  try {
    const api = await startPrograms(launch, files, ports, options);
    await launch.record({ ready: true });
    if (options.lifetime === 'detached') await guard.release();
    return {
      directory: files.directory,
      kubeconfigPath: files.kubeconfig,
      apiServerUrl: launch.state.apiServer,
      dnsAddress: launch.state.dns,
      dohUrl: launch.state.doh,
      resolverUrls: resolverUrls(ports),
      authorityPath: files.authority,
      api,
      async stop() {
        await removeControlPlane(files.directory);
        await guard.release();
      },
    };
  } catch (error) {
    await launch.abandon();
    await guard.release();
    throw error;
  }
}

async function removeLeftovers(directory: string): Promise<void> {
  const state = await readState(directory);
  if (state === undefined) return;
  if (await isWhole(state)) {
    throw new ControlPlaneFailure('already-running', `a control plane is running in ${directory}: stop it first`);
  }
  await removeControlPlane(directory);
}

async function startPrograms(
  launch: Launch,
  files: PlaneFiles,
  ports: Ports,
  { resolvers = [], customResources = [], extent = 'whole' }: StartOptions,
): Promise<ApiServer> {
  const { adminToken, apiServer: url, dns, doh } = launch.state;
  await writeFile(files.serviceAccountKey, newSigningKey(), { mode: 0o600 });
  await writeFile(files.tokens, tokensText(adminToken), { mode: 0o600 });
  await launch.run('etcd');
  await launch.run('kube-apiserver');
  const authority = await launch.reach('kube-apiserver', 'the API server to make its certificate', () => {
    return readAuthority(files.serverCertificate);
  });
  await writeFile(files.authority, authority);
  await writeFile(files.kubeconfig, kubeconfigText(url, authority, adminToken), { mode: 0o600 });
  await writeFile(files.corefile, corefileText(files, ports, resolvers));

  const api = apiServer({ url, authority, token: adminToken });
  await launch.reach('kube-apiserver', 'the API server to be ready', () => apiServerIsReady(api));
  await defineCustomResources(api, customResources);
  if (extent === 'api') return api;
  await launch.run('kwok');
  await launch.run('coredns');
  await launch.run('kube-controller-manager');
  await launch.run('kube-scheduler');
  await api({ method: 'POST', path: '/api/v1/nodes', body: fakeNode });
  await launch.reach('kwok', 'the node to be ready', () => nodeIsReady(api, nodeName));
  await launch.reach('coredns', 'CoreDNS to answer', () => dnsAnswers(dns));
  await launch.reach('coredns', 'CoreDNS to answer over HTTPS', () => dohAnswers(doh, authority));
  return api;
}

function resolverUrls({ resolvers }: Ports): string[] {
  return resolvers.map((port) => `http://127.0.0.1:${port}/dns-query`);
}

/** The node that kwok plays. Every pod is scheduled to it and gets an address from each of its ranges. */
const fakeNode = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: nodeName, annotations: { 'kwok.x-k8s.io/node': 'fake' } },
  spec: { podCIDR: '10.244.0.0/16', podCIDRs: ['10.244.0.0/16', 'fd00:10:244::/64'] },
};

function newSigningKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'sec1', format: 'pem' })
    .toString();
}

/** The API server writes its certificate, then the authority that signed it. Undefined until both are there. */
async function readAuthority(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g) ?? [];
  return certificates[1];
}
