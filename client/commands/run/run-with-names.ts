/** Puts together what a program needs to see names, runs it, and takes all of it away again. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatName } from '../../../zone/name.ts';
import type { Edges } from '../../export/edges.ts';
import { formatHosts } from '../../export/host-formats.ts';
import { readHostsFile, systemHostsFile } from '../../export/hosts-file.ts';
import { keepFresh } from '../../export/keep-fresh.ts';
import { childEnvironment, type Mechanisms } from '../../export/run/child-environment.ts';
import { hookModule } from '../../export/run/lookup-hook.ts';
import { LookupServer } from '../../export/run/lookup-server.ts';
import { findNssWrapper } from '../../export/run/nss-wrapper.ts';
import type { ServiceHosts } from '../../export/service-hosts.ts';
import { Child } from './child.ts';

export interface Run {
  readonly program: readonly [string, ...string[]];
  readonly edges: Edges;
  /** Undefined without Services. */
  readonly hosts: HostsOfRun | undefined;
  tell(line: string): void;
}

export interface HostsOfRun {
  readonly first: ServiceHosts;
  look(): Promise<ServiceHosts>;
  readonly forJvm: boolean;
}

/** The program's exit code. Rejects with an error of one line when it could not be started. */
export async function runWithNames({ program, edges, hosts, tell }: Run): Promise<number> {
  // First of all: a signal must not end this before the folder is gone.
  const child = new Child(program);
  const folder = mkdtempSync(join(temporaryFolder(), 'kube-doh-run-'));
  const server = new LookupServer(edges.ask);
  const ended = new AbortController();
  try {
    const path = socketPath(folder);
    await server.listen(path);
    const mechanisms = prepare(folder, path, edges, hosts);
    tell(mechanismsLine(edges, mechanisms, hosts));
    for (const problem of hosts?.first.problems ?? []) tell(problem);
    const refreshing = hosts && keepHostsFresh(hosts, hostsFile(folder), tell, ended.signal);
    const code = await child.run(childEnvironment(process.env, mechanisms));
    ended.abort();
    await refreshing;
    return code;
  } finally {
    child.forget();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The path of a socket has at most 104 octets on macOS, 108 on Linux (unix(4), unix(7)). */
function temporaryFolder(): string {
  const folder = tmpdir();
  return process.platform === 'win32' || folder.length <= 70 ? folder : '/tmp';
}

function socketPath(folder: string): string {
  return process.platform === 'win32' ? `\\\\.\\pipe\\kube-doh-${randomUUID()}` : join(folder, 'lookup');
}

function hostsFile(folder: string): string {
  return join(folder, 'hosts');
}

function prepare(folder: string, path: string, edges: Edges, hosts: HostsOfRun | undefined): Mechanisms {
  const hookFile = join(folder, 'lookup-hook.cjs');
  const zones = edges.zones.map((zone) => formatName(zone).slice(0, -1));
  writeFileSync(hookFile, hookModule({ path, zones }));
  if (hosts === undefined) return { hookFile, hosts: undefined };
  const file = hostsFile(folder);
  writeHosts(file, hosts.first);
  return { hookFile, hosts: { file, nssWrapper: findNssWrapper(process.platform), forJvm: hosts.forJvm } };
}

/** Whoever reads it sees it whole. It stands in the place of the system's, so it holds that too. */
function writeHosts(file: string, { lines }: ServiceHosts): void {
  const partial = `${file}.${randomUUID()}`;
  const text = formatHosts('hosts', lines) + readHostsFile(systemHostsFile(process.platform, process.env));
  writeFileSync(partial, text, 'latin1');
  renameSync(partial, file);
}

/** The program goes on whatever happens to its names. */
async function keepHostsFresh(
  { first, look }: HostsOfRun,
  file: string,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const refresh = async (): Promise<ServiceHosts> => {
    const hosts = await look();
    if (!signal.aborted) writeHosts(file, hosts);
    return hosts;
  };
  const wait = (milliseconds: number): Promise<void> => sleep(milliseconds, undefined, { signal }).catch(() => {});
  try {
    await keepFresh(first.ttlSeconds, { refresh, sleep: wait, tell, signal });
  } catch (error) {
    tell(`the names stay as they are: ${(error as Error).message}`);
  }
}

function mechanismsLine({ zones }: Edges, { hosts }: Mechanisms, run: HostsOfRun | undefined): string {
  const names = zones.map((zone) => formatName(zone).slice(0, -1)).join(', ');
  const node = `Node's dns.lookup for ${names}`;
  if (hosts === undefined || run === undefined) return `names are seen by ${node}; with --service, by glibc too`;
  const count = `${run.first.lines.length} lines of names`;
  const glibc =
    hosts.nssWrapper === undefined
      ? 'not by other programs: nss_wrapper is not installed (libnss-wrapper, nss_wrapper)'
      : `programs that use glibc (${hosts.nssWrapper}, ${count})`;
  const jvm = hosts.forJvm ? [`Java (${count}, and no others)`] : [];
  return `names are seen by ${[node, ...jvm, glibc].join('; ')}`;
}
