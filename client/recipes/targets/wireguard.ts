/** WireGuard: wg-quick on Linux with systemd-resolved; the apps of other systems know no zones. */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName, hostAndPort } from '../setup.ts';

export const wireguard: PlainRecipe = {
  summary: 'WireGuard (wg-quick on Linux), with a stub for all peers',
  way: 'stub for others',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: [
      `In the VPN: kube-doh dns --listen ${hostAndPort(stub)} --allow THE-PEERS'-RANGE. The token stays there.`,
      '"DNS = ADDRESS, zone" would make the zones search domains and send everything there. The apps for macOS, iOS and Windows know',
      'nothing else: give the stub --upstream for them, or use a stub on the machine itself.',
    ],
    use: [
      'the section [Interface] of the peer, such as /etc/wireguard/wg0.conf; then wg-quick down wg0; wg-quick up wg0',
    ],
    verify: [`resolvectl query ${exampleName(zones[0])}`],
    undo: ['take the lines away'],
    body: [
      `PostUp = resolvectl dns %i ${stub.host}`,
      `PostUp = resolvectl domain %i ${zones.map((zone) => `~${zone}`).join(' ')}`,
      'PostUp = resolvectl default-route %i no',
    ].join('\n'),
  }),
};
