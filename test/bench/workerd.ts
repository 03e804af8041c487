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
import { bundleWorker } from '../../edge/program/bundle.ts';

export interface Workerd {
  readonly processId: number;
  /** Of its HTTP socket. */
  readonly port: number;
  /** Of the same, without a path. */
  readonly url: string;
  /** Rejects when the action fails, with what the Worker says. */
  request(action: string, body?: Uint8Array | string): Promise<void>;
  /** Of the Worker's isolate; undefined without `inspect`. */
  readonly inspectorUrl: string | undefined;
  stop(): Promise<void>;
}

interface WorkerdOptions {
  readonly inspect: boolean;
  /** The Worker's main module; the bench's own unless told otherwise. */
  readonly entry?: URL;
  readonly bindings?: Bindings;
}

interface Bindings {
  /** Without quotation marks and line breaks. */
  readonly text: Readonly<Record<string, string>>;
  /** Of a KvServer on loopback, bound as STORE. */
  readonly kvPort?: number;
  /** Names of classes that the entry exports; each is bound by its name in capitals. */
  readonly objects?: readonly string[];
}

const serviceName = 'bench';
const ownEntry = new URL('./worker/bench-worker.ts', import.meta.url);

export async function startWorkerd({
  inspect,
  entry = ownEntry,
  bindings = { text: {} },
}: WorkerdOptions): Promise<Workerd> {
  const directory = mkdtempSync(join(tmpdir(), 'kube-doh-bench-'));
  writeFileSync(join(directory, 'worker.mjs'), await bundleWorker(fileURLToPath(entry)));
  writeFileSync(join(directory, 'config.capnp'), configuration(bindings));
  // It writes the ports that it took to descriptor 3.
  const inspector = inspect ? ['--inspector-addr=127.0.0.1:0'] : [];
  const child = spawn(workerd().path, ['serve', 'config.capnp', '--control-fd=3', ...inspector], {
    cwd: directory,
    // What it logs is not what is measured: nothing of it goes to where the table goes.
    stdio: ['ignore', 2, 2, 'pipe'],
  });
  const exited = once(child, 'exit');
  const kill = (): unknown => child.kill('SIGKILL');
  process.once('exit', kill);
  const ports = await readPorts(child.stdio[3] as Readable, inspect);
  // It has read them by now.
  rmSync(directory, { recursive: true, force: true });
  const url = `http://127.0.0.1:${ports.http}`;
  return {
    processId: child.pid!,
    port: ports.http,
    url,
    request: (action, body) => request(`${url}/${action}`, body),
    inspectorUrl: inspect ? `ws://127.0.0.1:${ports.inspector}/${serviceName}` : undefined,
    stop: async () => {
      process.off('exit', kill);
      kill();
      await exited;
    },
  };
}

/** The one that the demo and the tests run on too. */
export function workerd(): { readonly path: string; readonly version: string } {
  const { default: path, version } = createRequire(import.meta.url)('workerd');
  return { path, version };
}

function configuration({ text, kvPort, objects = [] }: Bindings): string {
  const wrangler = readFileSync(new URL('../../wrangler.toml', import.meta.url), 'utf8');
  const compatibilityDate = /^compatibility_date = "(.+)"$/m.exec(wrangler)?.[1];
  const bindings = [
    ...Object.entries(text).map(([name, value]) => `(name = "${name}", text = "${value}")`),
    ...(kvPort === undefined ? [] : ['(name = "STORE", kvNamespace = "kv")']),
    ...objects.map((name) => `(name = "${name.toUpperCase()}", durableObjectNamespace = "${name}")`),
  ];
  const classes = objects.map((name) => `(className = "${name}", uniqueKey = "${name}", enableSql = true)`);
  const kv = `, (name = "kv", external = (address = "127.0.0.1:${kvPort}", http = ()))`;
  return `
    using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [(name = "${serviceName}", worker = (
        modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
        compatibilityDate = "${compatibilityDate}",
        bindings = [${bindings.join(', ')}],
        durableObjectNamespaces = [${classes.join(', ')}],
        durableObjectStorage = (inMemory = void),
      ))${kvPort === undefined ? '' : kv}],
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
