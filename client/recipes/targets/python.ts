/** Python with dnspython: a resolver of the program's own. */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName } from '../setup.ts';

export const python: PlainRecipe = {
  summary: 'Python (dnspython), through the stub: for one program',
  way: 'stub',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: [
      'socket.getaddrinfo, and with it most libraries, asks the system: wire that, or call dns.resolver.override_system_resolver',
      'in a program that needs no other names.',
    ],
    use: ['pip install dnspython'],
    verify: [`print([r.address for r in resolver.resolve("${exampleName(zones[0])}", "A")])`],
    undo: ['dns.resolver.get_default_resolver()'],
    body: `import dns.resolver

resolver = dns.resolver.Resolver(configure=False)
resolver.nameservers = ["${stub.host}"]
resolver.port = ${stub.port}`,
  }),
};
