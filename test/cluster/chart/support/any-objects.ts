/** Objects of every kind that the API server serves, as it tells of itself (API discovery). */
import { parseAllDocuments } from 'yaml';
import { ApiRequestFailure, type ApiServer } from '../../control-plane/api-server.ts';

export interface AnyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly [field: string]: unknown;
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** The objects of a text of several YAML documents, as Helm and kubectl write it. */
export function parseObjects(text: string): AnyObject[] {
  const documents = parseAllDocuments(text).map((document) => {
    const [fault] = document.errors;
    if (fault !== undefined) throw fault;
    return document.toJS() as AnyObject | null;
  });
  return documents.filter((object) => object !== null);
}

export class AnyObjects {
  readonly #api: ApiServer;
  readonly #resources = new Map<string, Promise<readonly Resource[]>>();

  constructor(api: ApiServer) {
    this.#api = api;
  }

  /** A server-side apply in which a field that does not exist is an error. Rejects with ApiRequestFailure. */
  async applyStrictly(object: AnyObject, options: { readonly dryRun?: boolean } = {}): Promise<AnyObject> {
    const query = `fieldManager=kube-doh-test&force=true&fieldValidation=Strict${options.dryRun ? '&dryRun=All' : ''}`;
    const path = `${await this.#pathTo(object)}?${query}`;
    const contentType = 'application/apply-patch+yaml';
    return (await this.#api({ method: 'PATCH', path, contentType, body: object })) as AnyObject;
  }

  /** Of one namespace. */
  async list<T extends AnyObject>(apiVersion: string, kind: string, namespace: string): Promise<readonly T[]> {
    const { name } = await this.#resource(apiVersion, kind);
    const path = `${groupPath(apiVersion)}/namespaces/${namespace}/${name}`;
    return ((await this.#api({ method: 'GET', path })) as { items: T[] }).items;
  }

  /** Undefined where there is none. */
  async get<T extends AnyObject>(object: AnyObject): Promise<T | undefined> {
    try {
      return (await this.#api({ method: 'GET', path: await this.#pathTo(object) })) as T;
    } catch (error) {
      if (error instanceof ApiRequestFailure && error.status === 404) return undefined;
      throw error;
    }
  }

  /** By a merge patch, such as `{ status: … }` with the subresource `status`. */
  async patch(object: AnyObject, change: object, subresource?: 'status'): Promise<void> {
    const path = [await this.#pathTo(object), ...(subresource === undefined ? [] : [subresource])].join('/');
    await this.#api({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body: change });
  }

  /** With what belongs to it, in the background. */
  async delete(object: AnyObject): Promise<void> {
    const path = `${await this.#pathTo(object)}?propagationPolicy=Background`;
    await this.#api({ method: 'DELETE', path }).catch((error: unknown) => {
      if (!(error instanceof ApiRequestFailure) || error.status !== 404) throw error;
    });
  }

  /** Every object of the cluster as `KIND NAMESPACE/NAME`, but for Events, which end by themselves. */
  async everything(): Promise<ReadonlySet<string>> {
    const titles = new Set<string>();
    for (const version of await this.#versions()) {
      const kinds = (await this.#kindsOf(version)).filter(
        ({ name, verbs, kind }) => verbs.includes('list') && !name.includes('/') && kind !== 'Event',
      );
      for (const { name, kind } of kinds) {
        const { items } = (await this.#api({ method: 'GET', path: `${groupPath(version)}/${name}` })) as {
          items: AnyObject[];
        };
        for (const { metadata } of items) titles.add(`${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
      }
    }
    return titles;
  }

  async #versions(): Promise<readonly string[]> {
    const { groups } = (await this.#api({ method: 'GET', path: '/apis' })) as {
      groups: { preferredVersion: { groupVersion: string } }[];
    };
    return ['v1', ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
  }

  async #pathTo({ apiVersion, kind, metadata: { name, namespace = 'default' } }: AnyObject): Promise<string> {
    const resource = await this.#resource(apiVersion, kind);
    const scope = resource.namespaced ? `/namespaces/${namespace}` : '';
    return `${groupPath(apiVersion)}${scope}/${resource.name}/${name}`;
  }

  async #resource(apiVersion: string, kind: string): Promise<Resource> {
    const found = (await this.#kindsOf(apiVersion)).find((each) => each.kind === kind && !each.name.includes('/'));
    if (found === undefined) throw new Error(`the API server does not serve ${kind} of ${apiVersion}`);
    return found;
  }

  #kindsOf(apiVersion: string): Promise<readonly Resource[]> {
    const known = this.#resources.get(apiVersion);
    if (known !== undefined) return known;
    const asked = this.#api({ method: 'GET', path: groupPath(apiVersion) }).then(
      (reply) => (reply as { resources: Resource[] }).resources,
    );
    this.#resources.set(apiVersion, asked);
    return asked;
  }
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
