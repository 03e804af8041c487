/** The texts of the control plane's configuration files. Pure. */
import { stringify } from 'yaml';
import type { PlaneFiles } from './folder.ts';
import type { Ports } from './ports.ts';

/** A kubeconfig whose one user is the administrator. `authority` is PEM. */
export function kubeconfigText(apiServerUrl: string, authority: string, adminToken: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'control-plane',
    contexts: [{ name: 'control-plane', context: { cluster: 'control-plane', user: 'admin' } }],
    clusters: [
      {
        name: 'control-plane',
        cluster: {
          server: apiServerUrl,
          'certificate-authority-data': Buffer.from(authority).toString('base64'),
        },
      },
    ],
    users: [{ name: 'admin', user: { token: adminToken } }],
  });
}

/** The API server's static token file: one administrator. */
export function tokensText(adminToken: string): string {
  return `${adminToken},admin,admin,"system:masters"\n`;
}

/** CoreDNS with other options, on a port of its own. */
export interface Resolver {
  /** Zones of the plugin `kubernetes`, such as `cluster.local`. */
  readonly zones: readonly string[];
  /** Its options, one in each line of the Corefile. */
  readonly options: readonly string[];
}

/**
 * CoreDNS's Corefile: the cluster's zones over Do53 and, with the API server's certificate, over HTTPS; each further
 * resolver over plain HTTP.
 */
export function corefileText(files: PlaneFiles, ports: Ports, resolvers: readonly Resolver[]): string {
  const quoted = (path: string) => JSON.stringify(path);
  return `(cluster) {
  bind 127.0.0.1
  errors
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig ${quoted(files.kubeconfig)}
    pods insecure
    ttl 30
  }
}
.:${ports.dns} {
  import cluster
}
https://.:${ports.doh} {
  tls ${quoted(files.serverCertificate)} ${quoted(files.serverKey)}
  import cluster
}
${resolvers.map((resolver, i) => resolverText(resolver, ports.resolvers[i]!, quoted(files.kubeconfig))).join('')}`;
}

/** `https://` without a certificate is CoreDNS's word for plain HTTP. */
function resolverText({ zones, options }: Resolver, port: number, kubeconfig: string): string {
  return `https://.:${port} {
  bind 127.0.0.1
  kubernetes ${zones.join(' ')} {
    kubeconfig ${kubeconfig}
${options.map((option) => `    ${option}\n`).join('')}  }
}
`;
}
