/**
 * Runs in network and mount namespaces of its own, where the only DNS server is this program: asks the system, and prints
 * what it was told as JSON.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { bootstrapLookup } from '../../../client/do53/bootstrap-lookup.ts';
import { chaseThroughSystem } from '../../../client/do53/chase-system.ts';
import { systemResolution, systemServers } from '../../../client/do53/system-servers.ts';
import { parseName } from '../../../zone/name.ts';
import { address, answerTo, asked as askedIn, type Content } from './messages.ts';

const contents: Readonly<Record<string, Content>> = {
  'db.example A': { answers: [address('db.example', '192.0.2.1'), address('db.example', '192.0.2.2')] },
  'db.example AAAA': { answers: [address('db.example', '2001:db8::1')] },
  'v4.example A': { answers: [address('v4.example', '192.0.2.4')] },
  'v4.example AAAA': {},
  'broken.example A': { rcode: 2 },
  'silent.example A': { rcode: 2 },
};

const asked: string[] = [];
const server = createSocket('udp4');
server.on('message', (message, from) => {
  const key = askedIn(message).join(' ');
  asked.push(key);
  if (key.startsWith('silent')) return;
  server.send(answerTo(message, contents[key] ?? { rcode: 3 }), from.port, from.address);
});
server.bind(53, '127.0.0.1');
await once(server, 'listening');

const chase = chaseThroughSystem();
const of = (name: string, type: 'A' | 'AAAA') => chase(parseName(name), type);
const lookup = bootstrapLookup({
  zones: () => [parseName('cluster.local')],
  ownAddresses: [],
  // Nobody listens there; the system knows a server that answers.
  system: () => ({ servers: [{ address: '127.0.0.9', portNumber: 53 }], isOnlyOurselves: false }),
});
const lookupOnlyOurselves = bootstrapLookup({
  zones: () => [],
  ownAddresses: [{ address: '127.0.0.1', portNumber: 53 }],
});
const bootstrapped = (how: typeof lookup, host: string): Promise<unknown> =>
  new Promise((resolve) => how(host, { all: true }, (error, found) => resolve(error === null ? found : error.code)));

const found = {
  v4: await of('db.example', 'A'),
  v6: await of('db.example', 'AAAA'),
  again: await of('db.example', 'A'),
  noV6: await of('v4.example', 'AAAA'),
  none: await of('none.example', 'A'),
  broken: (await of('broken.example', 'A')) ?? 'nobody could tell',
  silent: (await of('silent.example', 'A')) ?? 'nobody could tell',
  inHosts: await of('printer.example', 'A'),
  onlyV6InHosts: await of('printer.example', 'AAAA'),
  number: await of('192.0.2.77', 'A'),
  escaped: (await of('a\\.b.example', 'A')) ?? 'nobody could tell',
};
const asks = [...asked];
asked.length = 0;
const bootstrap = {
  throughTheSystem: await bootstrapped(lookup, 'v4.example'),
  inHosts: await bootstrapped(lookup, 'printer.example'),
};
asked.length = 0;
const bootstrapOnlyOurselves = [await bootstrapped(lookupOnlyOurselves, 'v4.example'), [...asked]];
const servers = {
  all: systemServers(),
  withoutOurselves: systemResolution([{ address: '127.0.0.1', portNumber: 53 }]),
};
process.stdout.write(JSON.stringify({ found, asks, bootstrap, bootstrapOnlyOurselves, servers }));
process.exit();
