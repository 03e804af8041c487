/**
 * Which cluster this is: the UID of its `kube-system` namespace, which every cluster has and no two share. The edge binds
 * what is published to it, so that a cluster that was made anew, or a copy, does not pass for the one before.
 */
import { isIdentity } from '../../zone/manifest.ts';
import type { Facts, Log } from '../log.ts';
import { retryMilliseconds } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { KubeApi } from './connection.ts';
import { KubeError, messageOf } from './error.ts';
import { fieldsOf } from './json.ts';

export interface IdentityOptions {
  readonly api: KubeApi;
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
  readonly log: Log;
}

export interface Identity {
  /** Undefined when the agent may not know it. An edge that knows the cluster's identity takes nothing without it. */
  readonly uid: string | undefined;
  /** Whether the API server shows another cluster than at first: then nothing of it may be published. */
  readonly isAnother: boolean;
}

const path = '/api/v1/namespaces/kube-system';
const timeoutMilliseconds = 10_000;
/** A server that starts may refuse for a moment what it grants. */
const refusalsToBelieve = 3;

export class ClusterIdentity {
  readonly #options: IdentityOptions;
  /** The first that was found. */
  #first: string | undefined;
  #known: Identity | undefined;
  #doubts = 0;
  /** What was said last, as long as it stays so. */
  #told: string | undefined;

  constructor(options: IdentityOptions) {
    this.#options = options;
  }

  /** Whether the API server showed another cluster when it was asked last. */
  get isAnother(): boolean {
    return this.#known?.isAnother ?? false;
  }

  /** The API server may be another one by now: it is to be asked again. */
  doubt(): void {
    this.#doubts += 1;
  }

  /**
   * What is known, if nothing casts doubt on it. Else asks until the API server has answered: whether there is an identity
   * must not depend on a moment's trouble. It waits by `clock`, and knows nothing when the signal aborts.
   */
  async find(clock: Clock, signal: AbortSignal): Promise<Identity> {
    if (this.#known?.isAnother === false && this.#doubts === 0) return this.#known;
    const doubts = this.#doubts;
    const found = await this.#askUntilAnswered(clock, signal);
    if (found === undefined) return { uid: undefined, isAnother: false };
    this.#doubts -= doubts;
    this.#first ??= found.uid;
    this.#known = found;
    return found;
  }

  /** Undefined when the signal aborts. */
  async #askUntilAnswered(clock: Clock, signal: AbortSignal): Promise<Identity | undefined> {
    const { random } = this.#options;
    let refusals = 0;
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        return await this.#ask(signal);
      } catch (error) {
        if (signal.aborted) return undefined;
        refusals = isRefusal(error) ? refusals + 1 : 0;
        if (refusals === refusalsToBelieve) return this.#goWithout(error as KubeError);
        if (refusals === 0) this.#tellTrouble(error);
        await clock.sleep(retryMilliseconds(failures, random()), signal);
      }
    }
    return undefined;
  }

  async #ask(signal: AbortSignal): Promise<Identity> {
    const namespace = fieldsOf(await this.#options.api.request(path, { signal, timeoutMilliseconds }));
    const { uid } = fieldsOf(namespace['metadata']);
    if (isIdentity(uid)) {
      this.#told = undefined;
      return { uid, isAnother: this.#first !== undefined && uid !== this.#first };
    }
    this.#warn(`${unknown} the namespace kube-system has no UID`);
    return { uid: undefined, isAnother: false };
  }

  /** A permission that was taken away makes no other cluster; one without this namespace is none that was there before. */
  #goWithout({ code, message }: KubeError): Identity {
    if (this.#first !== undefined) return { uid: this.#first, isAnother: code === 'NOT_FOUND' };
    const advice = 'allow it to "get" the namespace kube-system, and the edge tells this cluster from others';
    this.#warn(`${unknown} ${advice}`, { code, err: message });
    return { uid: undefined, isAnother: false };
  }

  #tellTrouble(error: unknown): void {
    const err = messageOf(error);
    this.#warn(`the namespace kube-system: ${err}; it is tried again`, {
      resource: 'Namespace',
      name: 'kube-system',
      err,
    });
  }

  #warn(line: string, facts?: Facts): void {
    if (line !== this.#told) this.#options.log.warn(line, facts);
    this.#told = line;
  }
}

const unknown =
  'the agent does not know which cluster this is, and publishes as long as the edge does not know it either:';

function isRefusal(error: unknown): boolean {
  return error instanceof KubeError && (error.code === 'FORBIDDEN' || error.code === 'NOT_FOUND');
}
