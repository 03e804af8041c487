/**
 * metav1.Status: what a Kubernetes API server answers when it refuses. Each function makes the error of one reason, with
 * the code, reason, wording and details of a real API server.
 */
import { qualifiedName, type Resource } from './resources.ts';

/** One reason among several, with the field it is about. */
export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** The body of a refusal. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: { readonly continue?: string };
  readonly status: 'Failure' | 'Success';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

/** A refusal, thrown; `code` is the stable reason word and `status` the body to answer with. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly httpStatus: number;
  readonly status: Status;

  constructor(httpStatus: number, code: string, message: string, details?: StatusDetails, continueToken?: string) {
    super(message);
    this.code = code;
    this.httpStatus = httpStatus;
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: continueToken === undefined ? {} : { continue: continueToken },
      status: 'Failure',
      message,
      reason: code,
      ...(details === undefined ? {} : { details }),
      code: httpStatus,
    };
  }
}

/** The object's name, group and plural, as the details of a Status name it. */
function about(resource: Resource, name: string): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.plural,
  };
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}

export function forbidden(resource: Resource, name: string, why: string, cause?: StatusCause): ApiError {
  const subject = name === '' ? qualifiedName(resource) : `${qualifiedName(resource)} "${name}"`;
  const details = { ...about(resource, name), ...(cause === undefined ? {} : { causes: [cause] }) };
  return new ApiError(403, 'Forbidden', `${subject} is forbidden: ${why}`, details);
}

export function notFound(resource: Resource, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualifiedName(resource)} "${name}" not found`, about(resource, name));
}

/** A path that no resource answers at. */
export function noSuchPath(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

export function alreadyExists(resource: Resource, name: string): ApiError {
  return new ApiError(
    409,
    'AlreadyExists',
    `${qualifiedName(resource)} "${name}" already exists`,
    about(resource, name),
  );
}

/** The object is no longer the one that the writer had read. */
export function conflict(resource: Resource, name: string, why = objectHasBeenModified): ApiError {
  const message = `Operation cannot be fulfilled on ${qualifiedName(resource)} "${name}": ${why}`;
  return new ApiError(409, 'Conflict', message, about(resource, name));
}

const objectHasBeenModified =
  'the object has been modified; please apply your changes to the latest version and try again';

/** A resourceVersion that is older than the history; `continueToken` goes on with an inconsistent list. */
export function expired(message: string, continueToken?: string): ApiError {
  return new ApiError(410, 'Expired', message, undefined, continueToken);
}

export function requestTooLarge(maxBytes: number): ApiError {
  return new ApiError(413, 'RequestEntityTooLarge', `Request entity is too large: limit is ${maxBytes}`);
}

export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new ApiError(415, 'UnsupportedMediaType', message);
}

/** An object whose fields contradict the rules of its kind; `kind` may be qualified, as in `StatefulSet.apps`. */
export function invalid(group: string, kind: string, name: string, causes: readonly StatusCause[]): ApiError {
  const lines = causes.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`));
  const why = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  const subject = group === '' ? kind : `${kind}.${group}`;
  const details = { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind, causes };
  return new ApiError(422, 'Invalid', `${subject} "${name}" is invalid: ${why}`, details);
}

export function tooManyRequests(retryAfterSeconds: number): ApiError {
  const message = 'Too many requests, please try again later.';
  return new ApiError(429, 'TooManyRequests', message, { retryAfterSeconds });
}

export function internalError(message: string): ApiError {
  const cause = { reason: 'InternalError', message };
  return new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [cause] });
}

export function serviceUnavailable(): ApiError {
  return new ApiError(503, 'ServiceUnavailable', 'apiserver is shutting down');
}

/** A resourceVersion that this server has not reached, for instance because it was restarted empty. */
export function tooLargeResourceVersion(requested: number, current: number): ApiError {
  const message = `Too large resource version: ${requested}, current: ${current}`;
  const cause = { reason: 'ResourceVersionTooLarge', message: 'Too large resource version' };
  return new ApiError(504, 'Timeout', `Timeout: ${message}`, { causes: [cause], retryAfterSeconds: 1 });
}

/** What a server answers when an object without grace period has been deleted. */
export function deleted(resource: Resource, name: string, uid: string): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { ...about(resource, name), uid },
  };
}
