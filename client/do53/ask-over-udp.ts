/**
 * One question over UDP to one server, from a port of its own that nobody can foretell (RFC 5452 §9.2). The system passes
 * on what comes from the server's address and port alone, since the socket is connected to them.
 */
import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { type PassedOn, verdictOn } from './passed-on.ts';
import type { ServerAddress } from './server-address.ts';

/** Gives the first packet that answers, or is the answer but for its letters' case. Rejects when the signal says so, or the system. */
export async function askOverUdp(asked: PassedOn, server: ServerAddress, signal: AbortSignal): Promise<UdpAnswer> {
  const socket = await boundSocket(server.address.includes(':') ? 'udp6' : 'udp4', signal);
  try {
    return await new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason);
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      socket.once('close', () => signal.removeEventListener('abort', abort));
      socket.on('error', reject);
      socket.on('message', (message) => {
        const verdict = verdictOn(message, asked);
        if (verdict !== 'foreign') resolve({ message, verdict });
      });
      socket.on('connect', () => socket.send(asked.message));
      socket.connect(server.portNumber, server.address);
    });
  } finally {
    socket.close();
  }
}

export interface UdpAnswer {
  readonly message: Uint8Array;
  readonly verdict: 'answer' | 'other-case';
}

const maxTries = 8;
const firstPortNumber = 1024;

/** On a port that is free: a random one, or after some tries the system's choice. */
async function boundSocket(type: 'udp4' | 'udp6', signal: AbortSignal): Promise<Socket> {
  for (let triesLeft = maxTries; ; triesLeft -= 1) {
    signal.throwIfAborted();
    const socket = createSocket({ type, ipv6Only: type === 'udp6' });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        const port = triesLeft > 1 ? randomInt(firstPortNumber, 65_536) : 0;
        socket.bind({ port, exclusive: true }, resolve);
      });
      socket.removeAllListeners('error');
      return socket;
    } catch (error) {
      socket.close();
      // Some ports are kept back on some systems.
      const { code } = error as NodeJS.ErrnoException;
      if (triesLeft <= 1 || (code !== 'EADDRINUSE' && code !== 'EACCES')) throw error;
    }
  }
}
