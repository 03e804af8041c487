/** The ways a system is told to ask the stub for some zones, and which of them fits a host. */
import type { HostFacts } from './facts.ts';
import { nameserversOf } from './methods/resolv-conf-text.ts';

export const methods = [
  'macos',
  'windows',
  'resolved-delegate',
  'resolved',
  'networkmanager',
  'dnsmasq',
  'unbound',
  'resolv-conf',
] as const;

export type Method = (typeof methods)[number];

export type MethodChoice =
  | { readonly kind: 'method'; readonly method: Method }
  | { readonly kind: 'unsupported'; readonly reason: string };

/** The first release with `.dns-delegate` files (systemd.dns-delegate(5)). */
const delegateSystemdVersion = 258;
/** The first release whose `DNS=` takes a port (resolved.conf(5)). */
const portSystemdVersion = 246;

/** The method that was asked for when it can work here; with 'auto' the one that suits what the host resolves with. */
export function chooseMethod(facts: HostFacts, wanted: Method | 'auto'): MethodChoice {
  const method = wanted === 'auto' ? suitedMethod(facts) : wanted;
  const reason = obstacleOf(method, facts);
  return reason === undefined ? { kind: 'method', method } : { kind: 'unsupported', reason };
}

function suitedMethod(facts: HostFacts): Method {
  if (facts.platform === 'darwin') return 'macos';
  if (facts.platform === 'win32') return 'windows';
  if (facts.resolved !== undefined && asksResolved(facts)) {
    return facts.resolved.version >= delegateSystemdVersion ? 'resolved-delegate' : 'resolved';
  }
  if (!asksThisMachine(facts)) return 'resolv-conf';
  if (facts.networkManager?.usesDnsmasq === true) return 'networkmanager';
  if (facts.dnsmasq?.isRunning === true && facts.dnsmasq.readsFolder) return 'dnsmasq';
  if (facts.unbound?.isRunning === true && facts.unbound.readsFolder) return 'unbound';
  return 'resolv-conf';
}

/** Why it cannot work, with what to do instead. */
function obstacleOf(method: Method, facts: HostFacts): string | undefined {
  const { platform, resolved } = facts;
  switch (method) {
    case 'macos':
      return platform === 'darwin' ? undefined : elsewhere(method, 'macOS');
    case 'windows':
      return platform === 'win32' ? undefined : elsewhere(method, 'Windows');
    case 'resolved-delegate':
    case 'resolved':
      if (platform !== 'linux') return elsewhere(method, 'Linux');
      if (resolved === undefined) return 'systemd-resolved does not run here: leave out --method, or start it';
      if (method === 'resolved-delegate' && resolved.version < delegateSystemdVersion) {
        return `systemd ${resolved.version} reads no .dns-delegate files, which came with ${delegateSystemdVersion}: use --method resolved`;
      }
      if (resolved.version < portSystemdVersion) {
        return `systemd-resolved ${resolved.version} takes no server with a port: use --method resolv-conf`;
      }
      if (resolved.asksOverTlsOnly) {
        return 'systemd-resolved asks all servers over TLS, which the stub does not speak: set DNSOverTLS=opportunistic in /etc/systemd/resolved.conf, or take another way with --method';
      }
      return undefined;
    case 'networkmanager':
      if (platform !== 'linux') return elsewhere(method, 'Linux');
      return facts.networkManager?.usesDnsmasq === true
        ? undefined
        : 'NetworkManager does not run dnsmasq here: put dns=dnsmasq under [main] in its configuration, or leave out --method';
    case 'dnsmasq':
      if (isForeign(platform)) return elsewhere(method, 'Linux');
      return facts.dnsmasq?.readsFolder === true
        ? undefined
        : 'dnsmasq reads no /etc/dnsmasq.d here: add the line conf-dir=/etc/dnsmasq.d/,*.conf to /etc/dnsmasq.conf, or leave out --method';
    case 'unbound':
      if (isForeign(platform)) return elsewhere(method, 'Linux');
      return facts.unbound?.readsFolder === true
        ? undefined
        : 'unbound reads no /etc/unbound/unbound.conf.d here: add the line include-toplevel: "/etc/unbound/unbound.conf.d/*.conf" to /etc/unbound/unbound.conf, or leave out --method';
    case 'resolv-conf':
      return isForeign(platform) ? elsewhere(method, 'Linux') : undefined;
  }
}

function elsewhere(method: Method, system: string): string {
  return `--method ${method} is for ${system}: leave it out, and what suits this machine is taken`;
}

function isForeign(platform: NodeJS.Platform): boolean {
  return platform === 'darwin' || platform === 'win32';
}

/** Whether /etc/resolv.conf leads to systemd-resolved: by its own files, or by the address of its stub. */
function asksResolved({ resolvConf }: HostFacts): boolean {
  if (resolvConf.kind === 'absent') return false;
  if (resolvConf.kind === 'symlink' && resolvConf.target.includes('systemd/resolve/')) return true;
  return nameserversOf(resolvConf.text)[0] === '127.0.0.53';
}

/** A server that was put on this machine, but that nobody here asks, gains nothing from a configuration. */
function asksThisMachine({ resolvConf }: HostFacts): boolean {
  const nameservers = resolvConf.kind === 'absent' ? [] : nameserversOf(resolvConf.text);
  // Without any, libc asks 127.0.0.1 (resolv.conf(5)).
  return nameservers.length === 0 || nameservers.some((address) => address.startsWith('127.') || address === '::1');
}
