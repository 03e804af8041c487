/**
 * How what is discovered becomes what is asked: the relabelling that Prometheus and Alloy have in common. The labels of
 * discovery are those of Prometheus's own for EndpointSlices, and two of the edge's.
 */

/** As in Prometheus's relabel_config. */
export interface RelabelRule {
  /** Stands before it, as a comment. */
  readonly why?: string;
  readonly source?: string;
  readonly regex?: string;
  readonly target?: string;
  readonly replacement?: string;
  /** Without it, the target label gets the source's value, or the replacement. */
  readonly action?: 'keep' | 'drop';
}

const endpoint = '__meta_kubernetes_endpointslice_endpoint_conditions';

/** For pods, however they are asked. */
export const podRules: readonly RelabelRule[] = [
  { why: 'Pods on their way out may be silent.', source: `${endpoint}_terminating`, regex: 'true', action: 'drop' },
  { source: '__meta_kubernetes_endpointslice_port_protocol', regex: 'UDP|SCTP', action: 'drop' },
  { source: '__meta_kube_doh_cluster', target: 'cluster' },
  { source: '__meta_kubernetes_namespace', target: 'namespace' },
  { source: '__meta_kubernetes_service_name', target: 'service' },
  { source: '__meta_kubernetes_pod_name', target: 'pod' },
  { source: '__meta_kubernetes_pod_node_name', target: 'node' },
];

/** The label by which the alerts find what is probed, and its values. */
export const checkLabel = 'kube_doh_check';
export type Check = 'pod' | 'ready' | 'snapshot';

/** For pods that are probed. */
export const probeRules: readonly RelabelRule[] = [
  { why: 'What the cluster says: only a ready pod has to answer.', source: `${endpoint}_ready`, target: 'ready' },
  { target: checkLabel, replacement: 'pod' satisfies Check },
];
