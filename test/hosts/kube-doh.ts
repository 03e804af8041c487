/** The `kube-doh` command on a host, as its user runs it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { clusterName } from './names.ts';
import { type Host, intoHost } from './room/host.ts';
import { type Program, type Ran, runWell } from './room/namespaces.ts';
import type { Scene } from './setup.ts';

const command = [process.execPath, fileURLToPath(new URL('../../client/start.mjs', import.meta.url))];

const environment = { HOME: '/root' };

/** Its standard output. Rejects, with what it said, unless it ends with 0. */
export function kubeDoh(host: Host, ...args: readonly string[]): Promise<string> {
  return host.run([...command, ...args], environment);
}

export function tryKubeDoh(host: Host, ...args: readonly string[]): Promise<Ran> {
  return host.tries([...command, ...args], environment);
}

/** Goes on until it is told to end. */
export function startKubeDoh(host: Host, ...args: readonly string[]): Program {
  return host.start([...command, ...args], environment);
}

/** Keeps a profile of the edge for the host's user. */
export async function login(host: Host, scene: Scene, token = scene.edge.token): Promise<void> {
  const [tokenFile, authorityFile] = ['/root/edge-token', '/usr/local/share/edge-authority.pem'];
  host.write(tokenFile, { text: token, mode: 0o600 });
  host.write(authorityFile, readFileSync(scene.edge.authorityFile, 'utf8'));
  await kubeDoh(host, 'login', scene.edge.url, '--token-file', tokenFile, '--authority', authorityFile);
}

/** The stub as the system or its user started it. */
export interface Stub {
  /** All that it wrote so far. */
  log(): Promise<string>;
  /** With SIGKILL. Whoever started it may start it anew. */
  kill(): Promise<void>;
}

/** One that no service watches. */
export interface RunStub extends Stub {
  signal(name: NodeJS.Signals): void;
}

/** Run by its user, as `install --no-service` says. */
export async function startStub(host: Host, listen: string, ...args: readonly string[]): Promise<RunStub> {
  const readyFile = '/tmp/stub-ready.json';
  host.remove(readyFile);
  const always = ['--listen', listen, '--ready-file', readyFile, '--log-questions'];
  const program = startKubeDoh(host, 'dns', ...always, ...args);
  await program.until(() => host.has(readyFile), 'it was ready');
  return {
    log: async () => program.output,
    kill: () => program.kill(),
    signal: (name) => program.signal(name),
  };
}

/** A token that opens nothing from a moment on. */
export async function tokenUntil({ edge, edgeProcessId }: Scene, moment: Date): Promise<string> {
  const expires = moment.toISOString().replace(/\.\d+Z$/, 'Z');
  const args = ['--name', 'short', '--cluster', clusterName, '--expires', expires, '--edge', edge.administration.url];
  const there = intoHost(edgeProcessId);
  const key = { KUBE_DOH_ADMIN_KEY: edge.administration.key };
  return (await runWell([...there, ...command, 'token', 'create', ...args], { ...environment, ...key })).trim();
}
