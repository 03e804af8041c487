/** unbound.conf(5): the zones are forwarded, neither validated nor rid of private addresses. */
import type { ListenAddress } from '../listen-address.ts';
import { mark } from '../mark.ts';
import type { Wiring } from '../plan.ts';

export function unboundSteps(zones: readonly string[], { host, port }: ListenAddress): Wiring {
  const lines = [
    `# ${mark}`,
    'server:',
    '  do-not-query-localhost: no',
    ...zones.flatMap((zone) => [
      // The parents of some are signed and deny them; others (RFC 6303) unbound answers itself.
      `  domain-insecure: "${zone}"`,
      `  private-domain: "${zone}"`,
      `  local-zone: "${zone}" transparent`,
    ]),
    ...zones.flatMap((zone) => ['forward-zone:', `  name: "${zone}"`, `  forward-addr: ${host}@${port}`]),
  ];
  return {
    steps: [
      { kind: 'reload', service: 'unbound', when: 'undo' },
      {
        kind: 'file',
        path: '/etc/unbound/unbound.conf.d/kube-doh.conf',
        content: `${lines.join('\n')}\n`,
        mode: 0o644,
      },
      { kind: 'reload', service: 'unbound', when: 'do' },
    ],
    notes: [],
  };
}
