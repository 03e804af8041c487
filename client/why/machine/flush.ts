/** How a system is made to forget what it has looked up. Pure. */
import type { Cache } from './here.ts';

const commands: Readonly<Record<Cache, string>> = {
  'systemd-resolved': 'sudo resolvectl flush-caches',
  nscd: 'sudo nscd --invalidate=hosts',
  dnsmasq: 'sudo pkill -HUP dnsmasq',
  unbound: 'sudo unbound-control reload',
};

/** Commands for a shell, for PowerShell on Windows; undefined where no cache is known. */
export function flushCommand(platform: NodeJS.Platform, caches: readonly Cache[]): string | undefined {
  if (platform === 'darwin') return 'sudo dscacheutil -flushcache; sudo killall -HUP mDNSResponder';
  if (platform === 'win32') return 'Clear-DnsClientCache';
  return caches.length === 0 ? undefined : caches.map((cache) => commands[cache]).join('; ');
}
