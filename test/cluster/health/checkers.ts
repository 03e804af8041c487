/**
 * A machine outside the cluster that checks the pods of redis: Prometheus and blackbox_exporter as `kube-doh config` sets
 * them up, in a network namespace that has the pods' addresses, where a server of its own stands for each pod.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../client/commands/edge-of-demo.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import { type ClientMachine, clientMachine } from '../support/client-machine.ts';
import { cluster, type HealthEdge, zone } from './health-edge.ts';
import { Prometheus } from './prometheus.ts';

const podServer = fileURLToPath(new URL('./pod-server.mjs', import.meta.url));
const podPort = 6379;

export const watched = ['--namespace', 'cache', '--service', 'redis-headless', '--port', 'redis', '--min-ready', '3'];

export class Checkers {
  readonly machine: ClientMachine;
  readonly #edge: HealthEdge;
  /** By address. */
  readonly #servers = new Map<string, ChildProcess>();

  private constructor(machine: ClientMachine, edge: HealthEdge) {
    this.machine = machine;
    this.#edge = edge;
  }

  static async start(edge: HealthEdge, directory: string): Promise<Checkers> {
    const machine = await clientMachine({ ready: edge, directory }, { pods: new Map(), services: new Map() });
    return new Checkers(machine, edge);
  }

  /** A server at the address of a pod, where none runs. */
  async serve(address: string): Promise<void> {
    const known = this.#servers.get(address);
    if (known?.exitCode === null && known.signalCode === null) return;
    if (known === undefined) await this.machine.run('ip', ['addr', 'replace', `${address}/32`, 'dev', 'lo']);
    const server = this.machine.start(process.execPath, [podServer, address, String(podPort)]);
    this.#servers.set(address, server);
    await once(server.stdout!, 'data');
  }

  async kill(address: string): Promise<void> {
    const server = this.#servers.get(address)!;
    const over = once(server, 'exit');
    server.kill('SIGKILL');
    await over;
  }

  /** As `host:port`. */
  instance(address: string): string {
    return `${address}:${podPort}`;
  }

  /** What `kube-doh config` prints, with the paths of files that are here. */
  async config(target: string, args: readonly string[] = []): Promise<string> {
    const { code, stdout, stderr } = await this.kubeDoh('config', '--for', target, ...args);
    if (code !== 0) throw new Error(`kube-doh config --for ${target}: ${stderr}`);
    return stdout
      .replaceAll('/etc/kube-doh/health.token', this.#tokenFile)
      .replaceAll('/etc/prometheus/kube-doh.rules.yml', join(this.machine.directory, 'rules.yml'));
  }

  /** As whoever has the token for everything. */
  kubeDoh(...args: readonly string[]) {
    const { url, authorityFile, tokens } = this.#edge;
    const where = ['--doh', `${url}/c/${cluster}/dns-query`, '--zone', zone, '--authority', authorityFile];
    return runCommand([...args, ...where], { KUBE_DOH_TOKEN: tokens.whole });
  }

  /** From now on; whoever asks reads it anew. */
  useToken(token: string): void {
    writeFileSync(this.#tokenFile, `${token}\n`, { mode: 0o600 });
  }

  async startBlackbox(): Promise<void> {
    const file = join(this.machine.directory, 'blackbox.yml');
    writeFileSync(file, await this.config('blackbox'));
    const flags = [`--config.file=${file}`, '--web.listen-address=127.0.0.1:9115'];
    const program = this.machine.start('prometheus-blackbox-exporter', flags);
    let output = '';
    program.stdout!.resume();
    program.stderr!.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const isReady = (): boolean => {
      if (program.exitCode !== null) throw new Error(`blackbox_exporter ended: ${output}`);
      return /Listening on/.test(output);
    };
    await waitUntil('blackbox_exporter to listen', isReady, { timeoutSeconds: 30 });
  }

  /** Its alerts do not wait for whether it passes. */
  async startPrometheus(port: number, args: readonly string[]): Promise<Prometheus> {
    const rules = await this.config('prometheus-rules');
    writeFileSync(join(this.machine.directory, 'rules.yml'), rules.replaceAll(/for: \d+m$/gm, 'for: 0s'));
    return await Prometheus.start(this.machine, { port, configuration: await this.config('prometheus', args) });
  }

  async close(): Promise<void> {
    await this.machine.close();
  }

  get #tokenFile(): string {
    return join(this.machine.directory, 'health.token');
  }
}
