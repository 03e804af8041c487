/** The kinds of hosts that there are: what they resolve names with, from before anything is installed. */
import type { Kind } from './host-tests.ts';
import { oldResolver } from './names.ts';
import { buildMuslProgram, glibcResolvers, muslResolvers } from './programs/resolvers.ts';
import type { Scene } from './setup.ts';

export type KindOfHost = Omit<Kind, 'setUp' | 'undo'>;

/** Nothing starts services here, as in a container. */
export function glibc({ directory }: Scene, number: number): KindOfHost {
  return {
    host: {
      name: `glibc-${number}`,
      number,
      files: {
        '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files mdns4_minimal [NOTFOUND=return] dns\n',
        '/etc/resolv.conf': `# By hand.\nnameserver ${oldResolver}\noptions timeout:2\n`,
      },
    },
    resolvers: glibcResolvers(directory),
    stub: 'alone',
  };
}

/** musl asks all name servers at once, and takes the first answer. Nothing starts services here either. */
export function musl({ directory }: Scene, number: number): KindOfHost {
  return {
    host: { name: `musl-${number}`, number, files: { '/etc/resolv.conf': `nameserver ${oldResolver}\n` } },
    resolvers: muslResolvers(directory),
    stub: 'alone',
    prepare: buildMuslProgram,
  };
}

/** A dnsmasq that guards against rebinding: it takes private addresses out of answers, and those of documentation too. */
export function dnsmasq({ directory }: Scene, number: number): KindOfHost {
  const configuration = `no-resolv
server=${oldResolver}
stop-dns-rebind
rebind-domain-ok=/example.org/example.net/
`;
  return {
    host: {
      name: `dnsmasq-${number}`,
      number,
      files: { '/etc/resolv.conf': 'nameserver 127.0.0.1\n', '/etc/dnsmasq.d/upstream.conf': configuration },
      units: ['dnsmasq.service'],
    },
    resolvers: glibcResolvers(directory),
    stub: 'of its zones',
    unstable: ['/run/dnsmasq'],
  };
}

/** An unbound that takes private addresses out of answers. */
export function unbound({ directory }: Scene, number: number): KindOfHost {
  const configuration = `server:
  private-address: 10.0.0.0/8
forward-zone:
  name: "."
  forward-addr: ${oldResolver}
`;
  return {
    host: {
      name: `unbound-${number}`,
      number,
      files: {
        '/etc/resolv.conf': 'nameserver 127.0.0.1\n',
        // The old resolver's zones are not signed.
        '/etc/unbound/unbound.conf.d/root-auto-trust-anchor-file.conf': '',
        '/etc/unbound/unbound.conf.d/upstream.conf': configuration,
      },
      units: ['unbound.service'],
    },
    resolvers: glibcResolvers(directory),
    stub: 'of its zones',
    unstable: ['/run/unbound.pid'],
  };
}

/** systemd-resolved, with the old resolver on a link, as from DHCP. Its global servers are asked for every name too. */
export function resolved({ directory }: Scene, number: number): KindOfHost {
  return {
    host: {
      name: `resolved-${number}`,
      number,
      files: {
        '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files resolve [!UNAVAIL=return] dns\n',
        '/etc/resolv.conf': { to: '/run/systemd/resolve/stub-resolv.conf' },
      },
      units: ['systemd-resolved.service'],
    },
    resolvers: glibcResolvers(directory),
    stub: 'beside others',
    prepare: async (host) => {
      await host.run(['resolvectl', 'dns', 'eth0', oldResolver]);
      await host.run(['resolvectl', 'default-route', 'eth0', 'yes']);
    },
  };
}

/** NetworkManager with a dnsmasq of its own. */
export function networkManager({ directory }: Scene, number: number): KindOfHost {
  const connection = `[connection]
id=wired
type=ethernet
interface-name=eth0

[ipv4]
method=manual
address1=192.0.2.${number}/24,192.0.2.1
dns=${oldResolver};

[ipv6]
method=manual
address1=2001:db8::${number}/64
`;
  return {
    host: {
      name: `manager-${number}`,
      number,
      files: {
        '/etc/NetworkManager/NetworkManager.conf': '[main]\nplugins=keyfile\ndns=dnsmasq\nrc-manager=file\n',
        '/etc/NetworkManager/system-connections/wired.nmconnection': { text: connection, mode: 0o600 },
      },
      units: ['NetworkManager.service'],
    },
    resolvers: glibcResolvers(directory),
    stub: 'of its zones',
    // It starts its dnsmasq anew.
    unstable: ['/run/NetworkManager/dnsmasq.pid'],
    prepare: async (host) => void (await host.run(['nm-online', '--timeout=20'])),
  };
}
