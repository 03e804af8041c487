/** The command line of each program of the control plane. Pure. */
import { join } from 'node:path';
import type { PlaneFiles } from './folder.ts';
import type { Ports } from './ports.ts';
import type { ProgramName } from './versions.ts';

/** What the fake kubelet does to nodes and pods: kwok's own stages, see stages/README.md. */
const stages = ['node-initialize', 'pod-ready', 'pod-delete'];

/** kube-controller-manager's controllers: those that make pods, slices and deletions happen. */
const controllers = [
  'deployment-controller',
  'endpointslice-controller',
  'endpointslice-mirroring-controller',
  'garbage-collector-controller',
  'job-controller',
  'namespace-controller',
  'replicaset-controller',
  'statefulset-controller',
];

/** Arguments per program. Each names the folder, by which a process is recognised later (processes.ts). */
export function commandLines(files: PlaneFiles, ports: Ports): Readonly<Record<ProgramName, readonly string[]>> {
  const etcdUrl = `http://127.0.0.1:${ports.etcdClient}`;
  const etcdPeerUrl = `http://127.0.0.1:${ports.etcdPeer}`;
  return {
    etcd: [
      '--name=control-plane',
      `--data-dir=${files.etcdData}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=${etcdPeerUrl}`,
      `--initial-advertise-peer-urls=${etcdPeerUrl}`,
      `--initial-cluster=control-plane=${etcdPeerUrl}`,
      // Nothing outlives the machine's next start, so nothing waits for the disk.
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
    'kube-apiserver': [
      `--etcd-servers=${etcdUrl}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${ports.apiServer}`,
      `--cert-dir=${files.certificates}`,
      '--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112',
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-account-key-file=${files.serviceAccountKey}`,
      `--service-account-signing-key-file=${files.serviceAccountKey}`,
      `--token-auth-file=${files.tokens}`,
      '--authorization-mode=RBAC',
      // Pods need no ServiceAccount of their own, and the fake node no taint while it starts.
      '--disable-admission-plugins=ServiceAccount,TaintNodesByCondition',
      '--endpoint-reconciler-type=none',
      // A test that creates thousands of objects at once is not told to slow down.
      '--max-requests-inflight=2000',
      '--max-mutating-requests-inflight=1000',
    ],
    'kube-controller-manager': [
      `--kubeconfig=${files.kubeconfig}`,
      `--controllers=${controllers.join(',')}`,
      '--secure-port=0',
      '--leader-elect=false',
      '--kube-api-qps=500',
      '--kube-api-burst=1000',
    ],
    'kube-scheduler': [
      `--kubeconfig=${files.kubeconfig}`,
      '--secure-port=0',
      '--leader-elect=false',
      '--kube-api-qps=500',
      '--kube-api-burst=1000',
    ],
    kwok: [
      `--kubeconfig=${files.kubeconfig}`,
      '--manage-all-nodes=true',
      '--node-ip=192.0.2.1',
      // Neither a kubelet port (it would listen on all addresses) nor leases: nobody watches either.
      '--node-port=0',
      '--node-lease-duration-seconds=0',
      ...stages.map((stage) => `--config=${join(import.meta.dirname, 'stages', `${stage}.yaml`)}`),
    ],
    coredns: ['-conf', files.corefile],
  };
}
