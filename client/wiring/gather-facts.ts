/** Finds out what a host is and what it resolves names with. Reads files and asks programs; changes nothing. */
import { posix } from 'node:path';
import type { HostFacts, LocalServer, ResolvConf } from './facts.ts';
import type { Host } from './host.ts';
import { formatListenAddress, type ListenAddress } from './listen-address.ts';
import { usesDnsmasq } from './network-manager.ts';
import { powershell } from './powershell.ts';
import { type RunningProcess, runningProcesses } from './process-list.ts';
import { sha256 } from './sha256.ts';
import type { State } from './state.ts';
import type { Done } from './step.ts';
import { udpListeners } from './udp-ports.ts';

/** What this process knows of itself. */
export interface Self {
  /** Undefined on Windows. */
  readonly userId: number | undefined;
  /** Who called `sudo`. */
  readonly caller: string | undefined;
  readonly launcher: readonly [string, ...string[]];
  /** What a service reads as itself: Node, the script, authorities. Absolute; of links what they lead to, too. */
  readonly files: readonly string[];
}

/** As if an earlier install were undone. */
export function gatherFacts(host: Host, self: Self, earlier: State | undefined): HostFacts {
  const processes = runningProcesses(host, ['systemd-resolve', 'NetworkManager', 'dnsmasq', 'unbound']);
  const named = (name: string) => processes.filter((each) => each.name === name);
  return {
    platform: host.platform,
    isAdministrator: self.userId === undefined ? isElevated(host) : self.userId === 0,
    caller: self.caller,
    init: initOf(host),
    resolved: named('systemd-resolve').length > 0 ? resolvedOf(host, earlier) : undefined,
    resolvConf: resolvConfOf(host, earlier),
    networkManager: named('NetworkManager').length > 0 ? { usesDnsmasq: usesDnsmasq(host) } : undefined,
    dnsmasq: dnsmasqOf(host, named('dnsmasq')),
    unbound: unboundOf(host, named('unbound')),
    listeners: listenersOf(host, earlier),
    launcher: self.launcher,
    launcherIsPublic: self.files.every((path) => isPublic(host, path)),
  };
}

function isElevated(host: Host): boolean {
  const role = '[Security.Principal.WindowsBuiltInRole]::Administrator';
  const identity = '[Security.Principal.WindowsIdentity]::GetCurrent()';
  return (
    host.run(powershell([`([Security.Principal.WindowsPrincipal]${identity}).IsInRole(${role})`])).stdout.trim() ===
    'True'
  );
}

function initOf(host: Host): HostFacts['init'] {
  if (host.platform === 'darwin') return { kind: 'launchd' };
  if (host.platform === 'win32') return { kind: 'task-scheduler' };
  // As sd_booted(3) finds out.
  if (host.entry('/run/systemd/system').kind === 'folder') {
    return { kind: 'systemd', version: versionIn(host.run(['systemctl', '--version']).stdout) };
  }
  return { kind: host.entry('/run/openrc').kind === 'folder' ? 'openrc' : 'none' };
}

/** `systemd 252 (252.39-1~deb12u1)`; 0 when it says nothing of the kind. */
function versionIn(text: string): number {
  return Number(/^systemd (\d+)/m.exec(text)?.[1] ?? 0);
}

function resolvedOf(host: Host, earlier: State | undefined): HostFacts['resolved'] {
  const version = versionIn(host.run(['resolvectl', '--version']).stdout);
  const listed = /^Global:(.*)$/m.exec(host.run(['resolvectl', 'dns']).stdout)?.[1] ?? '';
  const servers = listed.split(/\s+/).filter((word) => word !== '');
  const own = earlier === undefined ? undefined : formatListenAddress(earlier.listen);
  // Behind `#` stands the name of its certificate.
  const globalServers = servers
    .map((server) => server.replace(/#.*$/, ''))
    .flatMap((server) => (server === own ? (earlier?.upstreams ?? []) : [server]));
  const asksOverTlsOnly = /^Global: *yes$/m.test(host.run(['resolvectl', 'dnsovertls']).stdout);
  return { version, globalServers, asksOverTlsOnly };
}

function resolvConfOf(host: Host, earlier: State | undefined): ResolvConf {
  const path = '/etc/resolv.conf';
  const entry = host.entry(path);
  if (entry.kind === 'absent') return { kind: 'absent' };
  const octets = host.read(path);
  const edited = earlier?.done.find((done) => done.kind === 'edit' && done.path === path);
  if (edited?.kind === 'edit' && octets !== undefined && sha256(octets) === edited.sha256) {
    const { before } = edited;
    return before.kind === 'file'
      ? { kind: 'file', text: host.read(before.keptAt)?.toString('utf8') ?? '' }
      : {
          kind: 'symlink',
          target: before.target,
          text: textOf(host, posix.resolve(posix.dirname(path), before.target)),
        };
  }
  const text = octets?.toString('utf8') ?? '';
  return entry.kind === 'symlink' ? { kind: 'symlink', target: entry.target, text } : { kind: 'file', text };
}

const dnsmasqFolder = '/etc/dnsmasq.d';

function dnsmasqOf(host: Host, processes: readonly RunningProcess[]): LocalServer | undefined {
  const configuration = textOf(host, '/etc/dnsmasq.conf');
  // Others run one for their own networks, with a configuration of its own: libvirt, NetworkManager.
  const isTheService = ({ args }: RunningProcess) =>
    args.some((word) => word.includes(dnsmasqFolder)) ||
    includesDnsmasqFolder(textOf(host, fileIn(args, '-C', '--conf-file') ?? '/etc/dnsmasq.conf'));
  const running = processes.find(isTheService);
  const isIncluded =
    includesDnsmasqFolder(configuration) ||
    /^CONFIG_DIR=\S*\/etc\/dnsmasq\.d/m.test(textOf(host, '/etc/default/dnsmasq'));
  if (running === undefined && configuration === '' && !isIncluded) return undefined;
  return { readsFolder: running !== undefined || isIncluded, isRunning: running !== undefined, processId: running?.id };
}

function includesDnsmasqFolder(text: string): boolean {
  return /^\s*conf-dir\s*=\s*\/etc\/dnsmasq\.d\b/m.test(text);
}

function unboundOf(host: Host, [running]: readonly RunningProcess[]): LocalServer | undefined {
  const configuration = textOf(host, fileIn(running?.args ?? [], '-c', undefined) ?? '/etc/unbound/unbound.conf');
  if (running === undefined && configuration === '') return undefined;
  const readsFolder = /^\s*include(-toplevel)?\s*:\s*"?\/etc\/unbound\/unbound\.conf\.d\//m.test(configuration);
  return { readsFolder, isRunning: running !== undefined, processId: running?.id };
}

/** What `-C FILE`, `-CFILE`, `--conf-file FILE` or `--conf-file=FILE` names. */
function fileIn(args: readonly string[], short: string, long: string | undefined): string | undefined {
  for (const [i, word] of args.entries()) {
    if (word === short || word === long) return args[i + 1];
    if (long !== undefined && word.startsWith(`${long}=`)) return word.slice(long.length + 1);
    if (word.startsWith(short) && !word.startsWith('--')) return word.slice(short.length);
  }
  return undefined;
}

/** Without the service that an earlier install has started. */
function listenersOf(host: Host, earlier: State | undefined): readonly ListenAddress[] {
  const own = earlier?.done.some(isService) === true ? earlier.listen : undefined;
  const all = udpListeners(textOf(host, '/proc/net/udp'), textOf(host, '/proc/net/udp6'));
  return all.filter((each) => each.host !== own?.host || each.port !== own.port);
}

function isService(done: Done): boolean {
  return done.kind === 'run' && done.starts !== 'nrpt-rules';
}

/** What a service with a user of its own does not see, whatever its mode. */
const closedFolders = ['/home/', '/root/', '/run/user/', '/tmp/', '/var/tmp/'];

function isPublic(host: Host, path: string): boolean {
  if (closedFolders.some((folder) => path.startsWith(folder))) return false;
  const parts = path.split('/');
  return parts.every((_, i) => {
    const entry = host.entry(parts.slice(0, i + 1).join('/') || '/');
    if (entry.kind === 'absent' || entry.kind === 'symlink') return true;
    return (entry.mode & (entry.kind === 'folder' ? 0o001 : 0o004)) !== 0;
  });
}

function textOf(host: Host, path: string): string {
  try {
    return host.read(path)?.toString('utf8') ?? '';
  } catch {
    return '';
  }
}
