/** One Lease, read from and written to the API server. */
import type { KubeApi } from '../kube/connection.ts';
import { KubeError } from '../kube/error.ts';
import { type LeaseClaim, newLease, readLease, type StoredLease, updatedLease } from './lease.ts';

export interface RequestLimits {
  readonly signal: AbortSignal;
  readonly timeoutMilliseconds: number;
}

export class LeaseClient {
  readonly #api: KubeApi;
  readonly #namespace: string;
  readonly #name: string;

  constructor(api: KubeApi, namespace: string, name: string) {
    this.#api = api;
    this.#namespace = namespace;
    this.#name = name;
  }

  /** Undefined when there is none. Rejects with KubeError. */
  async read(limits: RequestLimits): Promise<StoredLease | undefined> {
    try {
      return readLease(await this.#api.request(`${this.#path}/${this.#name}`, limits));
    } catch (error) {
      if (error instanceof KubeError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  /**
   * Writes the claim in the place of `lease`, or where there is none. Rejects with KubeError: CONFLICT or NOT_FOUND when
   * that is not what is there (any more).
   */
  async write(lease: StoredLease | undefined, claim: LeaseClaim, limits: RequestLimits): Promise<StoredLease> {
    const written =
      lease === undefined
        ? this.#api.send('POST', this.#path, newLease(this.#namespace, this.#name, claim), limits)
        : this.#api.send('PUT', `${this.#path}/${this.#name}`, updatedLease(lease, claim), limits);
    return readLease(await written);
  }

  get #path(): string {
    return `/apis/coordination.k8s.io/v1/namespaces/${this.#namespace}/leases`;
  }
}
