/** Which way packets to an address would go: a UDP socket is bound to it, and nothing is sent. */
import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import type { Route } from './here.ts';

/** Addresses for documentation (RFC 5737, RFC 3849): no network has a route of its own to them. */
const likeInternet: Readonly<Record<number, string>> = { 4: '192.0.2.1', 6: '2001:db8::1' };
/** RFC 863, discard. */
const anyPort = 9;

/** Rejects for what is no address. */
export async function routeTo(address: string): Promise<Route> {
  const family = isIP(address);
  if (family === 0) throw new TypeError(`${address} is no address`);
  const from = await localAddress(address, family);
  if (from.kind === 'none') return from;
  const usual = isPrivate(address) ? await localAddress(likeInternet[family]!, family) : undefined;
  return { ...from, isLikeInternet: usual?.kind === 'route' && usual.from === from.from };
}

type Bound = { readonly kind: 'route'; readonly from: string } | Extract<Route, { kind: 'none' }>;

function localAddress(address: string, family: number): Promise<Bound> {
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  return new Promise<Bound>((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => resolve({ kind: 'none', code: error.code ?? 'EFAULT' });
    socket.on('error', failed);
    socket.connect(anyPort, address, (error?: Error) => {
      if (error) failed(error);
      else resolve({ kind: 'route', from: socket.address().address });
    });
  }).finally(() => socket.close());
}

/** What the internet does not route: RFC 1918, RFC 6598, RFC 4193. */
function isPrivate(address: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][0-9a-f]{2}:)/i.test(
    address,
  );
}
