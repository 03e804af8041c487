/**
 * A user's machine in a network namespace of the test's own. It has what the test gives it: addresses, a stub, a caching
 * resolver, files under /etc; the edge it reaches at the address that everybody else does. Nothing leaves it.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../control-plane/wait-until.ts';
import { type ClientMachine, clientMachine } from '../support/client-machine.ts';
import { command, type Ran, readJson, type Why, whyCommand } from './ask-why.ts';

/** Where the caching resolver listens, which remembers for long that a name was not there. */
const cachingResolver = '127.0.0.3';
/** Where the stub listens. */
const stub = { host: '127.0.0.2', port: 53 };

/** How the machine is set up while one question is asked. */
export interface Setting {
  /** Whom the system asks. */
  readonly resolver: 'nobody' | 'stub' | 'cache';
  /** Lines of /etc/hosts beside localhost. */
  readonly hosts?: readonly string[];
  /** Zones for which `kube-doh dns install` has left its note; without it none. */
  readonly wired?: readonly string[];
}

export class LonelyMachine {
  readonly #machine: ClientMachine;
  readonly #doh: string;
  readonly #files: string;
  #stub: ReturnType<ClientMachine['start']> | undefined;

  private constructor(machine: ClientMachine, doh: string) {
    this.#machine = machine;
    this.#doh = doh;
    this.#files = mkdtempSync(join(machine.directory, 'files-'));
  }

  /** `addresses` are those that it routes to: they are its own. */
  static async start(doh: string, directory: string, addresses: readonly string[]): Promise<LonelyMachine> {
    const pods = new Map([['routed', addresses.map((address) => ({ name: address, address }))]]);
    const { origin: url } = new URL(doh);
    const machine = new LonelyMachine(
      await clientMachine({ ready: { url }, directory }, { pods, services: new Map() }),
      doh,
    );
    await machine.startStub();
    await machine.#startCache();
    return machine;
  }

  /** In place of the one that runs, of which nothing is remembered. */
  async startStub(): Promise<void> {
    await this.stopStub();
    const args = ['dns', '--listen', `${stub.host}:${stub.port}`, '--doh', this.#doh];
    this.#stub = this.#machine.start(process.execPath, [command, ...args]);
    await this.#untilAnswered(stub.host, 'cluster.local', 'NOERROR');
  }

  async stopStub(): Promise<void> {
    const program = this.#stub;
    if (program === undefined || program.exitCode !== null) return;
    const ended = new Promise((resolve) => program.once('exit', resolve));
    program.kill();
    await ended;
  }

  /** Has the stub and the caching resolver find out that a name is not there. */
  async noteAbsence(name: string): Promise<void> {
    await this.#untilAnswered(cachingResolver, name, 'NXDOMAIN');
  }

  /** As a user does there. */
  async why(args: readonly string[], setting: Setting): Promise<Why> {
    const prepared = ['sh', '-ec', this.#preparation(setting), 'sh'];
    const ran = await this.#tries([...prepared, ...whyCommand(this.#doh, [...args, '--json'])]);
    return { ...readJson(ran), output: ran.stdout + ran.stderr };
  }

  async close(): Promise<void> {
    await this.#machine.close();
  }

  async #startCache(): Promise<void> {
    const options = ['--no-hosts', '--no-resolv', '--cache-size=100', '--neg-ttl=3600', '--keep-in-foreground'];
    const place = [`--listen-address=${cachingResolver}`, '--bind-interfaces', '--conf-file=/dev/null', '--pid-file='];
    this.#machine.start('dnsmasq', [...options, ...place, `--server=${stub.host}#${stub.port}`, '--user=root']);
    await this.#untilAnswered(cachingResolver, 'cluster.local', 'NOERROR');
  }

  async #untilAnswered(server: string, name: string, status: string): Promise<void> {
    const asked = ['dig', `@${server}`, '+tries=1', '+time=1', name, 'A'];
    const isAnswered = async (): Promise<boolean> => (await this.#tries(asked)).stdout.includes(`status: ${status}`);
    await waitUntil(`${server} to answer ${name} with ${status}`, isAnswered, { timeoutSeconds: 20 });
  }

  /** In the view of the file system that the program has for itself. */
  #preparation({ resolver, hosts = [], wired }: Setting): string {
    const nameServers = { nobody: '127.0.0.1', stub: stub.host, cache: cachingResolver };
    const lines = [
      `mount --bind ${this.#file('resolv.conf', `nameserver ${nameServers[resolver]}\n`)} /etc/resolv.conf`,
      `mount --bind ${this.#file('hosts', ['127.0.0.1 localhost', ...hosts, ''].join('\n'))} /etc/hosts`,
    ];
    if (wired !== undefined) {
      const note = { format: 1, method: 'dnsmasq', zones: wired, listen: stub, upstreams: [], done: [] };
      const file = this.#file('wiring.json', JSON.stringify(note));
      lines.push('mount -t tmpfs note /var/lib', `mkdir /var/lib/kube-doh && cp ${file} /var/lib/kube-doh/wiring.json`);
    }
    return [...lines, 'exec "$@"'].join('\n');
  }

  #file(name: string, text: string): string {
    const path = join(mkdtempSync(join(this.#files, 'file-')), name);
    writeFileSync(path, text);
    return path;
  }

  async #tries([command, ...args]: readonly string[]): Promise<Ran> {
    try {
      return { exitCode: 0, ...(await this.#machine.run(command!, args, { HOME: '/nonexistent' })) };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string };
      if (typeof code !== 'number') throw error;
      return { exitCode: code, stdout, stderr };
    }
  }
}
