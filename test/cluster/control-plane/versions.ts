/**
 * The programs of the control plane and their versions: the one place to read them. The Go modules in `go/` pin the
 * same versions with every dependency (versions.test.ts compares the two). README.md tells how to raise one.
 */
import { createHash } from 'node:crypto';

/** The six programs of a control plane, by the names of their executables. */
export type ProgramName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kwok' | 'coredns';

/** How one executable is built from a released Go module. */
export interface Program {
  readonly name: ProgramName;
  readonly version: string;
  /** The released module, which the go.mod of `goModule` requires at `version`. */
  readonly release: string;
  /** The folder in `go/` that pins the build. */
  readonly goModule: 'kubernetes' | 'coredns';
  /** The Go package with `func main`, as seen from that folder. */
  readonly mainPackage: string;
  readonly linkerFlags: readonly string[];
}

const kubernetesVersion = 'v1.36.3';
const etcdVersion = 'v3.6.16';
const kwokVersion = 'v0.8.0';
const corednsVersion = 'v1.15.0';

/** Kubernetes reads its own version at run time: without the stamp it calls itself v0.0.0 and leaves out API groups. */
const kubernetesStamp = [
  `-X k8s.io/component-base/version.gitVersion=${kubernetesVersion}`,
  `-X k8s.io/component-base/version.gitMajor=${kubernetesVersion.slice(1).split('.')[0]}`,
  `-X k8s.io/component-base/version.gitMinor=${kubernetesVersion.split('.')[1]}`,
];

/** Every program, in the order in which they are built. */
export const programs: readonly Program[] = [
  {
    name: 'etcd',
    version: etcdVersion,
    release: 'go.etcd.io/etcd/server/v3',
    goModule: 'kubernetes',
    mainPackage: 'go.etcd.io/etcd/server/v3',
    linkerFlags: [],
  },
  kubernetesProgram('kube-apiserver'),
  kubernetesProgram('kube-controller-manager'),
  kubernetesProgram('kube-scheduler'),
  {
    name: 'kwok',
    version: kwokVersion,
    release: 'sigs.k8s.io/kwok',
    goModule: 'kubernetes',
    mainPackage: 'sigs.k8s.io/kwok/cmd/kwok',
    linkerFlags: [],
  },
  {
    name: 'coredns',
    version: corednsVersion,
    release: 'github.com/coredns/coredns',
    goModule: 'coredns',
    mainPackage: '.',
    linkerFlags: [],
  },
];

/**
 * Names the cache folder of one set of executables: 16 hex digits that change with a program, a file of the Go modules
 * or the kind of machine, and with nothing else.
 */
export function cacheKey(goFiles: readonly string[], machine: { platform: string; arch: string }): string {
  const facts = JSON.stringify([programs, goFiles, machine.platform, machine.arch]);
  return createHash('sha256').update(facts).digest('hex').slice(0, 16);
}

function kubernetesProgram(name: 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler'): Program {
  return {
    name,
    version: kubernetesVersion,
    release: 'k8s.io/kubernetes',
    goModule: 'kubernetes',
    mainPackage: `k8s.io/kubernetes/cmd/${name}`,
    linkerFlags: kubernetesStamp,
  };
}
