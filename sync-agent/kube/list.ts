/** The whole state of a resource at one resource version, and the list in pages, which every API server has. */
import type { KubeApi } from './connection.ts';
import { KubeError } from './error.ts';
import { fieldsOf, isAbsent, textOf } from './json.ts';
import type { Resource } from './resource.ts';
import type { OpenWatch } from './watch.ts';

/** What is to be listed. */
export interface Listing<T> {
  readonly api: KubeApi;
  readonly resource: Resource;
  /** What is kept of an object: every one goes through it as it arrives, so that whole objects are not kept. */
  readonly read: (object: unknown) => T;
  readonly signal: AbortSignal;
  /** Of the watch that the list may go on as: when the server is to end it, and how long it may be silent. */
  readonly watchSeconds: number;
  readonly inactivityMilliseconds: number;
}

export interface Listed<T> {
  readonly items: readonly T[];
  /** A watch from here on misses nothing. */
  readonly resourceVersion: string;
  /** That watch, where the list goes on as one; undefined where it is still to be opened. */
  readonly watch: OpenWatch | undefined;
}

/** A way to get the whole state. Rejects with KubeError; the signal's reason when that has aborted. */
export type ListStrategy = <T>(listing: Listing<T>) => Promise<Listed<T>>;

const pageLimit = 500;
const timeoutMilliseconds = 60_000;

/** Reads a consistent list in pages; in one piece when the pages expire faster than they can be read. */
export const pagedList: ListStrategy = async (listing) => {
  try {
    return await listInPages(listing, pageLimit);
  } catch (error) {
    if (error instanceof KubeError && error.code === 'GONE') return listInPages(listing, undefined);
    throw error;
  }
};

async function listInPages<T>(
  { api, resource, read, signal }: Listing<T>,
  limit: number | undefined,
): Promise<Listed<T>> {
  const items: T[] = [];
  let resourceVersion: string | undefined;
  let continueToken: string | undefined;
  do {
    const query = new URLSearchParams(resource.selectors);
    if (limit !== undefined) query.set('limit', String(limit));
    if (continueToken !== undefined) query.set('continue', continueToken);
    const page = fieldsOf(await api.request(`${resource.path}?${query}`, { signal, timeoutMilliseconds }));
    for (const object of objectsOf(page, resource)) items.push(read(object));
    const metadata = fieldsOf(page['metadata']);
    // All pages are of the moment of the first one.
    resourceVersion ??= textOf(metadata['resourceVersion']);
    const nextToken = textOf(metadata['continue']);
    if (nextToken !== undefined && nextToken === continueToken) {
      const text = `the API server sent the same page of a ${resource.kind}List twice: its list would never end`;
      throw new KubeError('BAD_RESPONSE', text);
    }
    continueToken = nextToken;
  } while (continueToken !== undefined);
  if (resourceVersion === undefined) {
    throw new KubeError('BAD_RESPONSE', `the API server sent a ${resource.kind}List without a resourceVersion`);
  }
  return { items, resourceVersion, watch: undefined };
}

/** Anything but a list of this kind must not pass for an empty cluster. Go writes an empty list as null sometimes. */
function objectsOf(page: Readonly<Record<string, unknown>>, resource: Resource): readonly unknown[] {
  const items = page['items'];
  if (page['kind'] === `${resource.kind}List`) {
    if (Array.isArray(items)) return items;
    if (isAbsent(items)) return [];
  }
  throw new KubeError('BAD_RESPONSE', `the API server sent something else than a ${resource.kind}List`);
}
