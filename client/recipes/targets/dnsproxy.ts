/** AdGuard's dnsproxy, whose upstreams AdGuard Home takes as well. */
import { hash } from '../comment.ts';
import type { EdgesRecipe } from '../recipe.ts';
import { exampleName } from '../setup.ts';
import { usualServer } from './usual-server.ts';

export const dnsproxy: EdgesRecipe = {
  summary: 'AdGuard dnsproxy, and AdGuard Home, in the place of the stub',
  way: 'edge',
  namesAuthority: false,
  edges: 'many',
  scope: 'all zones',
  comment: hash,
  write: (edges) => ({
    remarks: [
      `Replace ${usualServer} by your usual name server: it is asked for everything else, and for the edge's own address.`,
      'In AdGuard Home, the lines below "upstream" go to Settings, DNS settings, Upstream DNS servers.',
    ],
    use: ['dnsproxy --config-path THIS-FILE'],
    verify: [`dig @127.0.0.1 -p 5300 ${exampleName(edges[0]?.zones[0])}`],
    undo: ['end dnsproxy'],
    body: `listen-addrs: ["127.0.0.1"]
listen-ports: [5300]
upstream:
${edges.map(({ zones, dohUrl }) => `  - "[/${zones.join('/')}/]${dohUrl}"`).join('\n')}
  - "${usualServer}"
bootstrap: ["${usualServer}"]
cache: true`,
  }),
};
