/** Notes what the agent has read, so that a test knows what the agent knows. */
import type { KubeApi } from '../../sync-agent/kube/connection.ts';

export class NotingApi implements KubeApi {
  /** Paths whose list has come whole. */
  readonly listed: string[] = [];
  /** Paths that were asked for and not watched. */
  readonly requested: string[] = [];
  /** How many values watches have given, without those that make up a list. */
  events = 0;
  /** How many watches are open. */
  open = 0;
  readonly #watched: string[] = [];
  readonly #api: KubeApi;

  constructor(api: KubeApi) {
    this.#api = api;
  }

  async request(path: string, limits: Parameters<KubeApi['request']>[1]): Promise<unknown> {
    this.requested.push(path);
    const answer = await this.#api.request(path, limits);
    if (Object.hasOwn(answer as object, 'items')) this.listed.push(path.replace(/\?.*/, ''));
    return answer;
  }

  /** How many watches of a resource were asked for. */
  watched(resource: string): number {
    return this.#watched.filter((path) => path.includes(`/${resource}?`)).length;
  }

  async stream(path: string, limits: Parameters<KubeApi['stream']>[1]): Promise<AsyncIterable<unknown>> {
    this.#watched.push(path);
    return this.#noted(path, await this.#api.stream(path, limits));
  }

  send(...sent: Parameters<KubeApi['send']>): Promise<unknown> {
    return this.#api.send(...sent);
  }

  async *#noted(path: string, values: AsyncIterable<unknown>): AsyncGenerator<unknown, void, undefined> {
    let isListing = path.includes('sendInitialEvents=true');
    this.open += 1;
    try {
      for await (const value of values) {
        const endsList = isListing && JSON.stringify(value).includes('k8s.io/initial-events-end');
        if (endsList) this.listed.push(path.replace(/\?.*/, ''));
        yield value;
        if (!isListing) this.events += 1;
        if (endsList) isListing = false;
      }
    } finally {
      this.open -= 1;
    }
  }
}
