/** `/etc/resolver`, where macOS looks for the name server of a zone (resolver(5)). */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName } from '../setup.ts';

export const appleResolver: PlainRecipe = {
  summary: 'macOS, through the stub: a script for /etc/resolver',
  way: 'stub',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: [
      'Since macOS 15 each program needs the permission "Local Network" for names of .local (System Settings, Privacy & Security).',
      'dig, host, nslookup, and programs that read /etc/resolv.conf themselves do not look here.',
    ],
    use: ['sh THIS-FILE'],
    verify: [`scutil --dns; dscacheutil -q host -a name ${exampleName(zones[0])}`],
    undo: [`sudo rm ${zones.map(fileOf).join(' ')}`],
    body: [
      'sudo mkdir -p /etc/resolver',
      ...zones.map((zone) => {
        const lines = ['# kube-doh', `nameserver ${stub.host}`, `port ${stub.port}`];
        return [`sudo tee ${fileOf(zone)} >/dev/null <<'END'`, ...lines, 'END'].join('\n');
      }),
      'sudo killall -HUP mDNSResponder',
    ].join('\n'),
  }),
};

function fileOf(zone: string): string {
  return `/etc/resolver/${zone}`;
}
