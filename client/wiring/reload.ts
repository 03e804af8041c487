/** How a program hears of changed files: by a command, or, where none is known to work, by its user. Pure. */
import type { HostFacts, LocalServer } from './facts.ts';
import { powershell } from './powershell.ts';
import type { Command, Reloadable } from './step.ts';

export type Reload =
  | { readonly kind: 'commands'; readonly commands: readonly Command[] }
  /** One line for the user. */
  | { readonly kind: 'by-hand'; readonly what: string }
  /** It does not run, and reads the files when it does. */
  | { readonly kind: 'none' };

export function reloadOf(service: Reloadable, facts: HostFacts): Reload {
  const isSystemd = facts.init.kind === 'systemd';
  switch (service) {
    case 'systemd':
      return isSystemd ? commands(['systemctl', 'daemon-reload']) : { kind: 'none' };
    case 'resolved':
      // Releases before 256 only learn of changes when they start.
      return isSystemd
        ? commands(['systemctl', 'try-reload-or-restart', 'systemd-resolved.service'])
        : byHand('restart systemd-resolved, which reads its configuration only then');
    case 'networkmanager':
      return commands(['nmcli', 'general', 'reload', 'dns-full']);
    case 'dnsmasq':
      return dnsmasqReload(facts);
    case 'unbound':
      return unboundReload(facts);
    case 'macos-resolver':
      return commands(['dscacheutil', '-flushcache'], ['killall', '-HUP', 'mDNSResponder']);
    case 'windows-resolver':
      return commands(powershell(['Clear-DnsClientCache']));
  }
}

/** A signal makes dnsmasq read its hosts again, but not its configuration (dnsmasq(8), "NOTES"). */
function dnsmasqReload({ init, dnsmasq }: HostFacts): Reload {
  if (!runs(dnsmasq)) return { kind: 'none' };
  if (init.kind === 'systemd') return commands(['systemctl', 'try-restart', 'dnsmasq.service']);
  if (init.kind === 'openrc') return commands(['rc-service', 'dnsmasq', 'restart']);
  return byHand('restart dnsmasq, which reads its configuration only then');
}

function unboundReload({ init, unbound }: HostFacts): Reload {
  if (!runs(unbound)) return { kind: 'none' };
  if (init.kind === 'systemd') return commands(['systemctl', 'try-reload-or-restart', 'unbound.service']);
  if (init.kind === 'openrc') return commands(['rc-service', 'unbound', 'reload']);
  // unbound(8): it reads its configuration again.
  if (unbound?.processId !== undefined) return commands(['kill', '-HUP', String(unbound.processId)]);
  return byHand('reload unbound: unbound-control reload');
}

function runs(server: LocalServer | undefined): boolean {
  return server?.isRunning === true;
}

function commands(...list: readonly Command[]): Reload {
  return { kind: 'commands', commands: list };
}

function byHand(what: string): Reload {
  return { kind: 'by-hand', what };
}
