/** DNS over TCP (RFC 7766). */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Door, DoorOptions } from './door.ts';
import { TcpConnection } from './tcp-connection.ts';
import { type Seat, sourceOf, TcpSeats } from './tcp-seats.ts';

const bounds = { idleMilliseconds: 10_000, maxUnderWay: 64 };
const usualSeats = { maxConnections: 150, maxFromOneSource: 30 };

/** Rejects with the system's error. */
export async function openTcp({
  host,
  port,
  allowed,
  resolver,
  tcp = bounds,
  seats = usualSeats,
}: DoorOptions): Promise<Door> {
  const taken = new TcpSeats(seats);
  // A client that has asked may close its side before it is answered.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const address = socket.remoteAddress ?? '';
    if (!allowed(address)) return void socket.destroy();
    const seat: Seat = { source: sourceOf(address), leave: () => socket.destroy() };
    taken.take(seat);
    socket.on('close', () => taken.free(seat));
    new TcpConnection(socket, resolver, tcp, () => taken.use(seat));
  });
  server.listen(port, host);
  await once(server, 'listening');
  // A connection that could not be taken is the client's to try again.
  server.on('error', () => {});
  return {
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      taken.leaveAll();
      await closed;
    },
  };
}
