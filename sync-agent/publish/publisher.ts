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
import type { Edge, EdgeAnswer } from './edge.ts';

export interface PublisherOptions {
  readonly cluster: ClusterId;
  /** As in Manifest. */
  readonly identity?: string | undefined;
  readonly edge: Edge;
  readonly clock: Clock;
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
  /** Told when something goes wrong, once while it stays the same, and when it goes well again. */
  readonly log: (line: string) => void;
}

/** What to publish. */
export interface Publishable {
  readonly image: Uint8Array;
  /** As in Manifest. */
  readonly generatedAt: number;
}

/** What the edge has stored. */
export interface Published extends Publishable {
  readonly manifest: Manifest;
}

/** Taken when nothing is known of what is stored. */
const firstSerial = 1;

const compress = promisify(gzip);

export class Publisher {
  readonly #options: PublisherOptions;
  /** The version of the next attempt. Each has its own: whether one that got no answer was stored or not, it is newer. */
  #next: Version | undefined;
  /** Whether it is known where to go on from what was stored before. */
  #hasBegun = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /**
   * Resolves with what the edge has stored. Tries until it is stored; an attempt after a wait brings what is `latest`
   * then. Rejects with the signal's reason when it aborts.
   */
  async publish(first: Publishable, latest: () => Publishable, signal: AbortSignal): Promise<Published> {
    const { edge, clock, random, log } = this.#options;
    let publishable = first;
    let told: string | undefined;
    for (let failures = 0; ; ) {
      signal.throwIfAborted();
      const { manifest, body } = await this.#numbered(publishable);
      const answer = await edge.put(manifest, body, signal);
      if (answer.kind === 'stored') {
        this.#hasBegun = true;
        if (failures > 0) log(`published at attempt ${failures + 1}`);
        return { ...publishable, manifest };
      }
      if (answer.kind === 'not-newer') {
        this.#next = takeOver(answer.stored, clock.now());
        // This tells a new writer where to go on. Told to another one, it means that there are two.
        const isNew = !this.#hasBegun;
        this.#hasBegun = true;
        if (isNew) continue;
      }
      failures += 1;
      const line = `publishing failed: ${reasonOf(answer, manifest)}`;
      if (line !== told) log(`${line}; it is tried again`);
      told = line;
      const asked = answer.kind === 'unavailable' ? answer.retryAfterSeconds : undefined;
      await clock.sleep(retryMilliseconds(failures, random(), asked), signal);
      publishable = latest();
    }
  }

  async #numbered({ image, generatedAt }: Publishable): Promise<{ manifest: Manifest; body: Uint8Array<ArrayBuffer> }> {
    const { cluster, identity, clock } = this.#options;
    // The fastest level: the others save a twentieth and take two to ten times as long.
    const body = new Uint8Array(await compress(image, { level: constants.Z_BEST_SPEED }));
    const { epoch, serial } = this.#next ?? { epoch: Math.floor(clock.now() / 1000), serial: firstSerial };
    this.#next = { epoch, serial: serial + 1 };
    const sha256 = createHash('sha256').update(body).digest('hex');
    const facts = { format: manifestFormat, cluster, epoch, serial, generatedAt, length: body.length, sha256 } as const;
    return { manifest: identity === undefined ? facts : { ...facts, identity }, body };
  }
}

function reasonOf(answer: Exclude<EdgeAnswer, { kind: 'stored' }>, { cluster }: Manifest): string {
  if (answer.kind !== 'not-newer') return answer.reason;
  const { epoch, serial } = answer.stored;
  return `another agent publishes cluster ${cluster} too (epoch ${epoch}, serial ${serial}): stop one, or give it a --cluster of its own`;
}
