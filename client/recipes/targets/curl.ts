/** curl, as a configuration file: a URL on the command line would stand in the list of processes. */
import { hash } from '../comment.ts';
import { doubleQuoted } from '../quote.ts';
import type { EdgeRecipe } from '../recipe.ts';
import { exampleName } from '../setup.ts';

export const curl: EdgeRecipe = {
  summary: 'curl, without a stub',
  way: 'edge',
  namesAuthority: true,
  edges: 'one',
  scope: 'all zones',
  comment: hash,
  write: ({ dohUrl, zones, authorityFile }) => ({
    remarks: ['The edge refuses names outside these zones, so use it for these alone. Names of .local work.'],
    use: [`curl --config THIS-FILE https://${exampleName(zones[0])}/`],
    verify: ['the same with --verbose tells the address; whether it is reached is another question'],
    undo: ['leave --config out'],
    body: [
      `doh-url = ${doubleQuoted(dohUrl)}`,
      ...(authorityFile === undefined ? [] : [`cacert = ${doubleQuoted(authorityFile)}`]),
    ].join('\n'),
  }),
};
