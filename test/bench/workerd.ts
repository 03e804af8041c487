/**
 * The bench's Worker in a bare workerd: one process, nothing in it but this Worker, so that its CPU time is the Worker's.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { bundleWorker } from '../../demo/edge/bundle.ts';

export interface Workerd {
  readonly processId: number;
  /** Rejects when the action fails, with what the Worker says. */
  request(action: string, body?: Uint8Array | string): Promise<void>;
  /** Of the Worker's isolate; undefined without `inspect`. */
  readonly inspectorUrl: string | undefined;
  stop(): Promise<void>;
}

const serviceName = 'bench';
const entry = fileURLToPath(new URL('./worker/bench-worker.ts', import.meta.url));

export async function startWorkerd({ inspect }: { readonly inspect: boolean }): Promise<Workerd> {
  const directory = mkdtempSync(join(tmpdir(), 'kube-doh-bench-'));
  writeFileSync(join(directory, 'worker.mjs'), await bundleWorker(entry));
  writeFileSync(join(directory, 'config.capnp'), configuration());
  // It writes the ports that it took to descriptor 3.
  const inspector = inspect ? ['--inspector-addr=127.0.0.1:0'] : [];
  const child = spawn(workerd().path, ['serve', 'config.capnp', '--control-fd=3', ...inspector], {
    cwd: directory,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const exited = once(child, 'exit');
  const kill = (): unknown => child.kill('SIGKILL');
  process.once('exit', kill);
  const ports = await readPorts(child.stdio[3] as Readable, inspect);
  // It has read them by now.
  rmSync(directory, { recursive: true, force: true });
  return {
    processId: child.pid!,
    request: (action, body) => request(`http://127.0.0.1:${ports.http}/${action}`, body),
    inspectorUrl: inspect ? `ws://127.0.0.1:${ports.inspector}/${serviceName}` : undefined,
    stop: async () => {
      process.off('exit', kill);
      kill();
      await exited;
    },
  };
}

/** The workerd that miniflare brings, which the demo and the tests run on. */
export function workerd(): { readonly path: string; readonly version: string } {
  const { default: path, version } = createRequire(createRequire(import.meta.url).resolve('miniflare'))('workerd');
  return { path, version };
}

function configuration(): string {
  const wrangler = readFileSync(new URL('../../wrangler.toml', import.meta.url), 'utf8');
  const compatibilityDate = /^compatibility_date = "(.+)"$/m.exec(wrangler)?.[1];
  return `
    using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [(name = "${serviceName}", worker = (
        modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
        compatibilityDate = "${compatibilityDate}",
      ))],
      sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "${serviceName}")],
    );`;
}

async function readPorts(control: Readable, inspect: boolean): Promise<{ http: number; inspector: number }> {
  const ports = { http: 0, inspector: 0 };
  for await (const line of createInterface(control)) {
    const { event, port } = JSON.parse(line) as { event: string; port: number };
    if (event === 'listen') ports.http = port;
    if (event === 'listen-inspector') ports.inspector = port;
    if (ports.http !== 0 && (ports.inspector !== 0 || !inspect)) return ports;
  }
  throw new Error('workerd ended before it listened');
}

async function request(url: string, body: Uint8Array | string | undefined): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> | string }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the Worker of the bench: ${text}`);
}
