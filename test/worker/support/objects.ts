/**
 * The Durable Objects of one test, in its own isolate and on its own store and clock; what they keep survives a restart.
 * That the platform runs the same is seen in test/worker/durable-objects.test.ts.
 */
import { Registry } from '../../../worker/clusters/registry.ts';
import { type KeyValueStore, type Machine, type Objects, objectsOf } from '../../../worker/environment.ts';
import type { ObjectStorage } from '../../../worker/objects.ts';
import { Publications } from '../../../worker/snapshots/publications.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';

/** The most that the platform puts at once. */
const maxRows = 128;

/** Values are copied, as the platform does. */
export class MemoryStorage implements ObjectStorage {
  readonly #values = new Map<string, unknown>();
  /** When the object wants to be woken, in Unix milliseconds. */
  alarmAt: number | undefined;
  /** How often something was put. */
  puts = 0;

  async get(key: string): Promise<unknown> {
    return structuredClone(this.#values.get(key));
  }

  async put(entries: Readonly<Record<string, unknown>>): Promise<void> {
    if (Object.keys(entries).length > maxRows) throw new Error('Maximum number of keys is 128.');
    this.puts += 1;
    for (const [key, value] of Object.entries(entries)) this.#values.set(key, structuredClone(value));
  }

  async delete(key: string): Promise<unknown> {
    return this.#values.delete(key);
  }

  async list({ prefix }: { prefix: string }): Promise<ReadonlyMap<string, unknown>> {
    return new Map([...this.#values].filter(([key]) => key.startsWith(prefix)));
  }

  async setAlarm(time: number): Promise<void> {
    this.alarmAt = time;
  }
}

export class LocalObjects {
  /** How often the registry was called by others than tests. */
  registryCalls = 0;
  /** As the Worker calls them. */
  readonly calls: Objects = objectsOf(
    {
      getByName: () => {
        this.registryCalls += 1;
        return this.registry;
      },
    },
    { getByName: (cluster) => this.publicationsOf(cluster as ClusterId) },
  );
  readonly #store: KeyValueStore;
  readonly #machine: Machine;
  #registryStorage = new MemoryStorage();
  #registry: Registry | undefined;
  readonly #publicationsStorages = new Map<ClusterId, MemoryStorage>();
  readonly #publications = new Map<ClusterId, Publications>();

  constructor(store: KeyValueStore, machine: Machine) {
    this.#store = store;
    this.#machine = machine;
  }

  get registry(): Registry {
    const { publicationsOf } = this.calls;
    this.#registry ??= new Registry(this.#registryStorage, this.#store, publicationsOf, this.#machine);
    return this.#registry;
  }

  publicationsOf(cluster: ClusterId): Publications {
    const known = this.#publications.get(cluster);
    if (known !== undefined) return known;
    const storage = this.#publicationsStorages.get(cluster) ?? new MemoryStorage();
    const publications = new Publications(storage, this.#store, this.calls.registry, this.#machine);
    this.#publicationsStorages.set(cluster, storage);
    this.#publications.set(cluster, publications);
    return publications;
  }

  /** Whether there is an object for the cluster. */
  hasPublicationsOf(cluster: ClusterId): boolean {
    return this.#publications.has(cluster);
  }

  /** What they keep stays, what they have in memory goes. */
  restart(): void {
    this.#registry = undefined;
    this.#publications.clear();
  }

  /** All that they know goes. */
  lose(): void {
    this.restart();
    this.#registryStorage = new MemoryStorage();
    this.losePublications();
  }

  /** All that is known of publishes goes; what is registered stays. */
  losePublications(): void {
    this.#publications.clear();
    this.#publicationsStorages.clear();
  }

  /** Wakes the registry, if it wants to be woken by now. */
  async wake(): Promise<void> {
    const { alarmAt } = this.#registryStorage;
    if (alarmAt === undefined || alarmAt > this.#machine.now()) return;
    this.#registryStorage.alarmAt = undefined;
    await this.registry.alarm();
  }
}
