/**
 * The cable of one agent in this process: pulled out, nothing that it sends arrives and nothing comes back, as if it were
 * killed or stopped; plugged in again, what waited goes on.
 */
import type { KubeApi } from '../../sync-agent/kube/connection.ts';
import type { Edge } from '../../sync-agent/publish/edge.ts';

export class Cable {
  #plugged = Promise.withResolvers<void>();
  #isPulled = false;

  constructor() {
    this.#plugged.resolve();
  }

  get isPulled(): boolean {
    return this.#isPulled;
  }

  pull(): void {
    if (this.#isPulled) return;
    this.#isPulled = true;
    this.#plugged = Promise.withResolvers();
  }

  plug(): void {
    this.#isPulled = false;
    this.#plugged.resolve();
  }

  edge(edge: Edge): Edge {
    return {
      put: (manifest, body, signal) => this.#through(signal, () => edge.put(manifest, body, signal)),
      stored: (cluster, signal) => this.#through(signal, () => edge.stored(cluster, signal)),
      served: (cluster, signal) => this.#through(signal, () => edge.served(cluster, signal)),
    };
  }

  api(api: KubeApi): KubeApi {
    return {
      request: (path, limits) => this.#through(limits.signal, () => api.request(path, limits)),
      stream: async (path, limits) => {
        const values = await this.#through(limits.signal, () => api.stream(path, limits));
        return this.#values(values, limits.signal);
      },
      send: (method, path, body, limits) => this.#through(limits.signal, () => api.send(method, path, body, limits)),
    };
  }

  async #through<T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    await this.#untilPlugged(signal);
    const result = await act();
    await this.#untilPlugged(signal);
    return result;
  }

  async *#values(values: AsyncIterable<unknown>, signal: AbortSignal): AsyncGenerator<unknown, void, undefined> {
    for await (const value of values) {
      await this.#untilPlugged(signal);
      yield value;
    }
  }

  async #untilPlugged(signal: AbortSignal): Promise<void> {
    if (!this.#isPulled) return;
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      await Promise.race([this.#plugged.promise, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}
