/** Firefox's own DNS over HTTPS ("trusted recursive resolver"). */
import { slashes } from '../comment.ts';
import type { EdgeRecipe } from '../recipe.ts';
import { exampleName } from '../setup.ts';

export const firefox: EdgeRecipe = {
  summary: 'Firefox: a whole browser, so seldom what you want',
  way: 'edge',
  namesAuthority: false,
  edges: 'one',
  scope: 'outside .local',
  comment: slashes,
  write: ({ dohUrl, zones }) => ({
    remarks: [
      'WARNING: the browser then sends EVERY name to the edge first, and asks the system for what the edge refuses. It also takes no',
      'private address from there unless allow-rfc1918 is true, which holds for all names and opens the door to DNS rebinding.',
      'Let the system resolve these zones instead: Firefox follows it.',
    ],
    use: ['user.js in the folder of the profile (about:profiles), then start Firefox anew'],
    verify: [`open http://${exampleName(zones[0])}/, and look at about:networking#dns, column TRR`],
    undo: [
      'delete the lines there, and reset network.trr.mode, .uri, .allow-rfc1918 and .confirmationNS in about:config',
    ],
    body: `user_pref("network.trr.mode", 2);
user_pref("network.trr.uri", "${dohUrl}");
user_pref("network.trr.allow-rfc1918", true);
user_pref("network.trr.confirmationNS", "skip");`,
  }),
};
