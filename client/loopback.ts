/** Which addresses only this machine can use. */
import { isIP } from 'node:net';

/** Whether the host, an address without brackets or a name, is this machine's own. No name but `localhost` is. */
export function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === '::1' || host === 'localhost';
}
