/** DNS servers on loopback that answer as a test wants. */
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ServerAddress } from '../../../client/do53/server-address.ts';
import { asked as askedIn } from './messages.ts';

type Reply = (message: Uint8Array) => void;

export interface Behaviour {
  /** Says nothing unless given. */
  readonly udp?: (message: Buffer, reply: Reply, from: RemoteInfo) => void;
  /** Ends the connection unless given. */
  readonly tcp?: (message: Buffer, reply: Reply, socket: Socket) => void;
}

export interface FakeDns {
  readonly address: ServerAddress;
  /** As `udp` or `tcp`, the name and the type, in their order. */
  readonly asked: readonly string[];
  /** What came, octet by octet. */
  readonly received: readonly Buffer[];
  /** From which ports it came over UDP. */
  readonly ports: readonly number[];
}

/** UDP and TCP on one port, until the test ends. */
export async function startFakeDns(behaviour: Behaviour, host = '127.0.0.1'): Promise<FakeDns> {
  const asked: string[] = [];
  const received: Buffer[] = [];
  const ports: number[] = [];
  const note = (transport: string, message: Buffer): void => {
    asked.push([transport, ...askedIn(message)].join(' '));
    received.push(message);
  };

  const connections = new Set<Socket>();
  const tcp = createServer((socket) => {
    connections.add(socket);
    socket.on('error', () => {});
    let chunks = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      chunks = Buffer.concat([chunks, chunk]);
      while (chunks.length >= 2 && chunks.length >= 2 + chunks.readUInt16BE(0)) {
        const message = chunks.subarray(2, 2 + chunks.readUInt16BE(0));
        chunks = chunks.subarray(2 + message.length);
        note('tcp', message);
        if (behaviour.tcp === undefined) socket.destroy();
        else behaviour.tcp(message, (answer) => socket.write(framed(answer)), socket);
      }
    });
  });
  const { udp, portNumber } = await onOnePort(tcp, host);
  udp.on('message', (message, from) => {
    note('udp', message);
    ports.push(from.port);
    behaviour.udp?.(message, (answer) => udp.send(answer, from.port, from.address), from);
  });
  onTestFinished(() => {
    udp.close();
    tcp.close();
    for (const socket of connections) socket.destroy();
  });
  return { address: { address: host, portNumber }, asked, received, ports };
}

/** A port of loopback on which nobody listens. */
export async function deafAddress(): Promise<ServerAddress> {
  const tcp = createServer();
  const { udp, portNumber } = await onOnePort(tcp, '127.0.0.1');
  udp.close();
  tcp.close();
  return { address: '127.0.0.1', portNumber };
}

async function onOnePort(
  tcp: ReturnType<typeof createServer>,
  host: string,
): Promise<{ udp: UdpSocket; portNumber: number }> {
  for (;;) {
    tcp.listen(0, host);
    await once(tcp, 'listening');
    const portNumber = (tcp.address() as AddressInfo).port;
    const udp = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    try {
      udp.bind(portNumber, host);
      await once(udp, 'listening');
      return { udp, portNumber };
    } catch {
      // Somebody else has it for UDP.
      udp.close();
      tcp.close();
      await once(tcp, 'close');
    }
  }
}

export function framed(message: Uint8Array): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
