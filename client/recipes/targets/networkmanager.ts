/** NetworkManager with its own dnsmasq. */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName } from '../setup.ts';
import { zoneServers } from './dnsmasq.ts';

const path = '/etc/NetworkManager/dnsmasq.d/kube-doh.conf';
const plugin = '/etc/NetworkManager/conf.d/kube-doh.conf';

export const networkmanager: PlainRecipe = {
  summary: "NetworkManager's own dnsmasq, through the stub",
  way: 'stub',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: ['It needs the program dnsmasq (Debian: dnsmasq-base). Where systemd-resolved runs, use that instead.'],
    use: [
      path,
      `and, unless NetworkManager runs dnsmasq already, ${plugin} with the two lines`,
      '[main]',
      'dns=dnsmasq',
      'sudo systemctl reload NetworkManager',
    ],
    verify: [`getent hosts ${exampleName(zones[0])}`],
    undo: [`sudo rm -f ${path} ${plugin} && sudo systemctl reload NetworkManager`],
    body: zoneServers(zones, stub),
  }),
};
