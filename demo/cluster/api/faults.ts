/** Switches that make the API misbehave, for tests of clients that list and watch. */
import { RESOURCES, type Resource } from '../resources.ts';
import { type ApiError, expired, forbidden, internalError, serviceUnavailable, tooManyRequests } from '../status.ts';
import type { ResourceName } from '../types.ts';
import type { InitialEvents } from './read-options.ts';
import type { OpenWatch } from './watch.ts';

/** What a request wants to do. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** The codes that a request can be made to fail with. */
export type FailureCode = 410 | 429 | 500 | 503;

interface PlannedFailure {
  readonly code: FailureCode;
  readonly verb: Verb | undefined;
  remaining: number;
}

export class Faults {
  /** How a watch that begins before the history is refused: in the stream, as real servers do, or by HTTP status. */
  tooOldWatches: 'error-event' | 'http-status' = 'error-event';
  initialEvents: InitialEvents = 'served';
  /** After how many of the initial events watches are reset in the middle of a line; undefined for none. */
  initialEventsBeforeReset: number | undefined;
  /** Whether every credential is refused, as an expired token is. */
  refusesCredentials = false;
  /** The namespaces that the user has a Role in, which grants everything there; undefined for one who may do anything. */
  roleNamespaces: readonly string[] | undefined;
  readonly #watches: ReadonlySet<OpenWatch>;
  readonly #forbidden = new Set<`${Verb} ${ResourceName}`>();
  readonly #failures = new Map<ResourceName, PlannedFailure[]>();

  constructor(watches: ReadonlySet<OpenWatch>) {
    this.#watches = watches;
  }

  /** Lets the next `times` requests for a resource fail, of one verb if given. */
  failNext(resource: ResourceName, code: FailureCode, times = 1, verb?: Verb): void {
    const planned = this.#failures.get(resource) ?? [];
    this.#failures.set(resource, [...planned, { code, verb, remaining: times }]);
  }

  /** Refuses a verb on a resource with 403, until it is allowed again. */
  forbid(resource: ResourceName, verb: Verb): void {
    this.#forbidden.add(`${verb} ${resource}`);
  }

  allow(resource: ResourceName, verb: Verb): void {
    this.#forbidden.delete(`${verb} ${resource}`);
  }

  /** Ends all open watches in order, or those of one resource. */
  closeWatches(resource?: ResourceName): void {
    for (const watch of this.#watchesOf(resource)) watch.close();
  }

  /** Breaks the connections of open watches in the middle of a line. */
  resetWatches(resource?: ResourceName): void {
    for (const watch of this.#watchesOf(resource)) watch.reset();
  }

  /** Ends open watches with an ERROR event of code 410. */
  expireWatches(resource?: ResourceName): void {
    for (const watch of this.#watchesOf(resource)) watch.expire();
  }

  /** Open watches stay open and say nothing more. */
  stallWatches(resource?: ResourceName): void {
    for (const watch of this.#watchesOf(resource)) watch.stall();
  }

  /** Sends a bookmark now to all open watches that asked for bookmarks. */
  sendBookmarks(resource?: ResourceName): void {
    for (const watch of this.#watchesOf(resource)) watch.sendBookmark();
  }

  /** The number of open watches. */
  countWatches(resource?: ResourceName): number {
    return this.#watchesOf(resource).length;
  }

  /** Why this request fails, if it does; each planned failure is used up by it. */
  refusalOf(verb: Verb, resource: Resource, namespace: string | undefined, name: string): ApiError | undefined {
    // A Namespace belongs to itself.
    const within = resource.plural === 'namespaces' && name !== '' ? name : namespace;
    const mayAct = this.roleNamespaces === undefined || (within !== undefined && this.roleNamespaces.includes(within));
    if (!mayAct || this.#forbidden.has(`${verb} ${resource.plural}`)) {
      return forbiddenToUser(verb, resource, within, name);
    }
    const failure = this.#failures
      .get(resource.plural)
      ?.find((planned) => planned.remaining > 0 && (planned.verb === undefined || planned.verb === verb));
    if (failure === undefined) return undefined;
    failure.remaining -= 1;
    return errorOf(failure.code);
  }

  #watchesOf(resource: ResourceName | undefined): readonly OpenWatch[] {
    return [...this.#watches].filter((watch) => resource === undefined || watch.resource === RESOURCES[resource]);
  }
}

/** The only user of the embedded cluster, as kubeadm calls its administrator. */
export const USER_NAME = 'kubernetes-admin';

function forbiddenToUser(verb: Verb, resource: Resource, namespace: string | undefined, name: string): ApiError {
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const what = `resource "${resource.plural}" in API group "${resource.group}"`;
  return forbidden(resource, name, `User "${USER_NAME}" cannot ${verb} ${what} ${scope}`);
}

function errorOf(code: FailureCode): ApiError {
  switch (code) {
    case 410:
      return expired('The resourceVersion for the provided list is too old.');
    case 429:
      return tooManyRequests(1);
    case 500:
      return internalError('etcdserver: request timed out');
    case 503:
      return serviceUnavailable();
  }
}
