/**
 * Asks Node's resolvers, as any Node program does: `node client-node.mjs METHOD:ARGUMENT...`. `lookup` is the system's
 * getaddrinfo, `resolve4`, `resolveSrv` and `reverse` are c-ares, `fetch` loads a page. Prints a JSON array of the
 * results, or of the codes of the errors that came instead.
 */
import dns from 'node:dns/promises';

const resolver = new dns.Resolver();
resolver.setServers(['127.0.0.1']);

const methods = {
  lookup: async (name) => (await dns.lookup(name, { all: true })).map(({ address }) => address).sort(),
  resolve4: async (name) => (await resolver.resolve4(name)).sort(),
  resolve6: async (name) => (await resolver.resolve6(name)).sort(),
  resolveSrv: async (name) =>
    (await resolver.resolveSrv(name))
      .map((record) => `${record.priority} ${record.weight} ${record.port} ${record.name}`)
      .sort(),
  reverse: (address) => resolver.reverse(address),
  fetch: async (url) => (await fetch(url)).text(),
};

const outcomes = [];
for (const question of process.argv.slice(2)) {
  const [, method, argument] = /^(\w+):(.*)$/.exec(question);
  outcomes.push(await methods[method](argument).catch((error) => error.code ?? error.cause?.code));
}
process.stdout.write(JSON.stringify(outcomes));
