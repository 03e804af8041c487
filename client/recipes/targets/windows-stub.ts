/** Windows, through the stub: a name resolution policy. */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName } from '../setup.ts';
import { addRules, removeRules } from './windows-rules.ts';

export const windowsStub: PlainRecipe = {
  summary: 'Windows, through the stub: a PowerShell script',
  way: 'stub at port 53',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: [
      'Internet sharing, which WSL and Hyper-V turn on, may hold port 53 of 127.0.0.1: let the stub listen at 127.0.0.53 then.',
      'nslookup does not look here.',
    ],
    use: ['in PowerShell as administrator: .\\THIS-FILE.ps1'],
    verify: [`Resolve-DnsName ${exampleName(zones[0])}`],
    undo: ['.\\THIS-FILE.ps1 -Remove'],
    body: `param([switch] $Remove)
$ErrorActionPreference = 'Stop'
$namespaces = ${zones.map((zone) => `'.${zone}'`).join(', ')}

${removeRules}
if (-not $Remove) {
  ${addRules(`'${stub.host}'`)}
}
Clear-DnsClientCache`,
  }),
};
