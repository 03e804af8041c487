/** Tailscale: split DNS of a whole tailnet, which takes addresses and no URLs. */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName } from '../setup.ts';

export const tailscale: PlainRecipe = {
  summary: 'Tailscale, with a stub for all devices: split DNS of the tailnet',
  way: 'stub for others',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: [
      `On the machine with the address ${stub.host} in the tailnet: kube-doh dns --listen ${stub.host}:53 --allow 100.64.0.0/10`,
      'The token stays there. By hand: admin console, DNS, Add nameserver, Custom, Restrict to domain.',
    ],
    use: ['sh THIS-FILE, with an API key in TAILSCALE_API_KEY'],
    verify: [`on a device: getent hosts ${exampleName(zones[0])}`],
    undo: ['the same with null in the place of the addresses'],
    body: `curl -fsS -X PATCH -u "$TAILSCALE_API_KEY:" -H 'content-type: application/json' \\
  --data '${JSON.stringify(Object.fromEntries(zones.map((zone) => [zone, [stub.host]])))}' \\
  https://api.tailscale.com/api/v2/tailnet/-/dns/split-dns`,
  }),
};
