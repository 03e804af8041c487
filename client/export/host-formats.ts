/** Names with their addresses as other programs take them. Pure. */
import type { HostLine } from './host-lines.ts';

/** By the name of the format: the lines of text that say the same. */
export const hostFormats = {
  hosts: (lines: readonly HostLine[]) => lines.map(({ address, names }) => [address, ...names].join(' ')),
  docker: (lines: readonly HostLine[]) => pairsOf(lines).map((pair) => `--add-host=${pair}`),
  compose: (lines: readonly HostLine[]) =>
    lines.length === 0 ? ['extra_hosts: []'] : ['extra_hosts:', ...pairsOf(lines).map((pair) => `  - "${pair}"`)],
  json: (lines: readonly HostLine[]) => JSON.stringify(lines, undefined, 2).split('\n'),
} as const satisfies Record<string, (lines: readonly HostLine[]) => readonly string[]>;

export type HostFormat = keyof typeof hostFormats;

/** With a line end behind each line. */
export function formatHosts(format: HostFormat, lines: readonly HostLine[]): string {
  return hostFormats[format](lines)
    .map((line) => `${line}\n`)
    .join('');
}

/** Undefined when the text names no format. */
export function parseHostFormat(text: string): HostFormat | undefined {
  return Object.hasOwn(hostFormats, text) ? (text as HostFormat) : undefined;
}

/** Docker and Compose cut at the first colon, so an IPv6 address needs nothing around it. */
function pairsOf(lines: readonly HostLine[]): string[] {
  return lines.flatMap(({ address, names }) => names.map((name) => `${name}:${address}`));
}
