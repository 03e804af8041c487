/** systemd-resolved with DNS over HTTPS, which is proposed and in no release (systemd pull request 43065). */
import { hash } from '../comment.ts';
import type { EdgeRecipe } from '../recipe.ts';
import { exampleName } from '../setup.ts';

const folder = '/etc/systemd/dns-delegate.d';
const path = `${folder}/kube-doh.dns-delegate`;

export const systemdDoh: EdgeRecipe = {
  summary: 'systemd-resolved without a stub, once it speaks HTTPS',
  way: 'edge',
  namesAuthority: false,
  edges: 'one',
  scope: 'all zones',
  comment: hash,
  write: ({ dohUrl, zones }) => ({
    remarks: [
      'No release up to systemd 262 has it: there the line DNS= is not understood. Use systemd-delegate until "man resolved.conf"',
      'tells of https:// in DNS=.',
      `Replace ADDRESS by an address of ${new URL(dohUrl).hostname}.`,
    ],
    use: [
      `${path}, of mode 640 and group systemd-resolve, after "sudo mkdir -p ${folder}"`,
      'sudo systemctl reload systemd-resolved',
    ],
    verify: [`resolvectl query ${exampleName(zones[0])}`],
    undo: [
      `sudo rm ${path} && sudo systemctl reload systemd-resolved`,
      `sudo rmdir --ignore-fail-on-non-empty ${folder}`,
    ],
    body: `[Delegate]
DNS=ADDRESS#${dohUrl}
Domains=${zones.map((zone) => `~${zone}`).join(' ')}`,
  }),
};
