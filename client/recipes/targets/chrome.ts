/** Chrome, Edge, Brave and their like, as "secure DNS". */
import { hash } from '../comment.ts';
import type { EdgeRecipe } from '../recipe.ts';
import { exampleName } from '../setup.ts';

export const chrome: EdgeRecipe = {
  summary: 'Chrome and its like: a whole browser, so seldom what you want',
  way: 'edge',
  namesAuthority: false,
  edges: 'one',
  scope: 'outside .local',
  comment: hash,
  write: ({ dohUrl, zones }) => ({
    remarks: [
      'WARNING: the browser then sends EVERY name to the edge, which refuses those of others: no other page opens, unless the edge',
      'forwards (OUTSIDE_ZONE=forward:...), and then it sees them all. Let the system resolve these zones instead: Chrome follows it.',
    ],
    use: ['chrome://settings/security, "Use secure DNS", "Add custom DNS service provider": paste the URL'],
    verify: [`open http://${exampleName(zones[0])}/`],
    undo: ['turn "Use secure DNS" off, or choose another provider'],
    body: dohUrl,
  }),
};
