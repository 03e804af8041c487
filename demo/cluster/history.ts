/** The latest events in the order of their versions, up to a fixed number; older ones are forgotten. */
import type { ApiObject, ResourceName } from './types.ts';

/** One change of one object. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: ResourceName;
  /** The version that this change made; `object` carries it, a deleted object too. */
  readonly version: number;
  readonly object: ApiObject;
  /** The object before the change; absent for ADDED. */
  readonly previous?: ApiObject;
}

export class EventHistory {
  readonly #maxEvents: number;
  #events: StoreEvent[] = [];
  #forgottenVersion = 0;

  constructor(maxEvents: number) {
    this.#maxEvents = maxEvents;
  }

  /** The oldest version from which every later event is still known. */
  get oldestVersion(): number {
    return this.#forgottenVersion;
  }

  append(event: StoreEvent): void {
    this.#events.push(event);
    if (this.#events.length > this.#maxEvents) {
      this.#forgottenVersion = this.#events.shift()!.version;
    }
  }

  /** The events after `version`, or undefined if some of them are forgotten. */
  after(version: number): readonly StoreEvent[] | undefined {
    if (version < this.#forgottenVersion) return undefined;
    let start = this.#events.length;
    while (start > 0 && this.#events[start - 1]!.version > version) start -= 1;
    return this.#events.slice(start);
  }

  /** Forgets every event, as a compaction of etcd does. */
  forgetAll(): void {
    this.#forgottenVersion = this.#events.at(-1)?.version ?? this.#forgottenVersion;
    this.#events = [];
  }
}
