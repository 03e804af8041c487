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

/** CoreDNS's Corefile: the cluster's zones over Do53 and, with the API server's certificate, over HTTPS. */
export function corefileText(files: PlaneFiles, ports: Ports): string {
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
`;
}
