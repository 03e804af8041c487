/**
 * Chooses free ports on 127.0.0.1. They lie below the range from which systems take the ports of outgoing connections
 * (32768 on Linux, 49152 elsewhere), so that no connection occupies one between the choice and its use.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { ControlPlaneFailure } from './failure.ts';

const lowestPort = 20_000;
const highestPort = 32_767;
const attempts = 200;

/** The ports of one control plane, all on 127.0.0.1. */
export interface Ports {
  readonly etcdClient: number;
  readonly etcdPeer: number;
  readonly apiServer: number;
  /** Do53, on UDP and TCP. */
  readonly dns: number;
  readonly doh: number;
  /** One for each further resolver, DNS over plain HTTP. */
  readonly resolvers: readonly number[];
}

/** Chooses different ports, each free on TCP and UDP at this moment. Fails with no-free-ports. */
export async function choosePorts(resolverCount: number): Promise<Ports> {
  const chosen = new Set<number>();
  for (let attempt = 0; attempt < attempts && chosen.size < 5 + resolverCount; attempt++) {
    const portNumber = lowestPort + Math.floor(Math.random() * (highestPort - lowestPort + 1));
    if (await isFree(portNumber)) chosen.add(portNumber);
  }
  const [etcdClient, etcdPeer, apiServer, dns, doh, ...resolvers] = chosen;
  if (!etcdClient || !etcdPeer || !apiServer || !dns || !doh || resolvers.length < resolverCount) {
    throw new ControlPlaneFailure(
      'no-free-ports',
      `not enough free ports on 127.0.0.1 between ${lowestPort} and ${highestPort}: end other programs and try again`,
    );
  }
  return { etcdClient, etcdPeer, apiServer, dns, doh, resolvers };
}

async function isFree(portNumber: number): Promise<boolean> {
  const tcp = createServer();
  const udp = createSocket('udp4');
  try {
    tcp.listen(portNumber, '127.0.0.1');
    udp.bind(portNumber, '127.0.0.1');
    await Promise.all([once(tcp, 'listening'), once(udp, 'listening')]);
    return true;
  } catch {
    return false;
  } finally {
    tcp.close();
    udp.close();
  }
}
