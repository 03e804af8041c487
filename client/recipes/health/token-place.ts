/**
 * Where health checkers have their token: in a file beside the configuration, or in the environment. Never in a URL, which
 * Prometheus copies into labels and others show on pages.
 */
import { shellQuoted } from '../quote.ts';
import type { Edge } from '../setup.ts';

export const tokenFile = '/etc/kube-doh/health.token';
export const tokenVariable = 'KUBE_DOH_TOKEN';

/** How a token comes to be that opens no more than it has to. */
export function tokenRemarks({ hasToken, identity }: Edge, where: string): readonly string[] {
  if (!hasToken) return [];
  const { origin } = new URL(identity);
  return [
    `The token stands in ${where}; here is none. Best is one of its own, limited to what is checked:`,
    `kube-doh token create --name health --cluster CLUSTER --namespace NAMESPACE --edge ${shellQuoted(origin)} --admin-key-file FILE`,
  ];
}
