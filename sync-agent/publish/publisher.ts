/**
 * Publishing: numbers each snapshot, signs and compresses it, and brings it to the edge, however often that takes.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { type Manifest, manifestFormat, takeOver, type Version } from '../../zone/manifest.ts';
import { retryMilliseconds } from '../kube/backoff.ts';
import type { Clock } from '../kube/clock.ts';
import type { Edge } from './edge.ts';

export interface PublisherOptions {
  readonly cluster: ClusterId;
  readonly edge: Edge;
  readonly clock: Clock;
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
  readonly log: (line: string) => void;
}

/** What to publish. */
export interface Publishable {
  readonly image: Uint8Array;
  readonly generatedAt: number;
}

const compress = promisify(gzip);

export class Publisher {
  readonly #options: PublisherOptions;
  #version: Version | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /**
   * Resolves with what the edge has stored. Tries until it is stored or the signal aborts; each attempt after a wait
   * brings what is `latest` then. Every attempt has a serial of its own: whether one whose answer was lost was stored or
   * not, the next is newer.
   */
  async publish(
    first: Publishable,
    latest: () => Publishable,
    signal: AbortSignal,
  ): Promise<Publishable & { manifest: Manifest }> {
    const { edge, clock, random, log } = this.#options;
    let publishable = first;
    for (let failures = 0; ; ) {
      signal.throwIfAborted();
      const { manifest, body } = await this.#next(publishable);
      const answer = await edge.put(manifest, body, signal);
      if (answer.kind === 'stored') return { ...publishable, manifest };
      if (answer.kind === 'not-newer') {
        this.#version = takeOver(answer.stored, clock.now());
        // The first answer of this kind tells a new writer where to go on; another means that there is a second writer.
        if (failures === 0 && manifest.serial === firstSerial) continue;
        log(`another agent publishes cluster ${manifest.cluster}: epoch ${answer.stored.epoch} was stored meanwhile`);
      }
      failures += 1;
      const asked = answer.kind === 'unavailable' ? answer.retryAfterSeconds : undefined;
      const wait = retryMilliseconds(failures, random(), asked);
      if (answer.kind !== 'not-newer') log(`publishing failed, again in ${Math.ceil(wait / 1000)} s: ${answer.reason}`);
      await clock.sleep(wait, signal);
      publishable = latest();
    }
  }

  async #next({ image, generatedAt }: Publishable): Promise<{ manifest: Manifest; body: Uint8Array<ArrayBuffer> }> {
    const { cluster, clock } = this.#options;
    // The fastest level: the others save a twentieth and take two to ten times as long.
    const body = new Uint8Array(await compress(image, { level: constants.Z_BEST_SPEED }));
    const version = this.#version ?? { epoch: Math.floor(clock.now() / 1000), serial: firstSerial };
    this.#version = { epoch: version.epoch, serial: version.serial + 1 };
    const sha256 = createHash('sha256').update(body).digest('hex');
    return {
      manifest: { format: manifestFormat, cluster, ...version, generatedAt, length: body.length, sha256 },
      body,
    };
  }
}

/** Taken when nothing is known of what is stored. */
const firstSerial = 1;
