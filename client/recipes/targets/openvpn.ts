/** OpenVPN: what the server tells its clients. */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName, hostAndPort } from '../setup.ts';

export const openvpn: PlainRecipe = {
  summary: 'OpenVPN, with a stub for all clients: lines for the server',
  way: 'stub for others',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: [
      `Beside the server: kube-doh dns --listen ${hostAndPort(stub)} --allow THE-CLIENTS'-RANGE. The token stays there.`,
      'Clients from 2.6 on understand "dns server". For older ones on Linux with update-systemd-resolved, DOMAIN-ROUTE does the same.',
    ],
    use: ["the server's configuration; then let the clients connect anew"],
    verify: [`on a client: getent hosts ${exampleName(zones[0])}`],
    undo: ['take the lines away'],
    body: [
      `push "dns server 0 address ${stub.host}"`,
      `push "dns server 0 resolve-domains ${zones.join(' ')}"`,
      `push "dhcp-option DNS ${stub.host}"`,
      ...zones.map((zone) => `push "dhcp-option DOMAIN-ROUTE ${zone}"`),
    ].join('\n'),
  }),
};
