/**
 * Which cluster this is: the UID of its `kube-system` namespace, which every cluster has and no two share. The edge binds
 * what is published to it, so that a cluster that was made anew, or a copy, does not pass for the one before.
 */
import { isIdentity } from '../../zone/manifest.ts';
import type { Log } from '../log.ts';
import { retryMilliseconds } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { KubeApi } from './connection.ts';
import { KubeError, messageOf } from './error.ts';
import { fieldsOf } from './json.ts';

export interface IdentityOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
  readonly log: Log;
}

const path = '/api/v1/namespaces/kube-system';
const timeoutMilliseconds = 10_000;

/**
 * Tries until the API server has answered: whether there is an identity must not depend on a moment's trouble. Undefined
 * when the agent may not know it, which is logged; and when the signal aborts.
 */
export async function findIdentity(options: IdentityOptions, signal: AbortSignal): Promise<string | undefined> {
  const { api, clock, random, log } = options;
  let told: string | undefined;
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      const namespace = fieldsOf(await api.request(path, { signal, timeoutMilliseconds }));
      const { uid } = fieldsOf(namespace['metadata']);
      if (isIdentity(uid)) return uid;
      log.warn(`${unknown} the namespace kube-system has no UID`);
      return undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      if (error instanceof KubeError && (error.code === 'FORBIDDEN' || error.code === 'NOT_FOUND')) {
        const advice = 'allow it to "get" the namespace kube-system, and the edge tells this cluster from others';
        log.warn(`${unknown} ${advice}`, { code: error.code, err: error.message });
        return undefined;
      }
      const line = `the namespace kube-system: ${messageOf(error)}; it is tried again`;
      if (line !== told) log.warn(line, { resource: 'Namespace', name: 'kube-system', err: messageOf(error) });
      told = line;
      await clock.sleep(retryMilliseconds(failures, random()), signal);
    }
  }
  return undefined;
}

const unknown = 'the agent does not know which cluster this is and publishes all the same:';
