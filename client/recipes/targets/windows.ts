/** Windows 11 and Server 2022: a name resolution policy, whose server's address is upgraded to HTTPS. */
import { hash } from '../comment.ts';
import type { EdgeRecipe } from '../recipe.ts';
import { exampleName } from '../setup.ts';
import { addRules, removeRules } from './windows-rules.ts';

export const windows: EdgeRecipe = {
  summary: 'Windows 11, Server 2022, without a stub: a PowerShell script',
  way: 'edge',
  namesAuthority: false,
  edges: 'one',
  scope: 'all zones',
  comment: hash,
  write: ({ dohUrl, zones }) => ({
    remarks: [
      'The edge must keep the addresses that you pass: without them Windows asks nobody. nslookup does not look here.',
      'Where an administrator prohibits "Configure DNS over HTTPS", use the stub. The token stands in the registry.',
    ],
    use: [
      'in PowerShell as administrator:',
      `.\\THIS-FILE.ps1 -EdgeAddress (Resolve-DnsName ${new URL(dohUrl).hostname} -Type A | Where-Object IPAddress).IPAddress`,
    ],
    verify: [`Resolve-DnsName ${exampleName(zones[0])}`],
    undo: ['.\\THIS-FILE.ps1 -Remove'],
    body: `param([string[]] $EdgeAddress, [switch] $Remove)
$ErrorActionPreference = 'Stop'
$template = '${dohUrl}'
$namespaces = ${zones.map((zone) => `'.${zone}'`).join(', ')}

if (-not $Remove -and -not $EdgeAddress) { throw 'pass the addresses of the edge: -EdgeAddress 192.0.2.1' }
${removeRules}
# Also those with an older token.
Get-DnsClientDohServerAddress |
  Where-Object { "$($_.DohTemplate)".StartsWith('${new URL(dohUrl).origin}/') } |
  Remove-DnsClientDohServerAddress
if (-not $Remove) {
  foreach ($address in $EdgeAddress) {
    Add-DnsClientDohServerAddress -ServerAddress $address -DohTemplate $template -AutoUpgrade $true -AllowFallbackToUdp $false
  }
  ${addRules('$EdgeAddress')}
}
Clear-DnsClientCache`,
  }),
};
