/** Node: a resolver of the program's own. */
import { slashes } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName, hostAndPort } from '../setup.ts';

export const node: PlainRecipe = {
  summary: 'Node, through the stub: for one program',
  way: 'stub',
  scope: 'all zones',
  comment: slashes,
  write: (zones, { stub }) => ({
    remarks: [
      'fetch, http and most drivers use dns.lookup, which asks the system; dns.resolve* asks servers by itself and knows nothing of',
      'zones that the system sends elsewhere. For a whole program without changes to it: "kube-doh run -- node ...".',
    ],
    use: ["http.request({ host, lookup }), tls.connect({ host, lookup }), undici's new Agent({ connect: { lookup } })"],
    verify: [`await resolver.resolve4('${exampleName(zones[0])}')`],
    undo: ['leave lookup out'],
    body: `import dns from 'node:dns';

const zones = [${zones.map((zone) => `'${zone}'`).join(', ')}];
export const resolver = new dns.promises.Resolver();
resolver.setServers(['${hostAndPort(stub)}']);

/** In the place of dns.lookup, for names in these zones. */
export function lookup(host, options, callback) {
  if (!zones.some((zone) => host === zone || host.endsWith(\`.\${zone}\`))) return dns.lookup(host, options, callback);
  resolver.resolve4(host).then(
    (addresses) => {
      const found = addresses.map((address) => ({ address, family: 4 }));
      if (options.all) callback(null, found);
      else callback(null, found[0].address, 4);
    },
    (error) => callback(error),
  );
}`,
  }),
};
