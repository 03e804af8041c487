/** One question over TCP to one server, on a connection of its own (RFC 1035 §4.2.2). */
import { connect } from 'node:net';
import { FrameReader, framed } from '../dns-server/tcp-frames.ts';
import { type PassedOn, verdictOn } from './passed-on.ts';
import type { ServerAddress } from './server-address.ts';

/** Rejects when the server sends anything but the answer first, ends the connection, or the signal says so. */
export function askOverTcp(asked: PassedOn, server: ServerAddress, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const { address, portNumber } = server;
    const socket = connect({ host: address, port: portNumber });
    const abort = (): void => finish(() => reject(signal.reason));
    const finish = (settle: () => void): void => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      settle();
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) return abort();
    const reader = new FrameReader();
    socket.on('error', (error) => finish(() => reject(error)));
    socket.on('close', () => finish(() => reject(new Error('the server ended the connection'))));
    socket.on('data', (chunk) => {
      reader.push(chunk);
      const message = reader.next();
      if (message === undefined) return;
      // Nobody else can send here, so a server that folds letters is no danger.
      const isForeign = verdictOn(message, asked) === 'foreign';
      finish(() => (isForeign ? reject(new Error('the server answered another question')) : resolve(message)));
    });
    socket.write(framed(asked.message));
  });
}
