/** DNS over UDP (RFC 1035 §4.2.1). */

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import type { Door, DoorOptions } from './door.ts';

/** What may wait while something else is done; the system gives as much as it allows. */
const receiveOctets = 4 * 1024 * 1024;

/**
 * Answers go to addresses, which need no lookup; the platform's own would cost each of them a turn of the event loop. The
 * family is not looked at.
 */
const atOnce = (
  address: string,
  _: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void => callback(null, address, 0);

/** Rejects with the system's error. */
export async function openUdp({
  host,
  port,
  allowed,
  resolver,
}: DoorOptions): Promise<Door & { readonly port: number }> {
  const socket = createSocket({ type: isIP(host) === 6 ? 'udp6' : 'udp4', lookup: atOnce });
  let isOpen = true;
  const send = (answer: Uint8Array | undefined, { port, address }: RemoteInfo): void => {
    if (isOpen && answer !== undefined) socket.send(answer, port, address);
  };
  socket.on('message', (message, peer) => {
    // Nobody can be answered at port 0.
    if (peer.port === 0 || !allowed(peer.address)) return;
    const answer = resolver.answer(message, 'udp');
    if (answer instanceof Promise) void answer.then((late) => send(late, peer));
    else send(answer, peer);
  });
  // The lookup answers at once, and so does `bind`.
  const isListening = once(socket, 'listening');
  socket.bind(port, host);
  await isListening;
  // A packet that could not be taken is the client's to send again.
  socket.on('error', () => {});
  enlargeBuffer(socket);
  return {
    port: socket.address().port,
    close: () => {
      isOpen = false;
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}

function enlargeBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(receiveOctets);
  } catch {
    // Some systems refuse what is too large; theirs will do.
  }
}
