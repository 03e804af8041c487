/** The kubeconfig of the embedded cluster. Pure. */
import { stringify } from 'yaml';
import { USER_NAME } from './api/faults.ts';

/** What a client needs to know to reach a cluster. */
export interface Access {
  readonly url: string;
  readonly token: string | undefined;
  /** The certificate of the authority to trust, if the URL is https. */
  readonly authorityPem: string | undefined;
}

/** The YAML text of a kubeconfig with one cluster, user and context. */
export function kubeconfigOf({ url, token, authorityPem }: Access): string {
  const authority =
    authorityPem === undefined ? {} : { 'certificate-authority-data': Buffer.from(authorityPem).toString('base64') };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'embedded', cluster: { server: url, ...authority } }],
    users: [{ name: USER_NAME, user: token === undefined ? {} : { token } }],
    contexts: [{ name: 'embedded', context: { cluster: 'embedded', user: USER_NAME, namespace: 'default' } }],
    'current-context': 'embedded',
  });
}
