/** Clusters in every state, published to a Worker as an agent does it. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Administration } from '../../../client/administration.ts';
import type { Workerd } from '../../../demo/edge/workerd.ts';
import { HttpEdge } from '../../../sync-agent/publish/edge.ts';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { parseClusterId } from '../../../zone/cluster-id.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { kvKeys } from '../../../zone/keys.ts';
import { type Manifest, manifestFormat } from '../../../zone/manifest.ts';
import { alias, ownZone, serial, snapshot } from '../zone.ts';

const hourMilliseconds = 60 * 60 * 1000;

/** The cluster that is asked when nothing else is said. */
export const defaultCluster = 'local';

export class Publishing {
  readonly #url: URL;
  readonly #administration: Administration;
  readonly #key = SigningKey.generate();

  constructor({ url, administratorKey }: Pick<Workerd, 'url' | 'administratorKey'>) {
    this.#url = url;
    this.#administration = new Administration(url, administratorKey);
  }

  /** The cluster with the whole zone, alias and all. */
  async publishDefault(): Promise<void> {
    await this.#register(defaultCluster, [ownZone, alias]);
    await this.#publish(defaultCluster, encodeSnapshot(snapshot), 0);
  }

  /** A cluster in each state that a snapshot can be in, under the name of the state. `store` is the Worker's. */
  async publishStates(store: Workerd['store']): Promise<void> {
    const image = encodeSnapshot(withoutAlias());
    await this.#register('unpublished', [ownZone]);
    for (const [cluster, octets, hours] of [
      ['stale', image, 1],
      ['expired', image, 25],
      ['damaged', image, 0],
      ['contradictory', contradictory(image), 0],
      ['retired', encodeSnapshot({ kind: 'retired' }), 0],
    ] as const) {
      await this.#register(cluster, [ownZone]);
      await this.#publish(cluster, octets, hours);
    }
    await damage(store, 'damaged');
  }

  /** The text of a token, on these terms. */
  async createToken(terms: object): Promise<string> {
    const answer = await this.#administration.call('POST', '/v1/tokens', {
      name: 'conformance',
      expiresAt: null,
      ...terms,
    });
    return String(answer['token']);
  }

  async revokeToken(token: string): Promise<void> {
    await this.#administration.call('DELETE', `/v1/tokens?id=${token.slice(3, 11)}`);
  }

  async #register(cluster: string, zones: readonly string[]): Promise<void> {
    const body = { publicKeys: [this.#key.publicKey], zones };
    await this.#administration.call('PUT', `/v1/clusters/${cluster}`, body);
  }

  async #publish(cluster: string, image: Uint8Array, ageHours: number): Promise<void> {
    const body = new Uint8Array(gzipSync(image));
    const manifest: Manifest = {
      format: manifestFormat,
      cluster: parseClusterId(cluster)!,
      epoch: 1,
      serial,
      generatedAt: Date.now() - ageHours * hourMilliseconds,
      length: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
    };
    const edge = new HttpEdge(this.#url, this.#key);
    const answer = await edge.put(manifest, body, AbortSignal.timeout(10_000));
    if (answer.kind !== 'stored') throw new Error(`${cluster} was not stored: ${JSON.stringify(answer)}`);
  }
}

/** Changes the last octet of what is stored, before anybody asked for it. */
async function damage(store: Workerd['store'], cluster: string): Promise<void> {
  const key = kvKeys.snapshot(parseClusterId(cluster)!);
  const { value, metadata } = await store.getWithMetadata(key);
  if (value === null) throw new Error(`nothing is stored of ${cluster}`);
  const octets = new Uint8Array(value);
  octets[octets.length - 1]! ^= 1;
  await store.put(key, octets, { metadata });
}

/** An alias is one cluster's alone. */
function withoutAlias(): typeof snapshot {
  if (snapshot.kind === 'retired') return snapshot;
  const zones = snapshot.zones.map((zone) =>
    zone.kind === 'reverse' ? zone : { ...zone, origins: [zone.origins[0]] as const },
  );
  return { kind: 'live', zones };
}

/** Its last section is the index of IPv6 addresses, which nobody reads before somebody asks for one. */
function contradictory(image: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(image);
  return copy.fill(0xff, copy.length - 40);
}
