/** The form in which node:net, node:tls and node:http2 ask for addresses. */
import type { LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** 0: both. */
export type Family = 0 | 4 | 6;

/** `find` gives at least one address, in the order in which they are to be tried, or rejects with an error that has a `code`. */
export function lookupFunction(find: (hostname: string, family: Family) => Promise<readonly string[]>): LookupFunction {
  return (hostname, options, callback) => {
    // What the callback throws is its own affair, and no failure of the search.
    const tell = (...outcome: Parameters<typeof callback>): void => process.nextTick(callback, ...outcome);
    const family = familyOf(options);
    find(hostname, family)
      .then((addresses) => {
        const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
        const [first] = all;
        if (first === undefined) throw noneOf(family, hostname);
        if (options.all === true) tell(null, all);
        else tell(null, first.address, first.family);
      })
      .catch((error: NodeJS.ErrnoException) => tell(error, options.all === true ? [] : ''));
  };
}

function familyOf({ family }: LookupOptions): Family {
  if (family === 'IPv4' || family === 4) return 4;
  return family === 'IPv6' || family === 6 ? 6 : 0;
}

function noneOf(family: Family, hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} has no IPv${family} address`), { code: 'ENOTFOUND' });
}
