/** unbound: a zone that is forwarded, not validated, and may have private addresses (unbound.conf(5)). */
import { isIPv6 } from 'node:net';
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName, isOwn } from '../setup.ts';

const path = '/etc/unbound/unbound.conf.d/kube-doh.conf';

export const unbound: PlainRecipe = {
  summary: 'unbound, through the stub',
  way: 'stub',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: ['unbound has no DNS over HTTPS to other servers of its own.'],
    use: [path, 'sudo systemctl restart unbound'],
    verify: [`dig @127.0.0.1 ${exampleName(zones[0])}`],
    undo: [`sudo rm ${path} && sudo systemctl restart unbound`],
    body: [
      'server:',
      ...(isOwn(stub) ? ['    do-not-query-localhost: no'] : []),
      ...(isOwn(stub) && isIPv6(stub.host) ? ['    do-ip6: yes'] : []),
      ...zones.flatMap((zone) => [
        `    domain-insecure: "${zone}"`,
        `    private-domain: "${zone}"`,
        // Some zones (RFC 6303) it would answer itself.
        `    local-zone: "${zone}" transparent`,
      ]),
      ...zones.flatMap((zone) => [
        'forward-zone:',
        `    name: "${zone}"`,
        `    forward-addr: ${stub.host}@${stub.port}`,
      ]),
    ].join('\n'),
  }),
};
