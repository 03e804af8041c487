/** The Kubernetes Secret with a cluster's signing key, as a manifest for kubectl. Pure. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { ClusterId } from '../../../zone/cluster-id.ts';

/** Where the chart looks for the key unless told otherwise: in a release of this name, in a namespace of this name. */
export const release = 'kube-doh';
export const defaultSecretName = `${release}-key`;

/** The chart's default for `key.entry`. */
const entry = 'key.pem';

export interface SecretPlace {
  readonly namespace: string;
  readonly name: string;
}

/** `pem`: PKCS #8. */
export function formatSecret(cluster: ClusterId, { namespace, name }: SecretPlace, pem: string): string {
  return `# Holds a private key: whoever has it can publish cluster ${cluster}. Made by "kube-doh setup".
apiVersion: v1
kind: Secret
metadata:
  name: ${name}
  namespace: ${namespace}
type: Opaque
data:
  ${entry}: ${Buffer.from(pem).toString('base64')}
`;
}

/** The public half of the key in a manifest that was made here; undefined when there is none. */
export function publicKeyIn(manifest: string): string | undefined {
  const value = new RegExp(`^  ${entry.replace('.', '\\.')}: ([A-Za-z0-9+/=]+)$`, 'm').exec(manifest)?.[1];
  if (value === undefined) return undefined;
  try {
    const key = createPrivateKey(Buffer.from(value, 'base64').toString());
    return key.asymmetricKeyType === 'ed25519' ? createPublicKey(key).export({ format: 'jwk' }).x : undefined;
  } catch {
    return undefined;
  }
}

/** The command of a POSIX shell that takes the key out of such a manifest again. */
export function keyFromManifest(manifest: string, pem: string): string {
  return `(umask 077; sed -n 's/^  ${entry}: //p' ${manifest} | base64 -d > ${pem})`;
}

/** What Kubernetes takes as the name of a namespace (RFC 1123 label). */
export function isNamespaceName(text: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text);
}

/** What Kubernetes takes as the name of a Secret (RFC 1123 subdomain). */
export function isSecretName(text: string): boolean {
  return text.length <= 253 && text.split('.').every(isNamespaceName);
}
