/** kdig, of knot-dnsutils: single questions. */
import { hash } from '../comment.ts';
import { shellQuoted } from '../quote.ts';
import type { EdgesRecipe } from '../recipe.ts';
import { type Edge, exampleName } from '../setup.ts';

export const kdig: EdgesRecipe = {
  summary: 'kdig, without a stub: commands to copy',
  way: 'edge',
  namesAuthority: true,
  edges: 'many',
  scope: 'all zones',
  comment: hash,
  write: (edges) => ({
    remarks: [
      'The token stands in the list of processes while it runs. dig up to 9.18 does not tell the host in TLS, so no content network',
      'knows whom it asks.',
    ],
    use: ['sh THIS-FILE'],
    verify: ['"status: NOERROR", and an address'],
    undo: ['nothing'],
    body: edges.map(command).join('\n'),
  }),
};

function command({ dohUrl, zones, authorityFile }: Edge): string {
  const { hostname, port, pathname } = new URL(dohUrl);
  return [
    `kdig @${hostname.replace(/[[\]]/g, '')}`,
    ...(port === '' ? [] : [`-p ${port}`]),
    `+https=${pathname}`,
    authorityFile === undefined ? '+tls-ca' : shellQuoted(`+tls-ca=${authorityFile}`),
    exampleName(zones[0]),
  ].join(' ');
}
