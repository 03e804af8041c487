/** All options of the agent: the one table that flags, variables, files, the usage and docs/operating.md come from. */
import type { OptionTable } from './option.ts';

/** What is observed and what is published of it. */
export const publishingOptions = {
  kubeconfig: { kind: 'text', value: 'FILE', help: 'a cluster from outside', otherwise: 'the cluster that it runs in' },
  context: { kind: 'text', value: 'NAME', help: 'a context of that file', otherwise: 'its current one' },
  cluster: {
    kind: 'text',
    value: 'ID',
    default: 'local',
    help: 'the cluster\'s id at the edge, of a-z, 0-9 and "-"',
  },
  zone: { kind: 'text', value: 'NAME', default: 'cluster.local', help: "the cluster's own domain" },
  alias: { kind: 'list', value: 'NAME', help: 'a further zone that answers the same; up to 15 times' },
  ttl: { kind: 'text', value: 'SECONDS', default: '30', help: 'TTL of the records, 0 to 3600' },
  namespaces: {
    kind: 'list',
    value: 'A,B',
    help: 'only these namespaces; a Role in each of them suffices',
    otherwise: 'all',
  },
  'namespace-labels': {
    kind: 'text',
    value: 'SELECTOR',
    help: 'only namespaces with these labels, such as "team=web,stage in (prod,test)"',
  },
  labels: {
    kind: 'text',
    value: 'SELECTOR',
    help: 'only Services, EndpointSlices, Pods and ServiceImports with these labels',
  },
  pods: {
    kind: 'text',
    value: 'MODE',
    default: 'disabled',
    help: 'names below "pod": disabled, insecure (any address) or verified (addresses of pods)',
  },
  'endpoint-pod-names': {
    kind: 'switch',
    default: false,
    help: 'name an endpoint without a hostname after its pod, not after its address',
  },
  'ignore-empty-service': {
    kind: 'switch',
    default: false,
    help: 'a Service with a cluster IP and without a ready endpoint does not exist',
  },
  'clusterset-zone': {
    kind: 'list',
    value: 'NAME',
    help: 'the zone of multi-cluster Services, such as clusterset.local; further ones are its aliases',
    otherwise: 'none',
  },
  'publish-interval': {
    kind: 'text',
    value: 'SECONDS',
    default: '3',
    help: 'shortest time between two publishes, 1 to 240',
  },
  'reverse-zone': {
    kind: 'list',
    value: 'CIDR',
    help: 'a block that reverse lookups answer for; up to 256 times',
    otherwise: 'the private blocks',
  },
  'deletion-guard': {
    kind: 'text',
    value: 'PERCENT',
    default: '50',
    help: 'hold a publish back in which more than this share of the names would vanish, 1 to 100; 100 holds nothing back',
  },
  'deletion-guard-hold': {
    kind: 'text',
    value: 'SECONDS',
    default: '600',
    help: 'publish it after all when it has stayed so for this long, 1 to 3600',
  },
  'allow-deletions': {
    kind: 'switch',
    default: false,
    help: 'hold nothing back: what is seen is published at once',
  },
  remarks: {
    kind: 'switch',
    default: false,
    help: 'also publish why names have no records, for "kube-doh why"',
  },
  endpoints: {
    kind: 'switch',
    default: false,
    help: 'also publish the endpoints of all Services, ready or not, for health checkers and "kube-doh sd"',
  },
  'visibility-probe': {
    kind: 'text',
    value: 'SECONDS',
    default: '30',
    help: 'shortest time between two looks at the edge for when a change is answered there, 1 to 3600; 0 for none',
  },
} as const satisfies OptionTable;

/** How the process does it. */
export const operatingOptions = {
  edge: { kind: 'text', value: 'URL', help: 'the edge, such as https://dns.example.com' },
  key: {
    kind: 'text',
    value: 'FILE',
    help: 'the private key to sign with; "kube-doh key new FILE" makes one',
  },
  config: { kind: 'text', value: 'FILE', help: 'further options, in YAML or JSON; keys are the flags without "--"' },
  'leader-elect': {
    kind: 'switch',
    help: 'of all agents of the cluster, only the holder of a Lease publishes',
    otherwise: 'on in the cluster, off with --kubeconfig',
  },
  'lease-name': { kind: 'text', value: 'NAME', help: 'the Lease', otherwise: 'kube-doh-CLUSTER' },
  'lease-namespace': {
    kind: 'text',
    value: 'NAME',
    help: 'the namespace of the Lease',
    otherwise: "the pod's own, outside of the cluster default",
  },
  'lease-duration': {
    kind: 'text',
    value: 'SECONDS',
    default: '15',
    help: 'how long others wait for a leader that says nothing',
  },
  'lease-renew-deadline': {
    kind: 'text',
    value: 'SECONDS',
    default: '10',
    help: 'how long a leader that cannot renew goes on; shorter than the duration',
  },
  'lease-retry': {
    kind: 'text',
    value: 'SECONDS',
    default: '2',
    help: 'how long between two tries; 1.2 times this is shorter than the deadline',
  },
  events: {
    kind: 'switch',
    default: true,
    help: 'write Kubernetes Events about objects that cannot become records',
  },
  'dry-run': {
    kind: 'switch',
    default: false,
    help: 'write nothing; print the records that would go and come at the edge, and then those that change',
  },
  once: {
    kind: 'switch',
    default: false,
    help: 'end after the first publish; with --dry-run, after the first comparison',
  },
  listen: {
    kind: 'text',
    value: 'HOST:PORT',
    help: 'answer /livez, /readyz and /metrics there',
    otherwise: 'nowhere',
  },
  'log-format': {
    kind: 'text',
    value: 'FORMAT',
    help: 'text or json',
    otherwise: 'json in the cluster, text with --kubeconfig',
  },
  'log-level': {
    kind: 'text',
    value: 'LEVEL',
    default: 'info',
    help: 'the least important events to log: info, warn or error',
  },
} as const satisfies OptionTable;

const { edge, key, config, ...processOptions } = operatingOptions;

export const agentOptions = { edge, key, config, ...publishingOptions, ...processOptions } as const;
