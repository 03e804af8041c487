/** DNS over TCP (RFC 7766). */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Door, DoorOptions } from './door.ts';
import { TcpConnection } from './tcp-connection.ts';

const bounds = { idleMilliseconds: 10_000, maxUnderWay: 64 };
const maxConnections = 150;

/** Rejects with the system's error. */
export async function openTcp({ host, port, allowed, resolver, tcp = bounds }: DoorOptions): Promise<Door> {
  const sockets = new Set<Socket>();
  // A client that has asked may close its side before it is answered.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    if (!allowed(socket.remoteAddress ?? '')) return void socket.destroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    new TcpConnection(socket, resolver, tcp);
  });
  server.maxConnections = maxConnections;
  server.listen(port, host);
  await once(server, 'listening');
  // A connection that could not be taken is the client's to try again.
  server.on('error', () => {});
  return {
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
