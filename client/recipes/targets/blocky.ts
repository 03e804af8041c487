/** blocky: conditional upstreams. */
import { hash } from '../comment.ts';
import type { EdgesRecipe } from '../recipe.ts';
import { exampleName } from '../setup.ts';
import { usualServer } from './usual-server.ts';

export const blocky: EdgesRecipe = {
  summary: 'blocky, in the place of the stub',
  way: 'edge',
  namesAuthority: false,
  edges: 'many',
  scope: 'all zones',
  comment: hash,
  write: (edges) => ({
    remarks: [
      `Replace ${usualServer} by your usual name server: it is asked for everything else, and for the edge's own address.`,
      'By itself blocky keeps "does not exist" for half an hour, whatever an answer says; hence cacheTimeNegative.',
    ],
    use: ['blocky --config THIS-FILE'],
    verify: [`dig @127.0.0.1 -p 5300 ${exampleName(edges[0]?.zones[0])}`],
    undo: ['end blocky'],
    body: `ports:
  dns: "127.0.0.1:5300"
upstreams:
  groups:
    default: ["${usualServer}"]
bootstrapDns: "${usualServer}"
conditional:
  mapping:
${edges.flatMap(({ zones, dohUrl }) => zones.map((zone) => `    "${zone}": "${dohUrl}"`)).join('\n')}
caching:
  cacheTimeNegative: 5s`,
  }),
};
