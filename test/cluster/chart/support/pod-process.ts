/**
 * A pod's container as a process of this machine: the command of the image, with the arguments, variables and files that the
 * Pod says, as the user that it says, without capabilities, in a read-only file system that holds Node, the command and the
 * pod's volumes. Two things differ: the network is this machine's, so each pod listens on a port of its own; and the API
 * server is at its address here.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Pod, Probe } from './pod.ts';
import { type PodCluster, writePodFiles } from './pod-files.ts';

/** What an image holds. */
export interface Image {
  /** The path of the command as one script. */
  readonly command: string;
  /** For files of pods. */
  readonly directory: string;
}

/** In namespaces of its own, for mounts and for the host's name, which end with the process. */
const build = `
root=$1 files=$2 node=$3 command=$4; shift 4
hostname "$HOSTNAME"
mount -t tmpfs -o mode=0755 pod "$root"
mkdir "$root/usr" "$root/proc" "$root/dev" "$root/app"
cp -a "$files/." "$root/"
mount --rbind /usr "$root/usr"; mount --rbind /proc "$root/proc"; mount --rbind /dev "$root/dev"
for name in bin lib lib64; do ln -s "usr/$name" "$root/$name"; done
touch "$root/app/node"; mount --bind "$node" "$root/app/node"
cp "$command" "$root/app/kube-doh.mjs"
chmod 0755 "$root"
mount -o remount,ro "$root"
exec chroot "$root" "$@"
`;

export class PodProcess {
  readonly pod: Pod;
  readonly #child: ChildProcess;
  readonly #port: number;
  readonly #ended: Promise<number | null>;
  #log = '';

  private constructor(pod: Pod, child: ChildProcess, port: number) {
    this.pod = pod;
    this.#child = child;
    this.#port = port;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#log += text;
      });
    }
    this.#ended = once(child, 'close').then(() => child.exitCode);
  }

  /** Rejects where something is missing that the pod mounts. */
  static async start(cluster: PodCluster, image: Image, pod: Pod): Promise<PodProcess> {
    const folder = mkdtempSync(join(image.directory, 'pod-'));
    const [root, files] = [mkdtempSync(join(folder, 'root-')), mkdtempSync(join(folder, 'files-'))];
    await writePodFiles(cluster, pod, files);
    const port = await freePort();
    const { runAsUser, runAsGroup, fsGroup } = pod.spec.securityContext;
    const [container] = pod.spec.containers;
    const user = [
      ...[`--reuid=${runAsUser}`, `--regid=${runAsGroup}`, `--groups=${fsGroup}`],
      ...['--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'],
    ];
    const command = ['/app/node', '/app/kube-doh.mjs', ...container!.args];
    const prepared = [root, files, process.execPath, image.command];
    const { hostname, port: apiPort } = new URL(cluster.api.url);
    const env = {
      PATH: '/usr/bin',
      HOSTNAME: pod.metadata.name,
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: apiPort,
      KUBE_DOH_LISTEN: `127.0.0.1:${port}`,
      ...Object.fromEntries((container!.env ?? []).map(({ name, value }) => [name, value])),
    };
    const child = spawn(
      'unshare',
      ['--mount', '--uts', 'sh', '-ec', build, 'sh', ...prepared, 'setpriv', ...user, ...command],
      {
        env: { ...env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const started = new PodProcess(pod, child, port);
    void started.#ended.then(() => rmSync(folder, { recursive: true, force: true }));
    return started;
  }

  /** All that it has written. */
  get log(): string {
    return this.#log;
  }

  /** Resolves to its exit code when it has ended; null by a signal. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The status with which a probe is answered; undefined where nobody answers. */
  async probe({ httpGet: { path, port } }: Probe): Promise<number | undefined> {
    const [container] = this.pod.spec.containers;
    // A probe names the port; here it has another number.
    if (!container!.ports?.some(({ name }) => name === port)) throw new Error(`the container has no port ${port}`);
    return fetch(`http://127.0.0.1:${this.#port}${path}`).then(
      ({ status }) => status,
      () => undefined,
    );
  }

  /** As by the kubelet of a pod that is deleted. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return this.#ended;
  }
}

/** Of 127.0.0.1. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
