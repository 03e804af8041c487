/** The hosts file of this system (hosts(5)). */
import { join } from 'node:path';
import { readTextFile } from '../../sync-agent/text-file.ts';
import { readHostAddress } from './server-address.ts';

const maxFileOctets = 4 * 1024 * 1024;

/** Its text; empty when it cannot be read. */
export function readHostsFile(): string {
  const path =
    process.platform === 'win32'
      ? join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32\\drivers\\etc\\hosts')
      : '/etc/hosts';
  const file = readTextFile(path, maxFileOctets);
  return file.kind === 'read' ? file.text : '';
}

/** The addresses of a name, with or without its final dot, in canonical text and in the order of the lines. Pure. */
export function hostsAddresses(text: string, hostname: string): readonly string[] {
  const wanted = plain(hostname);
  const addresses = new Set<string>();
  for (const line of text.split('\n')) {
    const [given, ...names] = line.replace(/#.*$/s, '').trim().split(/\s+/);
    if (!names.some((name) => plain(name) === wanted)) continue;
    const address = readHostAddress(given!);
    if (address !== undefined) addresses.add(address);
  }
  return [...addresses];
}

function plain(name: string): string {
  return name.replace(/\.$/, '').toLowerCase();
}
