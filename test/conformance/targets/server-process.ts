/** Another DNS server as a child process, with a folder, a certificate and a port of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServerCertificate } from '../../../demo/edge/certificate.ts';
import type { OtherServer } from '../case.ts';
import { messageOf } from '../checks/dns.ts';
import { get } from '../http/request.ts';
import { query } from '../message/query.ts';
import { ownZone, zoneFiles } from '../zone.ts';
import { Endpoint } from './endpoint.ts';
import type { Target } from './target.ts';

export interface ServerProgram {
  readonly name: OtherServer;
  readonly description: string;
  readonly executable: string;
  /** Where its folder is made. */
  readonly parentDirectory: string;
  /** Writes its configuration with `write` and returns its command line. */
  configure(site: Site, write: (file: string, text: string) => string): readonly string[];
}

/** Paths, and the port to listen on, on 127.0.0.1. */
export interface Site {
  readonly directory: string;
  readonly port: number;
  readonly certificate: string;
  readonly privateKey: string;
  readonly zones: readonly { readonly origin: string; readonly file: string }[];
}

const patienceMilliseconds = 15_000;

/** Throws with what the server printed when it does not come to answer. */
export async function startServer(program: ServerProgram): Promise<Target> {
  try {
    return await start(program);
  } catch (error) {
    // The port was free a moment ago, and somebody else may have taken it since.
    if (!/address (already )?in use/i.test(String(error))) throw error;
    return start(program);
  }
}

async function start(program: ServerProgram): Promise<Target> {
  const { authorityPem, certificatePem, privateKeyPem } = await createServerCertificate(['127.0.0.1'], Date.now());
  const directory = mkdtempSync(join(program.parentDirectory, `kube-doh-${program.name}-`));
  const write = (file: string, text: string): string => {
    const path = join(directory, file);
    // Names are octets, and zone files spell the odd ones with digits.
    writeFileSync(path, text, 'latin1');
    return path;
  };
  const port = await freePort();
  const zones = zoneFiles().map(({ origin, text }) => ({ origin, file: write(`${origin}.zone`, text) }));
  const certificate = write('server.pem', certificatePem);
  const privateKey = write('server.key', privateKeyPem);
  const commandLine = program.configure({ directory, port, certificate, privateKey, zones }, write);

  const child = spawn(program.executable, commandLine, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-4000);
    });
  }
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      printed += error.message;
      resolve();
    });
    child.once('exit', () => resolve());
  });
  const kill = (): unknown => child.kill('SIGKILL');
  process.once('exit', kill);
  const endpoint = new Endpoint({ port, authorityPem }, { port, authorityPem });
  const stop = async (): Promise<void> => {
    endpoint.close();
    kill();
    await ended;
    process.off('exit', kill);
    rmSync(directory, { recursive: true, force: true });
  };
  if (!(await answersInTime(endpoint, ended))) {
    await stop();
    throw new Error(`${program.description} does not answer:\n${printed.trim()}`);
  }
  return { name: program.name, description: program.description, send: (request) => endpoint.ask(request), stop };
}

async function answersInTime(endpoint: Endpoint, ended: Promise<void>): Promise<boolean> {
  const gone = ended.then(() => 'gone' as const);
  const deadline = performance.now() + patienceMilliseconds;
  while (performance.now() < deadline) {
    // Before its zones are loaded it may answer already, with SERVFAIL.
    const soa = messageOf(await endpoint.ask(get(query(ownZone, 'SOA'))));
    if (soa?.answer.length === 1) return true;
    if ((await Promise.race([gone, sleep(50)])) === 'gone') return false;
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
