/** systemd-resolved before 258: a global server with routing domains (resolved.conf(5)). */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName, hostAndPort } from '../setup.ts';

const folder = '/etc/systemd/resolved.conf.d';
const path = `${folder}/kube-doh.conf`;

export const systemdResolved: PlainRecipe = {
  summary: 'systemd-resolved before 258, through the stub',
  way: 'stub',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: [
      "The stub also gets names that no domain of a network holds, beside that network's own servers: it refuses them at once.",
      'Where resolved.conf or another drop-in sets DNS= as well, one of all those servers is asked for everything: give the stub',
      'those servers with --upstream then, and put an empty line "DNS=" before this one.',
      'The Domains are what makes systemd-resolved ask for names of .local at all.',
    ],
    use: [`${path}, after "sudo mkdir -p ${folder}"`, 'sudo systemctl restart systemd-resolved'],
    verify: [`resolvectl query ${exampleName(zones[0])}`],
    undo: [
      `sudo rm ${path} && sudo systemctl restart systemd-resolved`,
      `sudo rmdir --ignore-fail-on-non-empty ${folder}`,
    ],
    body: `[Resolve]
DNS=${hostAndPort(stub)}
Domains=${zones.map((zone) => `~${zone}`).join(' ')}`,
  }),
};
