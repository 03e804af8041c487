/** Hosts, each wired in a way of its own. */
import type { HostFacts } from '../../../client/wiring/facts.ts';
import type { WiringSettings } from '../../../client/wiring/settings.ts';
import { factsOf, macos, systemd258, windows } from './facts-of.ts';
import type { Files } from './temporary-host.ts';

const resolvConfText = '# by hand\r\nsearch example.com\nnameserver 192.0.2.1\n\nnameserver 2001:db8::1';

export interface Scene {
  readonly facts: HostFacts;
  readonly files: Files;
  readonly settings?: Partial<WiringSettings>;
}

export const scenes: Readonly<Record<string, Scene>> = {
  macos: { facts: macos, files: { '/Library/LaunchDaemons/other.plist': 'x', '/etc/hosts': 'y', '/var/db/z': '' } },
  'resolved-delegate': { facts: systemd258, files: { '/etc/systemd/system/other.service': 'x' } },
  resolved: {
    facts: systemd258,
    files: {
      '/etc/systemd/resolved.conf.d/other.conf': 'x',
      '/var/lib/kube-doh/resolv.conf.before': 'kept from earlier',
    },
    settings: { method: 'resolved' },
  },
  dnsmasq: {
    facts: factsOf({ dnsmasq: { isRunning: true, readsFolder: true, processId: 7 } }),
    files: { '/etc/dnsmasq.d/README': 'x' },
    settings: { method: 'dnsmasq' },
  },
  'resolv-conf, a file': {
    facts: factsOf({ init: { kind: 'systemd', version: 252 }, resolvConf: { kind: 'file', text: resolvConfText } }),
    files: { '/etc/resolv.conf': resolvConfText },
  },
  'resolv-conf, a link': {
    facts: factsOf({ resolvConf: { kind: 'symlink', target: '../run/resolv.conf', text: 'nameserver 192.0.2.1\n' } }),
    files: { '/etc/resolv.conf': '-> ../run/resolv.conf', '/run/resolv.conf': 'nameserver 192.0.2.1\n' },
    settings: { method: 'resolv-conf' },
  },
  'resolv-conf, absent': {
    facts: factsOf({ resolvConf: { kind: 'absent' } }),
    files: { '/etc/hosts': 'x', '/var/lib/kube-doh/resolv.conf.before': 'kept from earlier' },
    settings: { method: 'resolv-conf', upstreams: ['192.0.2.9'] },
  },
  windows: { facts: windows, files: { '/ProgramData/other': 'x' } },
};
