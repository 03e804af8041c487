/** The lines of resolv.conf(5). */
import { isIP } from 'node:net';
import { editMark } from '../mark.ts';

/** In their order; a port or a name is none. */
export function nameserversOf(text: string): string[] {
  const given = text.split('\n').flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? []);
  return given.filter((word) => isIP(word) !== 0);
}

/** The same file with a single name server; every other line stays as it is. */
export function withOneNameserver(text: string, address: string): string {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const isNameserver = (line: string) => /^\s*nameserver\s/.test(line);
  const first = lines.findIndex(isNameserver);
  const at = first === -1 ? lines.length : first;
  const others = (part: readonly string[]) => part.filter((line) => !isNameserver(line));
  return [`# ${editMark}`, ...others(lines.slice(0, at)), `nameserver ${address}`, ...others(lines.slice(at)), ''].join(
    '\n',
  );
}
