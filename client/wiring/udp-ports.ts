/** Where programs of a Linux host listen for UDP: the tables of /proc/net/udp and udp6, proc_net(5). Pure. */
import type { ListenAddress } from './listen-address.ts';

/** Of IPv6 only those at `::` and `::1`. What two programs share is there twice. */
export function udpListeners(udp: string, udp6: string): ListenAddress[] {
  return [...locals(udp, ipv4), ...locals(udp6, (hex) => ipv6[hex])];
}

/** Those who get what is sent to an address, or would if they were the only ones. */
export function listenersAt({ host, port }: ListenAddress, all: readonly ListenAddress[]): readonly ListenAddress[] {
  return all.filter((each) => each.port === port && [host, '0.0.0.0', '::'].includes(each.host));
}

/** The second column, as `0100007F:0035`. */
function locals(table: string, hostOf: (hex: string) => string | undefined): ListenAddress[] {
  return table.split('\n').flatMap((line) => {
    const [, hex = '', port = ''] = /^\s*\d+:\s+([0-9A-F]+):([0-9A-F]{4})\s/.exec(line) ?? [];
    const host = hostOf(hex);
    return host === undefined ? [] : [{ host, port: Number.parseInt(port, 16) }];
  });
}

/** As the words of a little-endian machine, which nearly all are. */
const ipv6: Readonly<Record<string, string>> = {
  '00000000000000000000000000000000': '::',
  '00000000000000000000000001000000': '::1',
};

function ipv4(hex: string): string | undefined {
  if (hex.length !== 8) return undefined;
  const octets = hex.match(/../g) ?? [];
  return octets
    .reverse()
    .map((octet) => Number.parseInt(octet, 16))
    .join('.');
}
