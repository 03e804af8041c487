/** Windows' name resolution policy (NRPT), in PowerShell: rules outlive what they lead to, so they carry a mark. */

const mark = 'kube-doh config';

export const removeRules = `Get-DnsClientNrptRule | Where-Object Comment -eq '${mark}' | Remove-DnsClientNrptRule -Force`;

/** One for each zone in `$namespaces`: a single rule takes no more than 50. `servers` is an expression. */
export function addRules(servers: string): string {
  return `foreach ($namespace in $namespaces) {
    Add-DnsClientNrptRule -Namespace $namespace -NameServers ${servers} -Comment '${mark}'
  }`;
}
