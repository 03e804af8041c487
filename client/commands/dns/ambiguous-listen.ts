/**
 * What it costs to listen on all addresses of a machine at once: over UDP the system chooses from which of them an answer
 * goes, and Node cannot tell it (IP_PKTINFO of ip(7)). Pure.
 */
import type { NetworkInterfaceInfo } from 'node:os';

/** One line for the user; undefined where one address of a family is all that others can ask. */
export function ambiguityOf(
  host: string,
  interfaces: Readonly<NodeJS.Dict<readonly NetworkInterfaceInfo[]>>,
): string | undefined {
  const families = host === '0.0.0.0' ? ['IPv4'] : host === '::' ? ['IPv4', 'IPv6'] : [];
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const askable = all.filter(({ internal, address }) => !internal && !address.toLowerCase().startsWith('fe80:'));
  const several = families
    .map((name) => askable.filter(({ family }) => family === name).map(({ address }) => address))
    .find((addresses) => addresses.length > 1);
  if (several === undefined) return undefined;
  const shown = several.join(', ');
  return `--listen ${host}: of ${shown}, another may answer over UDP than was asked, and clients pass that over: name each that is asked with a --listen of its own`;
}
