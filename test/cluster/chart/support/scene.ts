/** What a release of the chart is tried in: a restricted namespace, an edge, and a kubelet that runs the agent's pods. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleCommand } from '../../../../deploy/bundle/bundle.ts';
import { apiServer } from '../../control-plane/api-server.ts';
import { clusterObjects } from '../../control-plane/apply.ts';
import { waitUntil } from '../../control-plane/wait-until.ts';
import { Asker } from '../../differential/asker.ts';
import type { QuestionType } from '../../differential/model/question.ts';
import type { System } from '../../support/system.ts';
import { type AnyObject, AnyObjects } from './any-objects.ts';
import { type ChartEdge, startChartEdge } from './chart-edge.ts';
import { chartPath, Helm } from './helm.ts';
import { Kubelet } from './kubelet.ts';

export const alias = 'chart.k8s.example';

export class ChartScene {
  readonly namespace: string;
  readonly cluster: string;
  readonly edge: ChartEdge;
  readonly helm: Helm;
  readonly kubelet: Kubelet;
  readonly objects: AnyObjects;
  readonly #directory: string;
  readonly #asker: Asker;

  private constructor(
    made: Pick<ChartScene, 'namespace' | 'cluster' | 'edge' | 'helm' | 'kubelet' | 'objects'>,
    directory: string,
  ) {
    this.namespace = made.namespace;
    this.cluster = made.cluster;
    this.edge = made.edge;
    this.helm = made.helm;
    this.kubelet = made.kubelet;
    this.objects = made.objects;
    this.#directory = directory;
    this.#asker = new Asker(made.edge.doh, made.edge.authority);
  }

  /** The namespace is made, with the Secret that the README tells to make. */
  static async start(to: System, namespace: string): Promise<ChartScene> {
    const directory = mkdtempSync(join(to.directory, 'chart-'));
    const edge = await startChartEdge(namespace, alias);
    const api = apiServer(to.api);
    const objects = new AnyObjects(api);
    const command = join(directory, 'kube-doh.mjs');
    writeFileSync(command, await bundleCommand());
    const cluster = { api: to.api, objects: clusterObjects(api), anyObjects: objects };
    const kubelet = new Kubelet(cluster, { command, directory }, namespace);
    const helm = await Helm.find(directory, to.kubeconfigPath);
    for (const object of ground(namespace, edge.key)) await objects.applyStrictly(object);
    writeFileSync(join(directory, 'authority.pem'), edge.authority);
    kubelet.start();
    return new ChartScene({ namespace, cluster: namespace, edge, helm, kubelet, objects }, directory);
  }

  /** What every release here is given. */
  get values(): readonly string[] {
    return [
      ...['--set', `cluster=${this.cluster}`, '--set', `edge.url=${this.edge.url}`],
      ...['--set-file', `edge.certificateAuthority=${join(this.#directory, 'authority.pem')}`],
      ...['--set', `config.alias={${alias}}`, '--set', 'config.publish-interval=1'],
    ];
  }

  install(...values: readonly string[]): Promise<string> {
    return this.#helm('install', values);
  }

  upgrade(...values: readonly string[]): Promise<string> {
    return this.#helm('upgrade', values);
  }

  /** With what the pods have said, where it fails. */
  async uninstall(): Promise<string> {
    return await this.helm.run('uninstall', 'kube-doh', '--namespace', this.namespace).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.kubelet.log}`);
    });
  }

  /** The answer's records, or its RCODE where it is another than NOERROR. */
  async ask(name: string, type: QuestionType): Promise<readonly string[] | string> {
    const { rcode, answer } = await this.#asker.ask({ name, type });
    return rcode === 'NOERROR' ? answer : rcode;
  }

  async untilAnswered(name: string, expected: (answer: readonly string[] | string) => boolean): Promise<void> {
    const isSo = async (): Promise<boolean> => expected(await this.ask(name, 'A'));
    await waitUntil(`${name} to be answered so`, isSo, { timeoutSeconds: 40 }).catch(async (error: Error) => {
      throw new Error(`${error.message}: ${await this.ask(name, 'A')}\n${this.kubelet.log}`);
    });
  }

  /** By one of the pods that are there. */
  async untilLed(): Promise<void> {
    const isLed = (): boolean => this.kubelet.processes.some(({ log }) => log.includes('"leads: holds the Lease'));
    await waitUntil('a leader', isLed, { timeoutSeconds: 30 });
  }

  async close(): Promise<void> {
    this.#asker.close();
    await this.kubelet.stop();
    await this.objects.delete(namespaceCalled(this.namespace));
    await this.edge.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #helm(action: 'install' | 'upgrade', values: readonly string[]): Promise<string> {
    return this.helm.run(action, 'kube-doh', chartPath, '--namespace', this.namespace, ...this.values, ...values);
  }
}

function namespaceCalled(name: string): AnyObject {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function ground(name: string, key: string): readonly AnyObject[] {
  const stringData = { 'key.pem': key };
  return [
    namespaceCalled(name),
    { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: name, name: 'kube-doh-key' }, stringData },
  ];
}
