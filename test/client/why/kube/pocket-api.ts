/** An API server with a few objects in memory: lists with selectors, and single objects. */

import type { GetOnly } from '../../../../client/why/kube/read-objects.ts';
import { KubeError } from '../../../../sync-agent/kube/error.ts';

export interface KubeObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

const kinds: Readonly<Record<string, string>> = {
  namespaces: 'Namespace',
  services: 'Service',
  pods: 'Pod',
  endpointslices: 'EndpointSlice',
  statefulsets: 'StatefulSet',
};

export class PocketApi implements GetOnly {
  /** Paths with their queries, in order. */
  readonly asked: string[] = [];
  isClosed = false;
  readonly #objects: readonly KubeObject[];
  readonly #forbidden: readonly string[];

  /** `forbidden`: kinds that nobody may see. */
  constructor(objects: readonly KubeObject[], forbidden: readonly string[] = []) {
    this.#objects = objects;
    this.#forbidden = forbidden;
  }

  async request(path: string): Promise<unknown> {
    this.asked.push(decodeURIComponent(path));
    const url = new URL(path, 'http://localhost');
    const [resource, namespace, name] = placeOf(url.pathname);
    const kind = kinds[resource]!;
    if (this.#forbidden.includes(kind)) throw new KubeError('FORBIDDEN', `may not see ${kind}`);
    const within = this.#objects.filter(
      (object) => object.kind === kind && (namespace === undefined || object.metadata.namespace === namespace),
    );
    if (name !== undefined) {
      const found = within.find(({ metadata }) => metadata.name === name);
      if (found === undefined) throw new KubeError('NOT_FOUND', `there is no ${kind} ${name}`);
      return found;
    }
    return { items: within.filter((object) => isSelected(object, url.searchParams)) };
  }

  close(): void {
    this.isClosed = true;
  }
}

function placeOf(path: string): [string, string | undefined, string | undefined] {
  const parts = path.split('/').filter(Boolean);
  const rest = parts.slice(parts[0] === 'api' ? 2 : 3);
  if (rest[0] !== 'namespaces') return [rest[0]!, undefined, undefined];
  return rest.length === 2 ? ['namespaces', undefined, rest[1]] : [rest[2]!, rest[1], rest[3]];
}

function isSelected({ metadata }: KubeObject, query: URLSearchParams): boolean {
  const labels = query.get('labelSelector')?.split(',') ?? [];
  const name = /^metadata\.name=(.*)$/.exec(query.get('fieldSelector') ?? '')?.[1];
  if (name !== undefined && metadata.name !== name) return false;
  return labels.every((pair) => {
    const [key = '', value] = pair.split('=');
    return metadata.labels?.[key] === value;
  });
}
