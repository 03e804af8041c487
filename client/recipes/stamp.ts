/** DNS stamps (dnscrypt.info/stamps-specifications): a DoH server as one word. */

const dohServer = 0x02;

/** Of a host, and of a path. */
export const maxPartOctets = 255;

/** Without an address: the host is looked up. Host and path are of ASCII, and not too long. */
export function stampOf({ host, pathname }: URL): string {
  const properties = Buffer.alloc(8);
  const none = Buffer.alloc(1);
  const parts = [Buffer.of(dohServer), properties, none, none, sized(host), sized(pathname)];
  return `sdns://${Buffer.concat(parts).toString('base64url')}`;
}

function sized(text: string): Buffer {
  return Buffer.concat([Buffer.of(text.length), Buffer.from(text, 'ascii')]);
}
