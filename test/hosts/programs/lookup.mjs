/**
 * Asks Node's resolvers, as any Node program does: `node lookup.mjs METHOD NAME...`. `lookup` is the system's getaddrinfo,
 * `resolve4`, `resolve6` and `resolveSrv` are c-ares, with the name servers of the system. Prints a JSON array with one
 * value for each name: what was found, sorted, or what kind of error came instead.
 */
import dns from 'node:dns/promises';

const methods = {
  lookup: async (name) => (await dns.lookup(name, { all: true })).map(({ address }) => address),
  resolve4: (name) => dns.resolve4(name),
  resolve6: (name) => dns.resolve6(name),
  resolveSrv: async (name) =>
    (await dns.resolveSrv(name)).map((record) => `${record.priority} ${record.weight} ${record.port} ${record.name}`),
};

const [method, ...names] = process.argv.slice(2);
const outcomes = [];
for (const name of names) {
  outcomes.push(
    await methods[method](name).then(
      (found) => found.sort(),
      ({ code }) => (code === 'ENOTFOUND' || code === 'ENODATA' ? 'not found' : 'failed'),
    ),
  );
}
process.stdout.write(JSON.stringify(outcomes));
