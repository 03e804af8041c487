/** Keeps a crowd from shutting others out: of too many connections to a server the oldest is closed, not the newest refused. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** To be called before the server listens. */
export function limitConnections(server: Server, maxConnections: number): void {
  // In the order in which they came.
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    const [oldest] = open;
    if (open.size <= maxConnections || oldest === undefined) return;
    open.delete(oldest);
    oldest.destroy();
  });
}
