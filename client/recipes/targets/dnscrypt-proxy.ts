/** dnscrypt-proxy, with the edge as its one server. */
import { hash } from '../comment.ts';
import type { EdgeRecipe } from '../recipe.ts';
import { RecipeError } from '../recipe-error.ts';
import { exampleName } from '../setup.ts';
import { maxPartOctets, stampOf } from '../stamp.ts';

export const dnscryptProxy: EdgeRecipe = {
  summary: 'dnscrypt-proxy, in the place of the stub',
  way: 'edge',
  namesAuthority: false,
  edges: 'one',
  scope: 'all zones',
  comment: hash,
  write: ({ profile, dohUrl, zones }) => {
    const url = new URL(dohUrl);
    if (Math.max(url.host.length, url.pathname.length) > maxPartOctets) {
      throw new RecipeError('UNWRITABLE', `the URL of profile ${profile} is too long for a DNS stamp: use the stub`);
    }
    return {
      remarks: [
        'All that it is asked goes to the edge, and the edge refuses other names: let your system send it these zones alone,',
        'as it sends them to the stub ("kube-doh config --for systemd-delegate" and its like).',
      ],
      use: ['dnscrypt-proxy -config THIS-FILE'],
      verify: [`dig @127.0.0.1 -p 5300 ${exampleName(zones[0])}`],
      undo: ['end dnscrypt-proxy'],
      body: `listen_addresses = ["127.0.0.1:5300"]
server_names = ["kube-doh"]
# Otherwise it answers names of .local itself.
block_undelegated = false
cache_neg_min_ttl = 5
cache_min_ttl = 5

[static.kube-doh]
stamp = "${stampOf(url)}"`,
    };
  },
};
