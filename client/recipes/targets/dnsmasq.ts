/** dnsmasq: servers of a zone. */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName, type StubAddress, type Zone } from '../setup.ts';

const path = '/etc/dnsmasq.d/kube-doh.conf';

export const dnsmasq: PlainRecipe = {
  summary: 'dnsmasq, through the stub',
  way: 'stub',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: ['dnsmasq has no DNS over HTTPS of its own.'],
    use: [path, 'sudo systemctl restart dnsmasq'],
    verify: [`dig @127.0.0.1 ${exampleName(zones[0])}`],
    undo: [`sudo rm ${path} && sudo systemctl restart dnsmasq`],
    body: zoneServers(zones, stub),
  }),
};

/** Private addresses are what these zones are for, so they pass `stop-dns-rebind`. */
export function zoneServers(zones: readonly Zone[], { host, port }: StubAddress): string {
  return [
    ...zones.map((zone) => `server=/${zone}/${host}#${port}`),
    ...zones.map((zone) => `rebind-domain-ok=/${zone}/`),
  ].join('\n');
}
