/**
 * A list as a stream: a watch that begins with all there is, one object a line, says when that is whole, and goes on as
 * the watch (KEP-3157, "Streaming lists"). The server need not hold the list, nor the agent its text.
 *
 *     watch ──▶ ADDED … ──▶ bookmark "initial-events-end" ──▶ the list is whole ──▶ what changes
 *       └─ refused, or not understood ──▶ list in pages, for half an hour ──▶ watch
 *
 * A server that does not know it refuses the parameter, or ignores it: then no such bookmark comes.
 */
import type { Clock } from './clock.ts';
import { KubeError } from './error.ts';
import { fieldsOf, textOf } from './json.ts';
import { type Listed, type Listing, type ListStrategy, pagedList } from './list.ts';
import type { Resource } from './resource.ts';
import { endsInitialState, initialWatchPath, readWatchEvent } from './watch.ts';

export interface StreamingLimits {
  /** From one line to the next: the server has all there is at hand. */
  readonly silenceMilliseconds: number;
  /** From the acceptance to the end of the list. */
  readonly wholeMilliseconds: number;
}

const defaultLimits: StreamingLimits = { silenceMilliseconds: 5000, wholeMilliseconds: 60_000 };
/** Servers are upgraded, and permissions granted. */
const trustMilliseconds = 30 * 60 * 1000;

/** Remembers what the server made of it, so each Reflector has its own. */
export function streamingList(clock: Pick<Clock, 'steadyNow'>, limits = defaultLimits): ListStrategy {
  let pagedUntilMilliseconds = Number.NEGATIVE_INFINITY;
  /** Whether the last stream broke: where streams always do, every other list still comes in pages. */
  let hasBroken = false;
  return async (listing) => {
    const isPaged = hasBroken || clock.steadyNow() < pagedUntilMilliseconds;
    hasBroken = false;
    if (isPaged) return pagedList(listing);
    try {
      return await listByStream(listing, limits, clock.steadyNow());
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      hasBroken = breakCodes.has(error.code);
      if (!unknownCodes.has(error.code)) throw error;
    }
    const listed = await pagedList(listing);
    pagedUntilMilliseconds = clock.steadyNow() + trustMilliseconds;
    return listed;
  };
}

/** Of a server that may not know it, or of a user who may list but not watch, and whose list is then up to date at least. */
const unknownCodes: ReadonlySet<string> = new Set<KubeError['code']>(['BAD_RESPONSE', 'FORBIDDEN']);
const breakCodes: ReadonlySet<string> = new Set<KubeError['code']>(['TIMEOUT', 'DISCONNECTED', 'SERVER_ERROR']);

async function listByStream<T>(
  listing: Listing<T>,
  { silenceMilliseconds, wholeMilliseconds }: StreamingLimits,
  openedAtMilliseconds: number,
): Promise<Listed<T>> {
  const { api, resource, signal, watchSeconds, inactivityMilliseconds } = listing;
  const path = initialWatchPath(resource, watchSeconds);
  const late = new AbortController();
  const either = AbortSignal.any([signal, late.signal]);
  const values = (await api.stream(path, { signal: either, inactivityMilliseconds }))[Symbol.asyncIterator]();
  const giveUp = (): void => late.abort(notServed(resource, 'does not say where its list ends'));
  const silence = setTimeout(giveUp, silenceMilliseconds);
  const whole = setTimeout(giveUp, wholeMilliseconds);
  try {
    const state = await readState(values, path, listing, () => silence.refresh());
    const rest = { [Symbol.asyncIterator]: () => values };
    return { ...state, watch: { path, values: rest, openedAtMilliseconds } };
  } catch (error) {
    await values.return?.();
    throw error;
  } finally {
    clearTimeout(silence);
    clearTimeout(whole);
  }
}

/** What is known when all there was has come. No version counts before that: the objects come in no order of versions. */
async function readState<T>(
  values: AsyncIterator<unknown>,
  path: string,
  { resource, read }: Listing<T>,
  onLine: () => void,
): Promise<Pick<Listed<T>, 'items' | 'resourceVersion'>> {
  const items = new Map<string, T>();
  for (;;) {
    const { done, value } = await values.next();
    if (done === true) {
      throw new KubeError(
        'DISCONNECTED',
        `the API server ended its stream of ${resource.path} before the list was whole`,
      );
    }
    onLine();
    if (fieldsOf(value)['kind'] === `${resource.kind}List`) throw notServed(resource, 'sends a list instead');
    const event = readWatchEvent(value, path);
    if (endsInitialState(event)) return { items: [...items.values()], resourceVersion: event.resourceVersion };
    switch (event.type) {
      case 'upsert':
        items.set(keyOf(event.object), read(event.object));
        break;
      case 'remove':
        items.delete(keyOf(event.object));
        break;
      case 'bookmark':
        throw notServed(resource, 'goes on without saying where its list ends');
    }
  }
}

function keyOf(object: unknown): string {
  const metadata = fieldsOf(fieldsOf(object)['metadata']);
  return `${textOf(metadata['namespace']) ?? ''}/${textOf(metadata['name']) ?? ''}`;
}

function notServed({ path }: Resource, what: string): KubeError {
  return new KubeError('BAD_RESPONSE', `the API server was asked to stream ${path} and ${what}`);
}
