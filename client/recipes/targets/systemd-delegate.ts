/** systemd-resolved from 258 on: a zone's own servers (systemd.dns-delegate(5)). */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName, hostAndPort } from '../setup.ts';

const folder = '/etc/systemd/dns-delegate.d';
const path = `${folder}/kube-doh.dns-delegate`;

export const systemdDelegate: PlainRecipe = {
  summary: 'systemd-resolved from 258 on, through the stub',
  way: 'stub',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: ['"systemctl --version" tells the version; before 258 use systemd-resolved.'],
    use: [`${path}, after "sudo mkdir -p ${folder}"`, 'sudo systemctl reload systemd-resolved'],
    verify: [`resolvectl query ${exampleName(zones[0])}`],
    undo: [
      `sudo rm ${path} && sudo systemctl reload systemd-resolved`,
      `sudo rmdir --ignore-fail-on-non-empty ${folder}`,
    ],
    body: `[Delegate]
DNS=${hostAndPort(stub)}
Domains=${zones.map((zone) => `~${zone}`).join(' ')}
DefaultRoute=no`,
  }),
};
