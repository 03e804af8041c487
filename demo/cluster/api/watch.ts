/** Open watches: each writes the changes it is about as lines of JSON, until it is closed, times out, or is broken. */
import type { ServerResponse } from 'node:http';
import type { StoreEvent } from '../history.ts';
import type { Resource } from '../resources.ts';
import { type ApiError, expired, tooLargeResourceVersion } from '../status.ts';
import type { ObjectStore } from '../store.ts';
import type { WatchOptions } from './read-options.ts';
import { bookmark, errorEvent, eventSeen, type WatchEvent } from './watch-event.ts';

/** What a watch is about and how it shows it. */
export interface WatchRequest {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly options: WatchOptions;
  /** The event as it goes over the wire: as it is, or as a table. */
  readonly render: (event: WatchEvent) => object;
  /** As in Faults. */
  readonly initialEventsBeforeReset?: number | undefined;
}

/** A reader that leaves more unread than this loses its watch. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;
const DEFAULT_TIMEOUT_SECONDS = 30 * 60;

/** The error of a watch that begins before the history does. */
export function tooOldForWatch(store: ObjectStore, version: number) {
  return expired(`too old resource version: ${version} (${store.history.oldestVersion})`);
}

export class OpenWatch {
  readonly resource: Resource;
  readonly #store: ObjectStore;
  readonly #response: ServerResponse;
  readonly #request: WatchRequest;
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #unsubscribe: () => void;
  #isStalled = false;
  /** What may be unread; a state is sent whole, however large it is. */
  #maxUnreadBytes = MAX_UNREAD_BYTES;

  /** Writes what there is to say at once, then every change. `ended` is called when the connection is gone. */
  constructor(
    store: ObjectStore,
    response: ServerResponse,
    request: WatchRequest,
    bookmarkIntervalMilliseconds: number,
    ended: () => void,
  ) {
    this.resource = request.resource;
    this.#store = store;
    this.#response = response;
    this.#request = request;
    const timeoutSeconds = request.options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
    this.#timers = [
      setInterval(() => this.sendBookmark(), bookmarkIntervalMilliseconds),
      setTimeout(() => this.close(), timeoutSeconds * 1000),
    ];
    this.#unsubscribe = store.subscribe((change) => this.#sendChange(change));
    response.once('close', () => {
      this.#unsubscribe();
      for (const timer of this.#timers) clearTimeout(timer);
      ended();
    });
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    response.flushHeaders();
    this.#begin();
  }

  /** Says up to where the watcher has seen everything, if it asked to be told. */
  sendBookmark(): void {
    const { bookmarks, start } = this.#request.options;
    // Of a version that it has not reached, a real server says nothing at all.
    const isReached = start.from !== 'version' || start.version <= this.#store.version;
    if (bookmarks && isReached) this.#send(bookmark(this.resource, this.#store.version));
  }

  /** Ends the watch in order, with a last bookmark. */
  close(): void {
    this.sendBookmark();
    this.#end();
  }

  /** Ends the watch as if its reader had fallen behind the history. */
  expire(): void {
    this.#fail(tooOldForWatch(this.#store, this.#store.version));
  }

  /** Breaks the connection in the middle of a line. */
  reset(): void {
    if (this.#response.writableEnded) return;
    const line = JSON.stringify(bookmark(this.resource, this.#store.version));
    this.#response.write(line.slice(0, line.length >> 1), () => this.#response.socket?.resetAndDestroy());
  }

  /** Says nothing more and keeps the connection open, as a network that swallows packets does. */
  stall(): void {
    this.#isStalled = true;
  }

  #begin(): void {
    const { start } = this.#request.options;
    if (start.from === 'version') this.#sendChangesAfter(start.version);
    if (start.from === 'state') this.#sendState(start.notOlderThan, start.marksEnd);
  }

  #sendChangesAfter(version: number): void {
    const missed = this.#store.history.after(version);
    if (missed === undefined) this.#fail(tooOldForWatch(this.#store, version));
    else for (const change of missed) this.#sendChange(change);
  }

  #sendState(notOlderThan: number, marksEnd: boolean): void {
    const { version } = this.#store;
    if (notOlderThan > version) {
      this.#fail(tooLargeResourceVersion(notOlderThan, version));
      return;
    }
    const { namespace, options, initialEventsBeforeReset } = this.#request;
    const objects = this.#store.list(this.resource.plural, namespace).filter(options.matches);
    this.#maxUnreadBytes = Number.POSITIVE_INFINITY;
    for (const object of objects.slice(0, initialEventsBeforeReset)) this.#send({ type: 'ADDED', object });
    if (initialEventsBeforeReset !== undefined) {
      this.reset();
      return;
    }
    this.#maxUnreadBytes = MAX_UNREAD_BYTES + this.#response.writableLength;
    if (marksEnd) this.#send(bookmark(this.resource, version, true));
  }

  #sendChange(change: StoreEvent): void {
    const { resource, namespace, options } = this.#request;
    // A watch may begin at a version that this server has not reached; nothing before it is shown.
    if (options.start.from === 'version' && change.version <= options.start.version) return;
    const event = eventSeen(change, resource, namespace, options.matches);
    if (event !== undefined) this.#send(event);
  }

  #send(event: WatchEvent): void {
    if (this.#isStalled || this.#response.writableEnded) return;
    this.#response.write(`${JSON.stringify(this.#request.render(event))}\n`);
    if (this.#response.writableLength > this.#maxUnreadBytes) this.#response.destroy();
  }

  #fail(error: ApiError): void {
    this.#send(errorEvent(error));
    this.#end();
  }

  #end(): void {
    if (!this.#isStalled) this.#response.end();
  }
}
