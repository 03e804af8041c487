/** The chart as plain manifests, for `kubectl apply`. Pure but for `helm`, which the caller runs. */

/** Runs Helm with these arguments and resolves to what it prints. */
export type RunHelm = (...args: readonly string[]) => Promise<string>;

/** By the names of their files. */
export type PlainManifests = Readonly<Record<'kube-doh.yaml' | 'retire.yaml', string>>;

/** What users put in the place of these is in the first lines of the file. */
const values = ['--set', 'cluster=my-cluster', '--set', 'edge.url=https://dns.example.com'];

export async function plainManifests(helm: RunHelm, chart: string): Promise<PlainManifests> {
  const template = ['template', 'kube-doh', chart, '--namespace', 'kube-doh', ...values];
  const installed = await helm(...template, '--no-hooks');
  const retired = await helm(...template, '--show-only', 'templates/retire-job.yaml');
  return {
    'kube-doh.yaml': `${installHeader}${namespace}${withoutHelm(installed)}`,
    'retire.yaml': `${retireHeader}${withoutHelm(retired)}`,
  };
}

/** Helm is not there, and manages nothing. */
function withoutHelm(rendered: string): string {
  return rendered
    .replace(/^ +(helm\.sh\/|checksum\/|app\.kubernetes\.io\/managed-by:).*\n/gm, '')
    .replace(/^( +)annotations:\n(?!\1 )/gm, '')
    .replace(/^# Source: .*\n/gm, '')
    .replace(/\n{2,}/g, '\n');
}

const origin = '# Rendered from the chart deploy/chart by "node deploy/manifests/main.ts".\n';

const installHeader = `${origin}#
# In the ConfigMap, put the cluster's id at the edge in the place of "my-cluster", and the edge's URL in the place of
# "https://dns.example.com". The signing key comes from a Secret:
#
#   kubectl create namespace kube-doh
#   kubectl create secret generic kube-doh-key --namespace kube-doh --from-file=key.pem
#   kubectl apply --server-side -f kube-doh.yaml
#
# After a later change of the ConfigMap or the Secret: kubectl rollout restart deployment/kube-doh --namespace kube-doh
`;

const retireHeader = `${origin}#
# Tells clients that the cluster has left, the last thing to do before kube-doh.yaml is deleted:
#
#   kubectl apply --server-side -f retire.yaml
#   kubectl wait job/kube-doh-retire --namespace kube-doh --for condition=complete --timeout 4m
#   kubectl delete -f retire.yaml -f kube-doh.yaml
#
# The agents stand by for two minutes from then on; those that are still there publish again. The Secret goes with the
# namespace.
`;

const namespace = `---
apiVersion: v1
kind: Namespace
metadata:
  name: kube-doh
  labels:
    pod-security.kubernetes.io/enforce: restricted
`;
