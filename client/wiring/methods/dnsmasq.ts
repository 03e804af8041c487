/** dnsmasq(8), its own service or the one that NetworkManager runs: a server for each zone. */
import type { ListenAddress } from '../listen-address.ts';
import { mark } from '../mark.ts';
import type { Wiring } from '../plan.ts';

const paths = {
  networkmanager: '/etc/NetworkManager/dnsmasq.d/kube-doh.conf',
  dnsmasq: '/etc/dnsmasq.d/kube-doh.conf',
} as const;

export function dnsmasqSteps(
  service: keyof typeof paths,
  zones: readonly string[],
  { host, port }: ListenAddress,
): Wiring {
  const lines = zones.flatMap((zone) => [
    `server=/${zone}/${host}#${port}`,
    // Pods have private addresses, which `stop-dns-rebind` would take out.
    `rebind-domain-ok=/${zone}/`,
  ]);
  return {
    steps: [
      { kind: 'reload', service, when: 'undo' },
      { kind: 'file', path: paths[service], content: `${[`# ${mark}`, ...lines].join('\n')}\n`, mode: 0o644 },
      { kind: 'reload', service, when: 'do' },
    ],
    notes: [],
  };
}
