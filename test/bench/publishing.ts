/** What the agent pays: from objects to the image, from the image to the signed value, from one change to the next image. */
import { createHash } from 'node:crypto';
import type { EndpointSlice, Service } from '../../sync-agent/cluster.ts';
import { systemClock } from '../../sync-agent/kube/clock.ts';
import { ClusterState } from '../../sync-agent/kube/observed-cluster.ts';
import { messagesOnly } from '../../sync-agent/log-writer.ts';
import { Publisher } from '../../sync-agent/publish/publisher.ts';
import { SigningKey } from '../../sync-agent/publish/signing-key.ts';
import { SnapshotBuilder, type SnapshotOptions } from '../../sync-agent/snapshot/snapshot-builder.ts';
import type { Address } from '../../zone/address.ts';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { formatManifest, signedOctets } from '../../zone/manifest.ts';
import { formatName } from '../../zone/name.ts';
import type { SyntheticCluster } from './cluster.ts';
import type { ChangeFigures, ComputeFigures } from './figures.ts';
import { SeededRandom } from './seeded-random.ts';
import { slicesPerWindow } from './sizes.ts';
import { median, percentile } from './statistics.ts';
import { timed } from './time.ts';
import type { Given } from './worker/given.ts';

/** A value as it is in edge KV. */
export interface PublishedValue {
  readonly given: Given;
  readonly body: Uint8Array;
}

/** Until the compiler has nothing left to do. */
const warmUpRuns = 8;
const warmRuns = 9;

/** Must be the first thing in its process: it measures a first run. */
export async function measureComputing(
  cluster: SyntheticCluster,
  options: SnapshotOptions,
): Promise<{ figures: ComputeFigures; value: PublishedValue; image: Uint8Array }> {
  const state = stateOf(cluster);
  const changes = state.takeChanges();
  const compute = (): Uint8Array => {
    const builder = new SnapshotBuilder(options);
    builder.update(state, changes);
    return builder.image();
  };
  const firstMilliseconds = await timed(compute);
  let image = compute();
  for (let run = 0; run < warmUpRuns; run += 1) image = compute();
  const warmMilliseconds = await medianOf(compute);
  const key = SigningKey.generate();
  const value = await publish(image, key, options);
  const { body, given } = value;
  const publishMilliseconds = await medianOf(() => publish(image, key, options));
  const hashMilliseconds = await medianOf(() => createHash('sha256').update(body).digest('hex'));
  const signMilliseconds = await medianOf(() => key.sign(signedOctets(given.manifest)));
  // The publisher compresses, hashes and signs in one.
  const compressAndHashMilliseconds = publishMilliseconds - signMilliseconds;
  const figures = {
    firstMilliseconds,
    warmMilliseconds,
    compressMilliseconds: compressAndHashMilliseconds - hashMilliseconds,
    compressAndHashMilliseconds,
    hashMilliseconds,
    signMilliseconds,
  };
  return { figures, value, image };
}

async function medianOf(work: () => unknown): Promise<number> {
  const samples: number[] = [];
  for (let run = 0; run < warmRuns; run += 1) samples.push(await timed(work));
  return median(samples);
}

/** Through the agent's own publisher, into no edge. */
export async function publish(image: Uint8Array, key: SigningKey, options: SnapshotOptions): Promise<PublishedValue> {
  const cluster = 'bench' as ClusterId;
  let value: PublishedValue | undefined;
  const publisher = new Publisher({
    cluster,
    clock: systemClock,
    random: Math.random,
    log: messagesOnly((line) => {
      throw new Error(line);
    }),
    edge: {
      put: async (manifest, body) => {
        const text = formatManifest(manifest);
        const zones = options.zoneOrigins.map(formatName);
        const signature = key.sign(signedOctets(text));
        value = { body, given: { cluster, manifest: text, signature, publicKey: key.publicKey, zones } };
        return { kind: 'stored' };
      },
    },
  });
  const publishable = { image, generatedAt: Date.now() };
  await publisher.publish(publishable, () => publishable, new AbortController().signal);
  return value!;
}

const warmUpChanges = 60;
const changes = 200;
const warmUpWindows = 10;
const windows = 40;

/** Pods of random Services are replaced one by one, then many at once: each comes back under another address. */
export async function measureChanges(cluster: SyntheticCluster, options: SnapshotOptions): Promise<ChangeFigures> {
  const random = new SeededRandom(changes);
  const state = stateOf(cluster);
  const builder = new SnapshotBuilder(options);
  builder.update(state, state.takeChanges());
  const samples = async (count: number, slicesPerSample: number): Promise<number[]> => {
    const milliseconds: number[] = [];
    for (let sample = 0; sample < count; sample += 1) {
      for (let i = 0; i < slicesPerSample; i += 1) replacePod(state, random.pick(cluster.services).service, random);
      milliseconds.push(
        await timed(() => {
          builder.update(state, state.takeChanges());
          builder.image();
        }),
      );
    }
    return milliseconds;
  };
  const single = (await samples(warmUpChanges + changes, 1)).slice(warmUpChanges);
  const many = (await samples(warmUpWindows + windows, slicesPerWindow)).slice(warmUpWindows);
  return {
    p50Milliseconds: percentile(single, 50),
    p95Milliseconds: percentile(single, 95),
    windowMilliseconds: median(many),
  };
}

function replacePod(state: ClusterState, { namespace, name }: Service, random: SeededRandom): void {
  const slices = [...state.slicesByService.get(`${namespace}/${name}`)!.values()];
  setSlice(state, withReplacedPod(random.pick(slices), random));
}

function withReplacedPod(slice: EndpointSlice, random: SeededRandom): EndpointSlice {
  const replaced = random.below(slice.endpoints.length);
  const endpoints = slice.endpoints.map((endpoint, i) =>
    i === replaced ? { ...endpoint, address: freshAddress(endpoint.address, random) } : endpoint,
  );
  return { ...slice, endpoints };
}

/** Beside the original's, on the same node, above all that the synthetic cluster gives out. */
function freshAddress(address: Address, random: SeededRandom): Address {
  return (address.slice(0, -1) + String.fromCharCode(128 + random.below(128))) as Address;
}

export function stateOf({ namespaces, services }: SyntheticCluster): ClusterState {
  const state = new ClusterState();
  for (const value of namespaces) state.namespaceStore.upsert({ key: value.name, value, problems: [] });
  for (const { service, slices } of services) {
    state.serviceStore.upsert({ key: `${service.namespace}/${service.name}`, value: service, problems: [] });
    for (const slice of slices) setSlice(state, slice);
  }
  return state;
}

function setSlice(state: ClusterState, slice: EndpointSlice): void {
  state.sliceStore.upsert({ key: `${slice.namespace}/${slice.name}`, value: slice, problems: [] });
}
