/** A control plane of a test's own, to do to its programs what no other test would like. */
import { readFile, rm } from 'node:fs/promises';
import type { ReadApi } from '../../faults/law/fresh-image.ts';
import type { ApiServerAccess } from '../control-plane/api-server.ts';
import { type ClusterObjects, clusterObjects } from '../control-plane/apply.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { planeFiles } from '../control-plane/folder.ts';
import { endProcesses, type StartedProcess, startProcess } from '../control-plane/processes.ts';
import { apiServerIsReady } from '../control-plane/readiness.ts';
import { readState, writeState } from '../control-plane/state.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import type { SceneCluster } from './scene.ts';

type Program = 'etcd' | 'kube-apiserver';

const timeoutSeconds = 30;

export class OwnPlane implements SceneCluster {
  readonly plane: ControlPlane;
  readonly objects: ClusterObjects;
  readonly #commandLines: Record<Program, readonly string[]>;

  private constructor(plane: ControlPlane, commandLines: Record<Program, readonly string[]>) {
    this.plane = plane;
    this.objects = clusterObjects(plane.api);
    this.#commandLines = commandLines;
  }

  /** With the kinds of objects that these YAML texts define. */
  static async start(directory: string, customResources: readonly string[] = []): Promise<OwnPlane> {
    const log = (line: string): boolean => process.stdout.write(`${line}\n`);
    const plane = await startControlPlane({ directory, log, customResources });
    const { pids } = (await readState(directory))!;
    return new OwnPlane(plane, {
      etcd: await commandLineOf(pids.etcd!),
      'kube-apiserver': await commandLineOf(pids['kube-apiserver']!),
    });
  }

  get url(): string {
    return this.plane.apiServerUrl;
  }

  get kubeconfigPath(): string {
    return this.plane.kubeconfigPath;
  }

  async access(): Promise<ApiServerAccess> {
    const { adminToken } = (await readState(this.plane.directory))!;
    return { url: this.url, authority: await readFile(this.plane.authorityPath, 'utf8'), token: adminToken };
  }

  /** As the administrator. */
  get read(): ReadApi {
    return (path) => this.plane.api({ method: 'GET', path });
  }

  /** By SIGKILL. */
  async kill(program: Program): Promise<void> {
    const { directory } = this.plane;
    await endProcesses([await this.#pidOf(program)], directory);
  }

  /** SIGSTOP: it keeps its connections and says nothing; SIGCONT: it goes on. */
  async signal(program: Program, signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    process.kill(await this.#pidOf(program), signal);
  }

  /** With the command line that it had before. Resolves when the API server is ready, if it is that. */
  async run(program: Program): Promise<void> {
    let process = await this.#begin(program);
    if (program === 'etcd') return;
    const isReady = async (): Promise<boolean> => {
      // The port of one that was killed can be taken for a moment more.
      if (process.ended() !== undefined) process = await this.#begin(program);
      return apiServerIsReady(this.plane.api);
    };
    await waitUntil('the API server to be ready', isReady, { timeoutSeconds, intervalMilliseconds: 100 });
  }

  async #begin(program: Program): Promise<StartedProcess> {
    const { directory } = this.plane;
    const [executable, ...args] = this.#commandLines[program];
    const started = await startProcess(planeFiles(directory), program, executable!, args);
    const state = (await readState(directory))!;
    // So that it ends with the others.
    await writeState(directory, { ...state, pids: { ...state.pids, [program]: started.pid! } });
    return started;
  }

  /** With further flags from now on. */
  async restartApiServer(flags: readonly string[] = []): Promise<void> {
    this.#commandLines['kube-apiserver'] = [...this.#commandLines['kube-apiserver'], ...flags];
    await this.kill('kube-apiserver');
    await this.run('kube-apiserver');
  }

  /** The store begins anew, as after a restore that went wrong. The programs are started again. */
  async loseEverything(): Promise<void> {
    await this.kill('kube-apiserver');
    await this.kill('etcd');
    await rm(planeFiles(this.plane.directory).etcdData, { recursive: true });
    await this.run('etcd');
    await this.run('kube-apiserver');
  }

  /** Of the past nothing is left: etcd refuses every older revision. */
  async compact(): Promise<void> {
    const revision = await this.#etcd('kv/range', { key: Buffer.from('/').toString('base64') }).then(
      ({ header }) => (header as { readonly revision: string }).revision,
    );
    await this.#etcd('kv/compaction', { revision, physical: true });
  }

  stop(): Promise<void> {
    return this.plane.stop();
  }

  /** etcd's API as JSON (its gRPC gateway). */
  async #etcd(method: string, body: object): Promise<Readonly<Record<string, unknown>>> {
    const flag = '--listen-client-urls=';
    const url = this.#commandLines.etcd.find((argument) => argument.startsWith(flag))!.slice(flag.length);
    const response = await fetch(`${url}/v3/${method}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`etcd ${method}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Readonly<Record<string, unknown>>;
  }

  async #pidOf(program: Program): Promise<number> {
    return (await readState(this.plane.directory))!.pids[program]!;
  }
}

async function commandLineOf(pid: number): Promise<readonly string[]> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
}
