/** An API server that answers access reviews by the rules of Roles, as RBAC reads them. */
import type { KubeApi } from '../../../sync-agent/kube/connection.ts';
import type { KubeError } from '../../../sync-agent/kube/error.ts';
import type { Grant } from '../../../sync-agent/preflight/rules.ts';

export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

export class GrantingApi implements KubeApi {
  readonly asked: Attributes[] = [];
  inFlight = 0;
  mostInFlight = 0;
  /** Instead of an answer. */
  failure: KubeError | undefined;
  /** Instead of the status. */
  status: unknown;
  readonly #grants: readonly Grant[];

  constructor(grants: readonly Grant[]) {
    this.#grants = grants;
  }

  async send(...[, path, body, { signal }]: Parameters<KubeApi['send']>): Promise<unknown> {
    if (path !== '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') throw new Error(`nothing is at ${path}`);
    const { spec } = JSON.parse(JSON.stringify(body)) as { spec: { resourceAttributes: Attributes } };
    this.asked.push(spec.resourceAttributes);
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    this.inFlight -= 1;
    signal.throwIfAborted();
    if (this.failure !== undefined) throw this.failure;
    const status = this.status ?? { allowed: this.#isGranted(spec.resourceAttributes) };
    return { kind: 'SelfSubjectAccessReview', spec, status };
  }

  request(): never {
    throw new Error('nothing is read');
  }

  stream(): never {
    throw new Error('nothing is streamed');
  }

  #isGranted({ verb, group, resource, namespace, name }: Attributes): boolean {
    return this.#grants
      .filter((grant) => grant.namespace === undefined || grant.namespace === namespace)
      .flatMap(({ rules }) => rules)
      .some(
        ({ apiGroups, resources, resourceNames, verbs }) =>
          apiGroups.includes(group) &&
          resources.includes(resource) &&
          (verbs as readonly string[]).includes(verb) &&
          (resourceNames === undefined || (name !== undefined && resourceNames.includes(name))),
      );
  }
}
