/**
 * Takes a Lease from whoever holds it, for a write that has to be the last one. A holder that is alive learns at its next
 * renewal that it leads no more; one that hangs has stopped by its renew deadline (election.ts).
 */
import type { Clock } from '../kube/clock.ts';
import type { KubeApi } from '../kube/connection.ts';
import { KubeError } from '../kube/error.ts';
import type { Log } from '../log.ts';
import { claim, type LeaseSettings, resignation, sighted } from './election.ts';
import { LeaseClient, type RequestLimits } from './lease-client.ts';

export interface SeizureOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  /** As the agents have it, but for the identity. */
  readonly lease: LeaseSettings;
  /** For how long all others are kept out once it is seized, unless it is given back. */
  readonly keptMilliseconds: number;
  readonly log: Log;
}

export interface SeizedLease {
  /** Lets others lead at once. Rejects with KubeError. */
  giveBack(): Promise<void>;
}

/** A holder renews every other second, and comes in between now and then. */
const maxAttempts = 10;

/** Resolves when nobody else can lead any more. Rejects with KubeError, or with the reason of the signal. */
export async function seizeLease(options: SeizureOptions, signal: AbortSignal): Promise<SeizedLease> {
  const { api, clock, keptMilliseconds, log } = options;
  // Its time begins before the wait for the holder, which is as long as the agents' settings say.
  const lease = {
    ...options.lease,
    durationMilliseconds: options.lease.renewDeadlineMilliseconds + keptMilliseconds,
  };
  const client = new LeaseClient(api, lease.namespace, lease.name);
  const limits = { signal, timeoutMilliseconds: lease.renewDeadlineMilliseconds / 2 };
  const holder = await takeFrom(client, clock, lease, limits);
  const title = `${lease.namespace}/${lease.name}`;
  if (holder === undefined) log.info(`took the Lease ${title}, which nobody held`);
  else {
    const seconds = lease.renewDeadlineMilliseconds / 1000;
    log.info(`took the Lease ${title} from ${holder}, which has stopped in ${seconds} s at the latest`);
    await clock.sleep(lease.renewDeadlineMilliseconds, signal);
    signal.throwIfAborted();
  }
  return {
    giveBack: async () => {
      const found = await client.read(limits);
      if (found?.record.holder !== lease.identity) return;
      await client.write(found, resignation(found.record, clock.now()), limits);
    },
  };
}

/** Resolves to who held it. */
async function takeFrom(
  client: LeaseClient,
  clock: Clock,
  lease: LeaseSettings,
  limits: RequestLimits,
): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const found = await client.read(limits);
    try {
      await client.write(found, claim(sighted(undefined, found, clock.steadyNow()), lease, clock.now()), limits);
      return found?.record.holder;
    } catch (error) {
      const isElse = error instanceof KubeError && (error.code === 'CONFLICT' || error.code === 'NOT_FOUND');
      if (!isElse || attempt === maxAttempts) throw error;
    }
  }
}
