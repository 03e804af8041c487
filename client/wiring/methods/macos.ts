/** macOS: a file in /etc/resolver for each zone, resolver(5). The only way there by which names below `.local` are asked. */
import type { ListenAddress } from '../listen-address.ts';
import { mark } from '../mark.ts';
import type { Wiring } from '../plan.ts';

export function macosSteps(zones: readonly string[], { host, port }: ListenAddress): Wiring {
  return {
    steps: [
      { kind: 'reload', service: 'macos-resolver', when: 'undo' },
      ...zones.map((zone) => ({
        kind: 'file' as const,
        path: `/etc/resolver/${zone}`,
        content: `# ${mark}\nnameserver ${host}\nport ${port}\n`,
        mode: 0o644,
      })),
      { kind: 'reload', service: 'macos-resolver', when: 'do' },
    ],
    notes: [
      'check with "dscacheutil -q host -a name NAME"; dig and host do not read /etc/resolver',
      'from macOS 15 on, a program needs the permission "Local Network" for names below .local: System Settings, Privacy & Security',
    ],
  };
}
