/** systemd-resolved: a `.dns-delegate` file where it reads them, otherwise a drop-in of resolved.conf(5). */
import type { HostFacts } from '../facts.ts';
import { dnsPort, formatListenAddress, type ListenAddress } from '../listen-address.ts';
import { mark } from '../mark.ts';
import type { Wiring } from '../plan.ts';
import type { Step } from '../step.ts';
import type { Stub } from '../stub-command.ts';

/** systemd.dns-delegate(5): a scope of its own, which nothing but the zones is asked of. */
export function resolvedDelegateSteps(zones: readonly string[], listen: ListenAddress): Wiring {
  const content = `# ${mark}\n[Delegate]\nDNS=${serverText(listen)}\nDomains=${routes(zones)}\nDefaultRoute=no\n`;
  return { steps: reloading('/etc/systemd/dns-delegate.d/kube-doh.dns-delegate', content), notes: checks };
}

/**
 * The stub becomes the global server. That one is asked, beside those of the links, for every name that no other route
 * claims, and of several global servers one is asked for everything. So it must be the only one: it forwards to those
 * that were global before, and where there were none its refusal loses to what the links answer.
 */
export function resolvedSteps(facts: HostFacts, zones: readonly string[], stub: Stub): Wiring {
  const replaced = facts.resolved?.globalServers ?? [];
  const reset =
    replaced.length > 0 ? '# The servers that were set elsewhere are asked by the stub instead.\nDNS=\n' : '';
  const content = `# ${mark}\n[Resolve]\n${reset}DNS=${serverText(stub.listen)}\nDomains=${routes(zones)}\n`;
  const notes =
    replaced.length === 0
      ? []
      : [`while the stub does not run, nobody asks ${replaced.join(', ')}: the stub does that now`];
  return { steps: reloading('/etc/systemd/resolved.conf.d/kube-doh.conf', content), notes: [...notes, ...checks] };
}

/** Those whose place the stub takes. */
export function resolvedUpstreams({ resolved }: HostFacts): readonly string[] {
  return resolved?.globalServers ?? [];
}

const checks = ['check with "resolvectl query NAME"'];

function reloading(path: string, content: string): Step[] {
  return [
    { kind: 'reload', service: 'resolved', when: 'undo' },
    { kind: 'file', path, content, mode: 0o644 },
    { kind: 'reload', service: 'resolved', when: 'do' },
  ];
}

function serverText(listen: ListenAddress): string {
  return listen.port === dnsPort ? listen.host : formatListenAddress(listen);
}

/** `~`: where to send names, not what to append to them. */
function routes(zones: readonly string[]): string {
  return zones.map((zone) => `~${zone}`).join(' ');
}
