/**
 * A host: namespaces of its own for network, files and processes, plugged into the room's switch. Its files are the
 * machine's until it writes them.
 */
import { lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Environment, innermostOf, inside, Program, type Ran, runToEnd, runWell } from './namespaces.ts';
import type { Room } from './room.ts';

/** A text that everybody may read, one with permission bits of its own, or a link. */
export type File = string | { readonly text: string; readonly mode: number } | { readonly to: string };

export interface HostOptions {
  readonly name: string;
  /** The addresses end in it: 192.0.2.N and 2001:db8::N. */
  readonly number: number;
  /** Of the IPv4 address; the router forwards to other networks. */
  readonly network?: '192.0.2' | '203.0.113';
  /** By path, in place of the machine's. */
  readonly files?: Readonly<Record<string, File>>;
  /** Runs systemd, which starts these. Without it the host starts nothing by itself, as in a container. */
  readonly units?: readonly string[];
}

const script = fileURLToPath(new URL('./host.sh', import.meta.url));

/** Waits for whoever is left behind by others. */
const reaper = ['bash', '-c', 'while :; do sleep 3600 & wait $!; done'];

export class Host {
  readonly name: string;
  readonly address: string;
  readonly #room: Room;
  readonly #first: Program;
  readonly #started: Program[] = [];

  private constructor(room: Room, { name, number, network = '192.0.2', units }: HostOptions) {
    this.name = name;
    this.address = `${network}.${number}`;
    this.#room = room;
    this.#first = new Program([
      ...inside(room.processId, 'mount', 'pid'),
      ...['unshare', '--mount', '--net', '--pid', '--uts', '--ipc', '--fork', '--kill-child=KILL', '--'],
      ...[script, join(room.directory, 'hosts', name), join(room.directory, 'layer'), room.sharedFolders.join(':')],
      ...(units === undefined ? reaper : ['systemd']),
    ]);
  }

  static async start(room: Room, options: HostOptions): Promise<Host> {
    const host = new Host(room, options);
    await host.#first.written('up');
    const { name, number, files = {}, units } = options;
    const names = `127.0.0.1 localhost\n::1 localhost\n127.0.1.1 ${name}\n`;
    const all = { '/etc/hosts': names, ...(units === undefined ? {} : systemdFiles(units)), ...files };
    for (const [path, file] of Object.entries(all)) host.write(path, file);
    await host.#plugIn(number);
    writeFileSync(host.outside('/run/go'), 'go\n');
    if (units !== undefined) await host.#booted();
    return host;
  }

  /** Of its first process. */
  get processId(): number {
    return innermostOf(this.#first.process.pid!);
  }

  /** The path on the machine at which a path of the host is found, for reading and writing. */
  outside(path: string): string {
    return join(`/proc/${this.processId}/root`, path);
  }

  read(path: string): string {
    return readFileSync(this.outside(path), 'utf8');
  }

  /** Also when it is a link that leads nowhere. */
  has(path: string): boolean {
    return lstatSync(this.outside(path), { throwIfNoEntry: false }) !== undefined;
  }

  /** As a shell does with `>`: the folder must be there. */
  overwrite(path: string, text: string): void {
    writeFileSync(this.outside(path), text);
  }

  /** In place of what is there, also of a link. */
  write(path: string, file: File): void {
    const outside = this.outside(path);
    mkdirSync(dirname(outside), { recursive: true });
    rmSync(outside, { force: true });
    if (typeof file === 'string') writeFileSync(outside, file);
    else if ('text' in file) writeFileSync(outside, file.text, { mode: file.mode });
    else symlinkSync(file.to, outside);
  }

  remove(path: string): void {
    rmSync(this.outside(path), { force: true, recursive: true });
  }

  /** Runs a program to its end. */
  tries(command: readonly string[], environment?: Environment): Promise<Ran> {
    return runToEnd([...this.#inside(), ...command], environment);
  }

  /** What it wrote to its standard output. Rejects, with what else it wrote, unless it ends with 0. */
  run(command: readonly string[], environment?: Environment): Promise<string> {
    return runWell([...this.#inside(), ...command], environment);
  }

  /** Starts a program that ends with the host. */
  start(command: readonly string[], environment: Environment = {}): Program {
    const program = new Program([...this.#inside(), ...command], environment);
    this.#started.push(program);
    return program;
  }

  /** The carrier goes: the host knows that it is cut off. */
  async pullCable(): Promise<void> {
    await this.#atSwitch('link', 'set', this.#port, 'down');
  }

  async plugCableIn(): Promise<void> {
    await this.#atSwitch('link', 'set', this.#port, 'up');
  }

  /**
   * What it sends to others that are isolated, and they to it, is dropped without a word; all else passes. The edge is
   * isolated from the beginning.
   */
  async isolate(isIsolated: boolean): Promise<void> {
    await this.#atSwitch('link', 'set', this.#port, 'type', 'bridge_slave', 'isolated', isIsolated ? 'on' : 'off');
  }

  async close(): Promise<void> {
    await Promise.all(this.#started.map((program) => program.kill()));
    await this.#first.kill();
  }

  async #booted(): Promise<void> {
    let state = '';
    while (!/^(running|degraded)$/.test(state)) {
      if (this.#first.isOver) throw new Error(`systemd ended on ${this.name}: ${this.#first.output}`);
      state = (await this.tries(['systemctl', 'is-system-running', '--wait'])).stdout.trim();
    }
    if (state === 'running') return;
    const failed = (await this.tries(['systemctl', '--failed', '--no-legend', '--plain'])).stdout;
    throw new Error(`${this.name} started without these: ${failed}`);
  }

  #inside(): string[] {
    return intoHost(this.processId);
  }

  get #port(): string {
    return `to-${this.address}`;
  }

  #atSwitch(...args: readonly string[]): Promise<string> {
    return runWell([...inside(this.#room.processId, 'net'), 'ip', ...args]);
  }

  async #plugIn(number: number): Promise<void> {
    const peer = ['peer', 'name', 'eth0', 'netns', String(this.processId)];
    await this.#atSwitch('link', 'add', this.#port, 'type', 'veth', ...peer);
    await this.#atSwitch('link', 'set', this.#port, 'master', 'switch', 'up');
    const router = this.address.replace(/\d+$/, '1');
    const batch = [
      `addr add ${this.address}/24 dev eth0`,
      `addr add 2001:db8::${number}/64 dev eth0 nodad`,
      'link set eth0 up',
      `route add default via ${router}`,
    ];
    await this.run(['sh', '-ec', batch.map((line) => `ip ${line}`).join('\n')]);
  }
}

/** The start of a command that runs on the host with this first process. */
export function intoHost(processId: number): string[] {
  return inside(processId, 'mount', 'net', 'pid', 'uts');
}

/** A machine that starts the units, and little else. */
function systemdFiles(units: readonly string[]): NonNullable<HostOptions['files']> {
  const target = `[Unit]\nRequires=basic.target\nAfter=basic.target\nWants=dbus.service ${units.join(' ')}\n`;
  // What they would set up or ask is the machine's, or not a matter of names.
  const masked = [
    ...['systemd-modules-load', 'systemd-sysctl', 'systemd-timesyncd', 'systemd-udevd'].map(
      (name) => `${name}.service`,
    ),
    ...['dev-hugepages', 'sys-fs-fuse-connections', 'sys-kernel-debug', 'sys-kernel-tracing'].map(
      (name) => `${name}.mount`,
    ),
    'timers.target',
  ];
  return {
    '/etc/fstab': '',
    '/etc/machine-id': '6b7562652d646f682d686f7374730000\n',
    '/etc/systemd/system/host.target': target,
    ...Object.fromEntries(masked.map((unit) => [`/etc/systemd/system/${unit}`, { to: '/dev/null' }])),
  };
}
