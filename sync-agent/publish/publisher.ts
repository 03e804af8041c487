/**
 * One writer: numbers each snapshot, signs and compresses it, and brings it to the edge, however often that takes.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { type Manifest, manifestFormat, takeOver, type Version } from '../../zone/manifest.ts';
import type { Tell } from '../agent-events.ts';
import type { Clock } from '../kube/clock.ts';
import type { Facts, Log } from '../log.ts';
import type { Edge, EdgeAnswer } from './edge.ts';
import { waitMilliseconds } from './wait.ts';

export interface PublisherOptions {
  readonly cluster: ClusterId;
  /** Finds the identity, as in Manifest, before each attempt. Of another cluster than before nothing is published. */
  readonly findIdentity?: (
    signal: AbortSignal,
  ) => Promise<{ readonly uid: string | undefined; readonly isAnother: boolean }>;
  /** The edge says that the identity is wrong. */
  readonly onWrongIdentity?: () => void;
  /** What is known to be stored; what is stored in truth, the edge says. */
  readonly after?: Version | undefined;
  readonly edge: Pick<Edge, 'put'>;
  readonly clock: Clock;
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
  /** Told when something goes wrong, once while it stays the same, and when it goes well again. */
  readonly log: Log;
  readonly tell?: Tell;
  /** Whether it still may write, asked before each attempt: what is to abort the signal may be late. */
  readonly mayWrite?: () => boolean;
  /** What the edge refuses is an error, instead of tried again. */
  readonly givesUpWhenRefused?: boolean;
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

/** The edge does not take it, and will not until somebody changes something. */
export class PublishRefusedError extends Error {
  readonly code = 'PUBLISH_REFUSED';

  constructor(reason: string) {
    super(`publishing failed: ${reason}`);
    this.name = 'PublishRefusedError';
  }
}

type Failure = Exclude<EdgeAnswer, { kind: 'stored' }>;

/** Taken when nothing is known of what is stored. */
const firstSerial = 1;
const lateMilliseconds = 100;
/**
 * A stored epoch so far ahead of now is not believed, whether it counts seconds or milliseconds: to go on from it would
 * leave no room above it for anybody.
 */
const maxAheadMilliseconds = 24 * 60 * 60 * 1000;

const anotherCluster: EdgeAnswer = {
  kind: 'refused',
  reason:
    'the API server shows another cluster than before: its namespace kube-system has another UID; restart the agent if that is meant',
};

const compress = promisify(gzip);

export class Publisher {
  readonly #options: PublisherOptions;
  /** The version of the next attempt. Each has its own: whether one that got no answer was stored or not, it is newer. */
  #next: Version;
  /** Whether the edge has told where to go on from what was stored before. */
  #hasBegun = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
    const now = options.clock.now();
    this.#next =
      options.after === undefined
        ? { epoch: Math.floor(now / 1000), serial: firstSerial }
        : takeOver(options.after, now);
  }

  /**
   * Resolves with what the edge has stored. Tries until it is stored; an attempt after a wait brings what is `latest`
   * then, and where that is nothing, it resolves with nothing. Begins no attempt once the signal has aborted; `sending`
   * ends one that is under way. Rejects with the signal's reason, or with PublishRefusedError where it is to give up.
   */
  async publish<P extends Publishable>(
    first: P,
    latest: () => P | undefined,
    signal: AbortSignal,
    sending = signal,
  ): Promise<(P & Published) | undefined> {
    const { clock, random, log, givesUpWhenRefused = false, onWrongIdentity } = this.#options;
    let publishable = first;
    let told: string | undefined;
    for (let failures = 1; ; failures += 1) {
      const { manifest, answer } = await this.#attempt(publishable, signal, sending);
      if (answer.kind === 'stored') {
        const facts = { ...versionOf(manifest), attempt: failures };
        if (failures > 1) log.info(`published at attempt ${failures}`, facts);
        return { ...publishable, manifest };
      }
      this.#options.tell?.({ kind: 'publish-failed', reason: answer.kind });
      const reason = reasonOf(answer, manifest);
      if (answer.kind === 'refused' && givesUpWhenRefused) throw new PublishRefusedError(reason);
      const line = `publishing failed: ${reason}; it is tried again`;
      if (line !== told) {
        // What is refused stays so until somebody does something.
        const level = answer.kind === 'unavailable' ? 'warn' : 'error';
        log[level](line, { ...versionOf(manifest), reason: answer.kind });
      }
      told = line;
      if (answer.kind === 'refused' && answer.code === 'WRONG_IDENTITY') onWrongIdentity?.();
      await clock.sleep(waitMilliseconds(answer, failures, random()), signal);
      signal.throwIfAborted();
      const next = latest();
      if (next === undefined) return undefined;
      publishable = next;
    }
  }

  async #attempt(
    { image, generatedAt }: Publishable,
    signal: AbortSignal,
    sending: AbortSignal,
  ): Promise<{ readonly manifest: Manifest; readonly answer: EdgeAnswer }> {
    const { cluster, edge, clock, findIdentity, mayWrite = () => true } = this.#options;
    const body = await compressed(image);
    const sha256 = createHash('sha256').update(body).digest('hex');
    const facts = { format: manifestFormat, cluster, generatedAt, length: body.length, sha256 } as const;
    const { uid: identity, isAnother } = (await findIdentity?.(signal)) ?? { uid: undefined, isAnother: false };
    const whose: Omit<Manifest, keyof Version> = identity === undefined ? facts : { ...facts, identity };
    if (isAnother) return { manifest: { ...whose, ...this.#next }, answer: anotherCluster };
    for (;;) {
      while (!mayWrite() && !signal.aborted) await clock.sleep(lateMilliseconds, signal);
      signal.throwIfAborted();
      const { epoch, serial } = this.#next;
      this.#next = { epoch, serial: serial + 1 };
      const manifest = { ...whose, epoch, serial };
      const answer = believable(await edge.put(manifest, body, sending), clock.now());
      const isNew = !this.#hasBegun;
      if (answer.kind === 'stored' || answer.kind === 'not-newer') this.#hasBegun = true;
      if (answer.kind !== 'not-newer') return { manifest, answer };
      this.#next = takeOver(answer.stored, clock.now());
      // This tells a new writer where to go on. Told to another one, it means that there are two.
      if (!isNew) return { manifest, answer };
    }
  }
}

function believable(answer: EdgeAnswer, now: number): EdgeAnswer {
  if (answer.kind !== 'not-newer' || answer.stored.epoch <= now + maxAheadMilliseconds) return answer;
  const { epoch } = answer.stored;
  return { kind: 'refused', reason: `the edge says that epoch ${epoch} is stored, which no agent can have published` };
}

/** Mostly into one piece of memory, which is not copied: this comes every few seconds, and garbage of this size stays long. */
async function compressed(image: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const chunkSize = Math.max(constants.Z_DEFAULT_CHUNK, Math.ceil(image.length / 2));
  // The fastest level: the others save a twentieth and take two to ten times as long.
  const { buffer, byteOffset, byteLength } = await compress(image, { level: constants.Z_BEST_SPEED, chunkSize });
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function versionOf({ cluster, epoch, serial }: Manifest): Facts {
  return { cluster, epoch, serial };
}

function reasonOf(answer: Failure, { cluster }: Manifest): string {
  if (answer.kind !== 'not-newer') return answer.reason;
  const { epoch, serial } = answer.stored;
  return `another agent publishes cluster ${cluster} too (epoch ${epoch}, serial ${serial}): stop one, or give it a --cluster of its own`;
}
