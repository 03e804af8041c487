/** An answer that is not a success → KubeError. Pure. */
import { KubeError } from './error.ts';
import { fieldsOf, textOf } from './json.ts';

/** The permission that a request needs. */
export interface Permission {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch';
  /** Such as `endpointslices`. */
  readonly resource: string;
  /** Such as `discovery.k8s.io`; empty for the core group. */
  readonly group: string;
  /** Undefined for the whole cluster. */
  readonly namespace: string | undefined;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

/** Reads the path of a resource of the Kubernetes API, with its query. */
export function permissionOf(path: string, method: Method = 'GET'): Permission {
  const url = new URL(path, 'http://localhost');
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  const [group = '', below] = segments[0] === 'apis' ? [segments[1], segments.slice(3)] : ['', segments.slice(2)];
  const [resource = '', namespace, within, name] = below;
  if (within !== undefined) return { verb: verbOf(url, method, name), resource: within, group, namespace };
  // A Namespace belongs to itself: a Role in it can grant to get it.
  return { verb: verbOf(url, method, namespace), resource, group, namespace };
}

/** `name` is that of one object, undefined for all of them. */
function verbOf(url: URL, method: Method, name: string | undefined): Permission['verb'] {
  if (method === 'POST') return 'create';
  if (method === 'PUT') return 'update';
  if (method === 'PATCH') return 'patch';
  if (name !== undefined) return 'get';
  return url.searchParams.get('watch') === 'true' ? 'watch' : 'list';
}

/** `status` is the Status object that the server sent, if it is one; `retryAfter` the header of that name. */
export function refusal(permission: Permission, httpStatus: number, status: unknown, retryAfter?: string): KubeError {
  const message = textOf(fieldsOf(status)['message']) ?? '';
  const details = fieldsOf(fieldsOf(status)['details']);
  const retryAfterSeconds = secondsOf(retryAfter) ?? secondsOf(details['retryAfterSeconds']);
  const said = `${httpStatus}${message === '' ? '' : `: ${message}`}`;
  const asked = `${permission.verb} ${permission.resource}`;
  if (httpStatus === 401) {
    return new KubeError(
      'UNAUTHORIZED',
      `the API server does not accept the credentials (${said}): check the user of the kubeconfig's context, log in again`,
    );
  }
  if (httpStatus === 409 || (httpStatus === 403 && hasCause(details, 'NamespaceTerminating'))) {
    return new KubeError('CONFLICT', `the API server cannot ${asked} as things are (${said}): look again`);
  }
  if (httpStatus === 403) return new KubeError('FORBIDDEN', forbidden(permission, message));
  if (httpStatus === 404) {
    if (!isReadWhole(permission))
      return new KubeError('NOT_FOUND', `the API server finds nothing for ${asked} (${said})`);
    return new KubeError(
      'NOT_FOUND',
      `the API server has no ${nameOf(permission)} (${said}): Kubernetes 1.21 or later is needed, and the server's address must be that of its API`,
    );
  }
  // A version of the future: the server was restored from a backup, or is not the one that gave the version out.
  if (httpStatus === 410 || hasCause(details, 'ResourceVersionTooLarge')) {
    return new KubeError('GONE', `the API server cannot go on from there with ${asked} (${said}): list again`);
  }
  if (httpStatus === 429) {
    const text = `the API server asks for patience with ${asked} (${said})`;
    return new KubeError('TOO_MANY_REQUESTS', text, { retryAfterSeconds });
  }
  if (httpStatus >= 500) {
    const text = `the API server failed to ${asked} (${said})`;
    return new KubeError('SERVER_ERROR', text, { retryAfterSeconds });
  }
  return new KubeError('BAD_RESPONSE', `the API server refused to ${asked} (${said})`);
}

function forbidden(permission: Permission, message: string): string {
  // "services is forbidden: User "system:serviceaccount:dns:agent" cannot list resource …"
  const user = /\bUser ("[^"]*")/.exec(message)?.[1];
  const who = user === undefined ? 'the user' : `user ${user}`;
  const { verb, resource, namespace } = permission;
  const verbs = verbsToGrant(permission);
  const [where, role] =
    namespace === undefined
      ? ['in the whole cluster', 'a ClusterRole and a ClusterRoleBinding']
      : [`in namespace ${namespace}`, 'a Role and a RoleBinding there'];
  return `${who} may not ${verb} ${nameOf(permission)} ${where}: grant ${verbs} on "${resource}" with ${role}`;
}

/** Those that are needed together, so that one refusal is enough to learn of them. */
function verbsToGrant(permission: Permission): string {
  if (isReadWhole(permission)) return 'the verbs "list" and "watch"';
  if (permission.resource === 'leases') return 'the verbs "get", "create" and "update"';
  return `the verb "${permission.verb}"`;
}

function isReadWhole({ verb }: Permission): boolean {
  return verb === 'list' || verb === 'watch';
}

function nameOf(permission: Permission): string {
  return `${permission.resource} (API group "${permission.group}")`;
}

function hasCause(details: Readonly<Record<string, unknown>>, reason: string): boolean {
  const causes = details['causes'];
  return Array.isArray(causes) && causes.some((cause) => fieldsOf(cause)['reason'] === reason);
}

/** Retry-After as a date is not used by Kubernetes and not read. */
function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  return typeof seconds === 'number' && seconds > 0 ? seconds : undefined;
}
