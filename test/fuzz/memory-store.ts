/** Workers KV as a map: what is written is there at once. */
import type { KeyPage, KeyValueStore, StoredValue } from '../../worker/environment.ts';

interface Value {
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly metadata: unknown;
}

export class MemoryStore implements KeyValueStore {
  readonly get = this.#get.bind(this) as KeyValueStore['get'];
  readonly #values = new Map<string, Value>();

  async getWithMetadata(key: string): Promise<StoredValue> {
    const value = this.#values.get(key);
    if (value === undefined) return { value: null, metadata: null };
    return { value: new Blob([value.octets]).stream(), metadata: value.metadata };
  }

  async put(key: string, value: string | Uint8Array, options: { metadata?: unknown } = {}): Promise<void> {
    const octets = typeof value === 'string' ? new TextEncoder().encode(value) : value.slice();
    this.#values.set(key, { octets: octets as Value['octets'], metadata: options.metadata ?? null });
  }

  async delete(key: string): Promise<void> {
    this.#values.delete(key);
  }

  async list({ prefix }: { prefix: string }): Promise<KeyPage> {
    const found = [...this.#values].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
    return { keys: found.map(([name, { metadata }]) => ({ name, metadata })), list_complete: true };
  }

  async #get(key: string | readonly string[]): Promise<string | null | ReadonlyMap<string, string | null>> {
    return typeof key === 'string' ? this.#text(key) : new Map(key.map((one) => [one, this.#text(one)]));
  }

  #text(key: string): string | null {
    const value = this.#values.get(key);
    return value === undefined ? null : new TextDecoder().decode(value.octets);
  }
}
