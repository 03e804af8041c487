/** Windows: rules of the Name Resolution Policy Table, which know an address and no port, found again by their comment. */
import type { ListenAddress } from '../listen-address.ts';
import type { Wiring } from '../plan.ts';
import { powershell, quoted } from '../powershell.ts';

/** Windows ignores what a rule holds beyond. */
const maxZonesPerRule = 50;

export function windowsSteps(zones: readonly string[], { host }: ListenAddress): Wiring {
  const rules: string[] = [];
  for (let at = 0; at < zones.length; at += maxZonesPerRule) {
    // The dot in front: the zone and everything below it.
    const namespaces = zones.slice(at, at + maxZonesPerRule).map((zone) => quoted(`.${zone}`));
    rules.push(
      `Add-DnsClientNrptRule -Namespace ${namespaces.join(',')} -NameServers ${quoted(host)} -DisplayName 'kube-doh' -Comment ${quoted(comment)}`,
    );
  }
  return {
    steps: [
      { kind: 'reload', service: 'windows-resolver', when: 'undo' },
      // Rules outlive crashes: what an install that nobody noted has left goes first.
      { kind: 'run', starts: 'nrpt-rules', command: powershell([removeRules, ...rules]) },
      { kind: 'reload', service: 'windows-resolver', when: 'do' },
    ],
    notes: ['check with "Resolve-DnsName NAME"; nslookup does not read these rules'],
  };
}

/** Of a rule of ours. */
const comment = 'Written by kube-doh, removed by kube-doh dns uninstall';

/** In PowerShell. */
export const removeRules = `Get-DnsClientNrptRule | Where-Object Comment -eq ${quoted(comment)} | ForEach-Object { Remove-DnsClientNrptRule -Name $_.Name -Force }`;
