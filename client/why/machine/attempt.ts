/** One TCP connection, which is closed as soon as it is there. */
import { connect } from 'node:net';
import type { Attempt } from './here.ts';

export function attemptConnection(host: string, port: number, patienceMilliseconds: number): Promise<Attempt> {
  const socket = connect({ host, port });
  return new Promise<Attempt>((resolve) => {
    const timer = setTimeout(() => resolve({ kind: 'late' }), patienceMilliseconds);
    socket.on('close', () => clearTimeout(timer));
    socket.on('connect', () => resolve({ kind: 'open' }));
    socket.on('error', ({ code = 'EFAULT' }: NodeJS.ErrnoException) => {
      if (code === 'ECONNREFUSED') resolve({ kind: 'refused' });
      else resolve(code === 'ETIMEDOUT' ? { kind: 'late' } : { kind: 'failed', code });
    });
  }).finally(() => socket.destroy());
}
