/** Finds out how this machine resolves a name. Reads files and asks the stub; changes nothing. */

import { formatName, type Name } from '../../../zone/name.ts';
import { hostsAddresses } from '../../do53/hosts-file.ts';
import { askStub } from '../../wiring/ask-stub.ts';
import type { Host } from '../../wiring/host.ts';
import { formatListenAddress } from '../../wiring/listen-address.ts';
import { runningProcesses } from '../../wiring/process-list.ts';
import type { State } from '../../wiring/state.ts';
import { readStateFile } from '../../wiring/state-file.ts';
import { wiringStatus } from '../../wiring/status.ts';
import { WiringError } from '../../wiring/wiring-error.ts';
import type { Cache, Here, SystemAnswer, Wired } from './here.ts';
import { mdnsSourceBeforeDns } from './nsswitch.ts';

export interface Machine {
  readonly host: Host;
  /** The text of the hosts file. */
  hostsFile(): string;
  systemAnswer(name: string): Promise<SystemAnswer>;
  /** Whether the DNS servers know it that the system is set to. */
  dnsFinds(name: string): Promise<boolean>;
}

/** `zone` is the one that holds the name. */
export async function lookHere(machine: Machine, name: Name, zone: Name): Promise<Here> {
  const { host, hostsFile, systemAnswer } = machine;
  const text = formatName(name).slice(0, -1);
  const [answer, wired] = await Promise.all([systemAnswer(text), wiredFor(host, name, zone)]);
  const isLinux = host.platform === 'linux';
  return {
    platform: host.platform,
    answer,
    hostsFile: hostsAddresses(hostsFile(), text),
    wired,
    mdnsSource: isLinux ? mdnsSourceBeforeDns(host.read('/etc/nsswitch.conf')?.toString('utf8') ?? '') : undefined,
    dnsFinds: isLinux && answer.kind === 'none' && (await machine.dnsFinds(text)),
    caches: isLinux ? cachesOf(host) : [],
  };
}

async function wiredFor(host: Host, name: Name, zone: Name): Promise<Wired> {
  const state = readState(host);
  if (state === undefined) return { kind: 'nothing' };
  if (state instanceof WiringError) return { kind: 'unreadable', reason: state.message };
  const { listen, zones } = state;
  if (!zones.includes(formatName(zone).slice(0, -1))) return { kind: 'other-zones', zones };
  const lines = await wiringStatus(host, state, { zones: undefined, name: undefined });
  return {
    kind: 'wired',
    listen: formatListenAddress(listen),
    problems: lines.filter(({ isGood }) => !isGood).map((line) => line.text),
    // As the system's resolver asks it.
    rcode: await askStub(listen, name, 'A'),
  };
}

function readState(host: Host): State | WiringError | undefined {
  try {
    return readStateFile(host);
  } catch (error) {
    if (error instanceof WiringError) return error;
    throw error;
  }
}

/** By the first 15 characters of the program's name. */
const programs: Readonly<Record<string, Cache>> = {
  'systemd-resolve': 'systemd-resolved',
  nscd: 'nscd',
  dnsmasq: 'dnsmasq',
  unbound: 'unbound',
};

function cachesOf(host: Host): readonly Cache[] {
  const running = runningProcesses(host, Object.keys(programs)).flatMap(({ name }) => programs[name] ?? []);
  return [...new Set(running)];
}
