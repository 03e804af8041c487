/** The servers in a resolv.conf(5). Pure. */
import { dnsPortNumber, readHostAddress, type ServerAddress } from './server-address.ts';

/** In their order, each once. Whatever else is there, also what is no address, is passed over, as resolvers do. */
export function resolvConfServers(text: string): readonly ServerAddress[] {
  const addresses = new Set<string>();
  for (const line of text.split('\n')) {
    // A keyword begins its line; a comment is a line that begins with `#` or `;`.
    const given = /^nameserver[ \t]+([^\s]+)/.exec(line)?.[1];
    const address = given && readHostAddress(given);
    if (address) addresses.add(address);
  }
  return Array.from(addresses, (address) => ({ address, portNumber: dnsPortNumber }));
}
