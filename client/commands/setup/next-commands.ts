/** The commands that come after `kube-doh setup`. Pure. */
import type { Outcome } from './report.ts';
import { defaultSecretName, keyFromManifest, release } from './secret-manifest.ts';

/** An edge without TLS is on a loopback address, where no pod of a cluster finds it. */
export function isForThisMachine({ protocol }: URL): boolean {
  return protocol === 'http:';
}

/** Each is one line of a POSIX shell. */
export function nextCommands(outcome: Outcome): readonly string[] {
  const { edge, profile, cluster } = outcome;
  return [
    ...(isForThisMachine(edge) ? agentCommands(outcome) : chartCommands(outcome)),
    ...(profile === undefined ? [] : [`kube-doh resolve kubernetes.default.svc --profile ${cluster}`]),
  ];
}

function chartCommands(outcome: Outcome): readonly string[] {
  const { registered, secret, manifestPath } = outcome;
  const applies = registered.key !== 'elsewhere' && manifestPath !== undefined;
  return [
    ...(applies ? [`kubectl create namespace ${secret.namespace}`, `kubectl apply -f ${shellWord(manifestPath)}`] : []),
    helmCommand(outcome),
    `kubectl rollout status deployment/${release} --namespace ${secret.namespace}`,
  ];
}

function helmCommand({ edge, cluster, registered, secret, chart, authorityFile }: Outcome): string {
  const [zone, ...aliases] = registered.zones;
  const values = [
    `cluster=${cluster}`,
    `edge.url=${edge.origin}`,
    ...(zone === undefined || zone === usualZone ? [] : [`config.zone=${zone}`]),
    ...listValue('config.alias', aliases),
    ...listValue('config.clusterset-zone', registered.clustersetZones),
    ...(secret.name === defaultSecretName ? [] : [`key.existingSecret=${secret.name}`]),
  ];
  const flags = [
    // With --set an id such as 2024 would be a number.
    ...values.map((value) => `--set-string ${shellWord(value)}`),
    ...(authorityFile === undefined ? [] : [`--set-file ${shellWord(`edge.certificateAuthority=${authorityFile}`)}`]),
  ];
  return ['helm install', release, shellWord(chart), `--namespace ${secret.namespace}`, ...flags].join(' ');
}

const usualZone = 'cluster.local';

function listValue(name: string, values: readonly string[]): readonly string[] {
  return values.length === 0 ? [] : [`${name}={${values.join(',')}}`];
}

/** The agent beside the edge, with a kubeconfig. */
function agentCommands({ edge, cluster, registered, manifestPath }: Outcome): readonly string[] {
  const [zone, ...aliases] = registered.zones;
  const pem = `${cluster}.pem`;
  const flags = [
    `--edge ${edge.origin}`,
    `--cluster ${cluster}`,
    `--key ${pem}`,
    ...(zone === undefined || zone === usualZone ? [] : [`--zone ${zone}`]),
    ...aliases.map((alias) => `--alias ${alias}`),
    ...registered.clustersetZones.map((name) => `--clusterset-zone ${name}`),
  ];
  const applies = registered.key !== 'elsewhere' && manifestPath !== undefined;
  return [
    ...(applies ? [keyFromManifest(shellWord(manifestPath), pem)] : []),
    `kube-doh agent ${flags.join(' ')} --kubeconfig ~/.kube/config`,
  ];
}

/** As one word of a POSIX shell. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
