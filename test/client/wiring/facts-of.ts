/** Hosts as facts: one that is nothing special, and what differs. */

import type { HostFacts } from '../../../client/wiring/facts.ts';
import type { WiringSettings } from '../../../client/wiring/settings.ts';
import { parseName } from '../../../zone/name.ts';

/** A container: no services, one name server elsewhere. */
export function factsOf(differences: Partial<HostFacts> = {}): HostFacts {
  return {
    platform: 'linux',
    isAdministrator: true,
    caller: undefined,
    init: { kind: 'none' },
    resolved: undefined,
    resolvConf: { kind: 'file', text: 'nameserver 192.0.2.53\n' },
    networkManager: undefined,
    dnsmasq: undefined,
    unbound: undefined,
    listeners: [],
    launcher: ['/usr/bin/node', '/usr/lib/kube-doh/client/start.mjs'],
    launcherIsPublic: true,
    ...differences,
  };
}

export const systemd258 = factsOf({
  caller: 'ada',
  init: { kind: 'systemd', version: 258 },
  resolved: { version: 258, globalServers: [], asksOverTlsOnly: false },
  resolvConf: { kind: 'symlink', target: '../run/systemd/resolve/stub-resolv.conf', text: 'nameserver 127.0.0.53\n' },
});

export const macos = factsOf({
  platform: 'darwin',
  caller: 'ada',
  init: { kind: 'launchd' },
  resolvConf: { kind: 'file', text: 'nameserver 192.0.2.1\n' },
  launcher: ['/opt/homebrew/bin/node', '/opt/homebrew/lib/kube-doh/client/start.mjs'],
});

export const windows = factsOf({
  platform: 'win32',
  init: { kind: 'task-scheduler' },
  resolvConf: { kind: 'absent' },
  launcher: ['C:\\Program Files\\nodejs\\node.exe', 'C:\\Tools\\kube-doh\\client\\start.mjs'],
});

export function settingsOf(differences: Partial<WiringSettings> = {}): WiringSettings {
  return {
    method: 'auto',
    zones: ['cluster.local', 'c1.k8s.example.com'].map(parseName),
    listen: undefined,
    upstreams: [],
    stubOptions: [],
    service: { profilesFile: '/home/ada/.config/kube-doh/profiles.json' },
    ...differences,
  };
}
