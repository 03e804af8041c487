/** A machine on which docs/install.md is followed: the packed command, kubectl and helm, an edge's port, and a proxy with TLS. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServerCertificate } from '../../../demo/edge/certificate.ts';
import { type Front, startFront } from '../../../edge/front/front.ts';
import { installPackage, packPackage } from '../../deploy/package/installed-package.ts';
import { AnyObjects } from '../chart/support/any-objects.ts';
import { helmProgram } from '../chart/support/helm.ts';
import { Kubelet } from '../chart/support/kubelet.ts';
import { freePort } from '../chart/support/pod-process.ts';
import { apiServer } from '../control-plane/api-server.ts';
import { clusterObjects } from '../control-plane/apply.ts';
import { cachedProgram } from '../control-plane/cached-program.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import type { System } from '../support/system.ts';
import { kubectlProgram } from './kubectl.ts';
import type { Block, Way } from './page.ts';
import { type Said, Terminal } from './terminal.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** Of the page. */
const namespace = 'kube-doh';
const pagePort = 8787;

export class Reader {
  readonly #way: Way;
  readonly #folder: string;
  readonly #terminal: Terminal;
  readonly #kubelet: Kubelet;
  readonly #proxy: Front;
  readonly #edgePort: number;
  /** What `setup` has printed. */
  #setUp = '';
  readonly objects: AnyObjects;

  private constructor(
    way: Way,
    folder: string,
    parts: { terminal: Terminal; kubelet: Kubelet; proxy: Front; edgePort: number; objects: AnyObjects },
  ) {
    this.#way = way;
    this.#folder = folder;
    this.#terminal = parts.terminal;
    this.#kubelet = parts.kubelet;
    this.#proxy = parts.proxy;
    this.#edgePort = parts.edgePort;
    this.objects = parts.objects;
  }

  /** Where the page begins. */
  static async start(to: System, way: Way): Promise<Reader> {
    const directory = mkdtempSync(join(to.directory, 'install-'));
    const { folder } = await installPackage(await packPackage(directory), process.execPath);
    for (const part of ['deploy/chart', 'deploy/manifests'])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    // In a clone it is there.
    symlinkSync(join(root, 'node_modules/workerd'), join(folder, 'node_modules/workerd'));
    const home = join(directory, 'home');
    mkdirSync(home);
    const tools = await Promise.all([
      cachedProgram(helmProgram),
      cachedProgram(kubectlProgram, kubectlProgram.sources),
    ]);
    const terminal = new Terminal(folder, {
      PATH: [...[process.execPath, ...tools].map((path) => dirname(path)), '/usr/local/bin', '/usr/bin', '/bin'].join(
        ':',
      ),
      HOME: home,
      KUBECONFIG: to.kubeconfigPath,
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
    });
    const edgePort = await freePort();
    const certificate = await createServerCertificate(['127.0.0.1'], Date.now());
    writeFileSync(join(folder, 'authority.pem'), certificate.authorityPem);
    const upstream = async () => ({ host: '127.0.0.1', port: edgePort });
    const proxy = await startFront({ host: '127.0.0.1', port: 0, certificate, upstream });
    const api = apiServer(to.api);
    const objects = new AnyObjects(api);
    const image = { command: join(folder, 'node_modules/kube-doh/kube-doh.mjs'), directory };
    const kubelet = new Kubelet({ api: to.api, objects: clusterObjects(api), anyObjects: objects }, image, namespace);
    kubelet.start();
    return new Reader(way, directory, { terminal, kubelet, proxy, edgePort, objects });
  }

  /** Does what the block says. */
  async follow(block: Block): Promise<Said> {
    const commands = this.#asTyped(block.commands);
    if (/^npx kube-doh (edge|agent) /m.test(commands)) {
      await this.#terminal.begin(commands, /answering on|ready:/);
      return { code: 0, output: '' };
    }
    if (block.part.includes('Running as in 4c')) await this.#terminal.interrupt();
    const said = await this.#terminal.run(commands);
    if (commands.includes('npx kube-doh setup ')) this.#setUp = said.output;
    if (commands.includes('kubectl rollout status')) await this.#untilReady();
    return said;
  }

  /** With what pods have said, for a failure. */
  told(said: Said): string {
    return `${said.output}\n${this.#kubelet.log}`;
  }

  async close(): Promise<void> {
    await this.#terminal.close();
    await this.#kubelet.stop();
    await this.objects.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await this.#proxy.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What the page leaves to its reader: where the repository is, which port is free, the proxy, what `setup` says. */
  #asTyped(commands: string): string {
    return commands
      .replace(/^git clone https:\S+\ncd kube-doh\n/, '')
      .replaceAll(String(pagePort), String(this.#edgePort))
      .replace(/^EDGE=http:.*$/m, (line) =>
        this.#way.hasOwnAuthority ? `EDGE=https://127.0.0.1:${this.#proxy.port}` : line,
      )
      .replace(/^helm install .*$/m, (line) => (this.#way.hasOwnAuthority ? this.#printedInstall(line) : line));
  }

  /** It is the one of the page, and more. */
  #printedInstall(line: string): string {
    const [, printed = ''] = /^ {2}(helm install .*)$/m.exec(this.#setUp) ?? [];
    const edge = `https://127.0.0.1:${this.#proxy.port}`;
    const expected = line.replace('"$CLUSTER"', 'prod').replace('"$EDGE"', edge);
    if (!printed.startsWith(`${expected} `))
      throw new Error(`setup has printed "${printed}", not "${expected}" and more`);
    return printed;
  }

  /** `kubectl rollout status` waits for that, but kwok says at once that a pod is ready. */
  async #untilReady(): Promise<void> {
    const isReady = async (): Promise<boolean> => {
      const statuses = this.#kubelet.processes.map((each) => each.probe(each.pod.spec.containers[0]!.readinessProbe!));
      return statuses.length > 0 && (await Promise.all(statuses)).every((status) => status === 200);
    };
    await waitUntil('the pods to be ready', isReady, { timeoutSeconds: 40 }).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.#kubelet.log}`);
    });
  }
}
