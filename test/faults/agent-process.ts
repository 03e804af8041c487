/** `kube-doh agent` as a child process, as operators run it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { probed } from './law/readiness.ts';
import { cluster } from './watched-edge.ts';

export interface AgentProcessOptions {
  readonly kubeconfigPath: string;
  readonly edgeUrl: URL;
  readonly keyPath: string;
  /** Beside what every agent here is given. */
  readonly flags?: readonly string[];
  /** Modules that Node loads first. */
  readonly preloads?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface AgentProcess {
  /** Where /readyz and the like are answered. */
  readonly url: URL;
  readonly pid: number;
  /** What it has logged, one event each. */
  readonly lines: readonly string[];
  /** Undefined while it runs. */
  readonly exitCode: number | null | undefined;
  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGUSR2'): void;
  /** Ends it in good order, or waits until it has ended. */
  stop(): Promise<number | null>;
  /** The value of a metric: the sum of all series whose labels hold these. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
}

const main = fileURLToPath(new URL('../../client/start.mjs', import.meta.url));

export async function startAgent(options: AgentProcessOptions): Promise<AgentProcess> {
  const { kubeconfigPath, edgeUrl, keyPath, flags = [], preloads = [], environment = {} } = options;
  const url = new URL(`http://127.0.0.1:${await freePort()}`);
  const args = [
    ...preloads.flatMap((path) => ['--import', path]),
    main,
    'agent',
    ...['--kubeconfig', kubeconfigPath, '--edge', edgeUrl.href, '--key', keyPath, '--cluster', cluster],
    ...['--publish-interval', '1', '--listen', url.host, '--log-format', 'text'],
    ...flags,
  ];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines = linesOf(child);
  const ended = once(child, 'exit') as Promise<[number | null]>;
  return {
    url,
    pid: child.pid!,
    lines,
    get exitCode() {
      return child.exitCode === null && child.signalCode === null ? undefined : child.exitCode;
    },
    kill: (signal) => void child.kill(signal),
    stop: async () => {
      child.kill('SIGTERM');
      const [exitCode] = await ended;
      return exitCode;
    },
    metric: async (name, labels = {}) => sumOf((await probed(new URL('/metrics', url))).body, name, labels),
  };
}

function linesOf(child: ChildProcess): readonly string[] {
  const lines: string[] = [];
  let rest = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    const parts = `${rest}${text}`.split('\n');
    rest = parts.pop()!;
    lines.push(...parts);
  });
  return lines;
}

function sumOf(text: string, name: string, labels: Readonly<Record<string, string>>): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const values = text.split('\n').flatMap((line) => {
    const [, found, inBraces = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    return found === name && wanted.every((pair) => inBraces.split(',').includes(pair)) ? [Number(value)] : [];
  });
  return values.reduce((sum, value) => sum + value, 0);
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
