/** A DNS server: the same port over UDP and TCP. */
import { isIP } from 'node:net';
import type { Door, DoorOptions } from './door.ts';
import { ListenError } from './listen-error.ts';
import { openTcp } from './tcp-door.ts';
import { openUdp } from './udp-door.ts';

export interface DnsServer {
  readonly address: ListeningAddress;
  /** Ends what is under way too. */
  close(): Promise<void>;
}

export interface ListeningAddress {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
}

/** A port that is free over UDP is mostly free over TCP. */
const attemptsAtFreePort = 5;

/** Port 0 takes a free one. Rejects with ListenError. */
export async function serveDns(options: DoorOptions): Promise<DnsServer> {
  for (let attempt = 1; ; attempt += 1) {
    const udp = await openUdp(options).catch((error) => fail(options, error));
    try {
      const tcp = await openTcp({ ...options, port: udp.port });
      return serverOf({ host: options.host, port: udp.port }, [udp, tcp]);
    } catch (error) {
      await udp.close();
      if (options.port !== 0 || attempt === attemptsAtFreePort) return fail(options, error as Error);
    }
  }
}

function serverOf(address: ListeningAddress, doors: readonly Door[]): DnsServer {
  return {
    address,
    close: async () => {
      await Promise.all(doors.map((door) => door.close()));
    },
  };
}

function fail(address: ListeningAddress, error: Error): never {
  throw new ListenError(formatAddress(address), error);
}

/** `HOST:PORT`, with brackets around an IPv6 address. */
export function formatAddress({ host, port }: ListeningAddress): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
