/**
 * How a server is known to have seen everything: after a step one object of each kind is changed, and both servers are
 * asked until they answer with the change. Each kind has a watch of its own, and only within one do events keep their order.
 */
import type { ApiServer } from '../control-plane/api-server.ts';
import { clusterObjects } from '../control-plane/apply.ts';
import { pathOf } from '../control-plane/kinds.ts';
import type { KubernetesObject } from '../control-plane/manifests.ts';
import { dashed } from './addresses.ts';
import type { ClusterState } from './cluster-state.ts';
import { markNamespaces } from './namespace-marks.ts';
import { flippingNamespace, sentinelAddress, sentinelNamespace, sentinelTarget } from './sentinel-names.ts';
import { type Sign, signOf, signOfExistence, untilShown } from './signs.ts';
import type { Subject } from './subject.ts';
import { clustersetZone, clusterZone, selectedLabel, type Variation } from './variations.ts';

const labels = { [selectedLabel.key]: selectedLabel.value };

export class Sentinels {
  readonly #api: ApiServer;
  readonly #state: ClusterState;
  /** Whoever came before has left other numbers behind. */
  #step = Math.floor(Math.random() * 30_000);
  #isFirst = true;

  constructor(api: ApiServer, state: ClusterState) {
    this.#api = api;
    this.#state = state;
  }

  /**
   * Returns when every server answers from all that the API server has taken before; `namespaces` are those where anything
   * may have changed. Fails with not-ready.
   */
  async pass(subjects: readonly Subject[], namespaces: readonly string[]): Promise<void> {
    // At first the Namespace that comes and goes may happen to be as it should be; then nothing shows that it was seen.
    if (this.#isFirst) await this.#passOnce(subjects, namespaces);
    this.#isFirst = false;
    await this.#passOnce(subjects, namespaces);
  }

  async #passOnce(subjects: readonly Subject[], namespaces: readonly string[]): Promise<void> {
    this.#step += 1;
    // The marks come first, so that whoever does not look at them has seen them too when the rest is shown.
    const marks = new Map<Variation, readonly Sign[]>();
    for (const { variation } of subjects) marks.set(variation, await this.#markFor(variation, namespaces));
    await this.#change();
    await Promise.all(
      subjects.flatMap(({ variation, ours, coreDns }) => {
        const signs = this.#signs(variation);
        const flipping = this.#signOfFlipping();
        const follows = typeof variation.namespaces === 'string' ? [flipping] : marks.get(variation)!;
        return [
          untilShown(`this project (${variation.name})`, ours, [...signs, ...follows]),
          untilShown(`CoreDNS (${variation.name})`, coreDns, [...signs, flipping]),
        ];
      }),
    );
  }

  /** Only listed Namespaces are followed one by one, and then not the one that comes and goes. */
  async #markFor({ namespaces: listed }: Variation, namespaces: readonly string[]): Promise<readonly Sign[]> {
    if (typeof listed === 'string') return [];
    const followed = namespaces.filter((name) => listed.includes(name));
    return markNamespaces(this.#state.objects, followed, this.#step);
  }

  async #change(): Promise<void> {
    const objects = clusterObjects(this.#api);
    const step = this.#step;
    await objects.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: sentinelNamespace, labels } },
      object('v1', 'Service', 'service', { spec: { type: 'ExternalName', externalName: sentinelTarget(step) } }),
      object('v1', 'Service', 'headless', { spec: { clusterIP: 'None' } }),
      object('discovery.k8s.io/v1', 'EndpointSlice', 'slice', {
        addressType: 'IPv4',
        endpoints: [{ addresses: [sentinelAddress(step)] }],
      }),
      object('v1', 'Pod', 'pod', { spec: { schedulerName: 'nobody', containers: [{ name: 'main', image: 'none' }] } }),
      object('multicluster.x-k8s.io/v1alpha1', 'ServiceImport', 'import', {
        spec: { type: 'ClusterSetIP', ips: [sentinelAddress(step)], ports: [{ port: 80, protocol: 'TCP' }] },
      }),
      object('multicluster.x-k8s.io/v1alpha1', 'ServiceImport', 'headless', {
        spec: { type: 'Headless', ports: [{ port: 80, protocol: 'TCP' }] },
      }),
    ]);
    const ip = sentinelAddress(step);
    await this.#api({
      method: 'PATCH',
      path: `${pathOf('Pod', sentinelNamespace, 'pod')}/status`,
      contentType: 'application/merge-patch+json',
      body: { status: { phase: 'Running', podIP: ip, podIPs: [{ ip }] } },
    });
    if (this.#flips())
      await objects.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: flippingNamespace, labels } }]);
    else await this.#state.removeNamespace(flippingNamespace);
  }

  /** Whether the Namespace that comes and goes is there. */
  #flips(): boolean {
    return this.#step % 2 === 1;
  }

  #signs({ pods, hasClusterset }: Variation): Sign[] {
    const address = sentinelAddress(this.#step);
    return [
      signOf(`service.${sentinelNamespace}.svc.${clusterZone}`, 'CNAME', sentinelTarget(this.#step)),
      signOf(`headless.${sentinelNamespace}.svc.${clusterZone}`, 'A', address),
      ...(pods === 'verified'
        ? [signOf(`${dashed(address)}.${sentinelNamespace}.pod.${clusterZone}`, 'A', address)]
        : []),
      ...(hasClusterset
        ? ['import', 'headless'].map((name) =>
            signOf(`${name}.${sentinelNamespace}.svc.${clustersetZone}`, 'A', address),
          )
        : []),
    ];
  }

  #signOfFlipping(): Sign {
    return signOfExistence(`${flippingNamespace}.svc.${clusterZone}`, this.#flips());
  }
}

function object(apiVersion: string, kind: KubernetesObject['kind'], name: string, body: object): KubernetesObject {
  const slice = {
    'kubernetes.io/service-name': 'headless',
    'multicluster.kubernetes.io/service-name': 'headless',
    'multicluster.kubernetes.io/source-cluster': 'east',
  };
  const metadata = {
    namespace: sentinelNamespace,
    name,
    labels: { ...labels, ...(kind === 'EndpointSlice' && slice) },
  };
  return { apiVersion, kind, metadata, ...body };
}
