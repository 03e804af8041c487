/** The query of a list or watch, understood and checked as a real API server checks it (ValidateListOptions). Pure. */
import type { Resource } from '../resources.ts';
import { type Matcher, parseFieldSelector, parseLabelSelector } from '../selectors.ts';
import { badRequest, invalid, type StatusCause } from '../status.ts';

/** Which objects, and whether all are meant. */
interface Selection {
  readonly matches: Matcher;
  readonly selectsAll: boolean;
}

/** A list as of which version, and which page of it. */
export interface ListOptions extends Selection {
  readonly kind: 'list';
  readonly limit: number;
  readonly continueToken: string;
  /** Undefined: the present. */
  readonly notOlderThan: number | undefined;
  readonly exactly: number | undefined;
}

/** A watch and where it begins. */
export interface WatchOptions extends Selection {
  readonly kind: 'watch';
  readonly start: WatchStart;
  readonly bookmarks: boolean;
  readonly timeoutSeconds: number | undefined;
}

export type WatchStart =
  /** Every object as ADDED first, then the changes; `marksEnd` sends a bookmark in between. */
  | { readonly from: 'state'; readonly notOlderThan: number; readonly marksEnd: boolean }
  /** The changes after a version. */
  | { readonly from: 'version'; readonly version: number }
  /** The changes from now on. */
  | { readonly from: 'now' };

/** What a server makes of `sendInitialEvents`: those before 1.32 refuse it, those before 1.27 take no notice of it. */
export type InitialEvents = 'served' | 'refused' | 'ignored';

/** Throws BadRequest or Invalid. */
export function readOptionsOf(
  resource: Resource,
  query: URLSearchParams,
  served: InitialEvents,
): ListOptions | WatchOptions {
  const selection = selectionOf(resource, query);
  const version = versionOf(query);
  const isWatch = flagOf(query, 'watch') === true;
  // A server that does not know the one knows nothing of the other for watches.
  const match = served === 'ignored' && isWatch ? '' : (query.get('resourceVersionMatch') ?? '');
  const initialEvents = served === 'ignored' ? undefined : flagOf(query, 'sendInitialEvents');
  const causes = isWatch
    ? watchProblems(match, initialEvents, served === 'served', query)
    : listProblems(match, initialEvents, version, query);
  if (causes.length > 0) throw invalid('meta.k8s.io', 'ListOptions', '', causes);
  if (isWatch) {
    const bookmarks = flagOf(query, 'allowWatchBookmarks') === true;
    const start = startOf(version, initialEvents, bookmarks);
    return { ...selection, kind: 'watch', start, bookmarks, timeoutSeconds: countOf(query, 'timeoutSeconds') };
  }
  return {
    ...selection,
    kind: 'list',
    // With resourceVersion=0 a server answers from its cache, whole.
    limit: version === 0 ? 0 : (countOf(query, 'limit') ?? 0),
    continueToken: query.get('continue') ?? '',
    notOlderThan: match === 'Exact' ? undefined : version,
    exactly: match === 'Exact' ? version : undefined,
  };
}

function startOf(version: number | undefined, initialEvents: boolean | undefined, bookmarks: boolean): WatchStart {
  if (initialEvents === true) return { from: 'state', notOlderThan: version ?? 0, marksEnd: bookmarks };
  if (version !== undefined && version > 0) return { from: 'version', version };
  // A watch without version begins with the state, for old clients' sake, unless it says that it does not want it.
  return initialEvents === false ? { from: 'now' } : { from: 'state', notOlderThan: 0, marksEnd: false };
}

function selectionOf(resource: Resource, query: URLSearchParams): Selection {
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  const matchers = [parseLabelSelector(labels), parseFieldSelector(resource.plural, fields)];
  return { matches: (object) => matchers.every((matches) => matches(object)), selectsAll: labels + fields === '' };
}

function versionOf(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion') ?? '';
  if (text === '') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const why = `resourceVersion: Invalid value: "${text}"`;
  throw badRequest(`invalid resource version: ${why}: strconv.ParseUint: parsing "${text}": invalid syntax`);
}

function countOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? '';
  if (text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
}

/** `?watch`, `?watch=1` and `?watch=true` are the same; absent is undefined. */
function flagOf(query: URLSearchParams, name: string): boolean | undefined {
  const text = query.get(name);
  return text === null ? undefined : !/^(0|false)$/i.test(text);
}

const MATCHES = ['Exact', 'NotOlderThan'];

function listProblems(
  match: string,
  initialEvents: boolean | undefined,
  version: number | undefined,
  query: URLSearchParams,
): StatusCause[] {
  const problems: StatusCause[] = [];
  const forbid = (field: string, why: string) => problems.push(forbiddenField(field, why));
  if (match !== '') {
    const field = 'resourceVersionMatch';
    if (version === undefined) forbid(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided');
    if (query.get('continue')) forbid(field, 'resourceVersionMatch is forbidden when continue is provided');
    if (!MATCHES.includes(match)) problems.push(unsupportedMatch(match, [...MATCHES, '']));
    if (match === 'Exact' && version === 0) {
      forbid(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
    }
  }
  if (initialEvents !== undefined) forbid('sendInitialEvents', 'sendInitialEvents is forbidden for list');
  return problems;
}

function watchProblems(
  match: string,
  initialEvents: boolean | undefined,
  servesInitialEvents: boolean,
  query: URLSearchParams,
): StatusCause[] {
  const problems: StatusCause[] = [];
  const forbid = (field: string, why: string) => problems.push(forbiddenField(field, why));
  const field = 'resourceVersionMatch';
  if (initialEvents !== undefined) {
    if (match !== 'NotOlderThan') {
      forbid(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
    }
    if (!servesInitialEvents) {
      const why = 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
      forbid('sendInitialEvents', why);
    }
  }
  if (match !== '') {
    if (initialEvents === undefined) {
      forbid(field, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
    }
    if (match !== 'NotOlderThan') problems.push(unsupportedMatch(match, ['NotOlderThan']));
    if (query.get('continue')) forbid(field, 'resourceVersionMatch is forbidden when continue is provided');
  }
  return problems;
}

function forbiddenField(field: string, why: string): StatusCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field };
}

function unsupportedMatch(match: string, supported: readonly string[]): StatusCause {
  const words = supported.map((word) => `"${word}"`).join(', ');
  const message = `Unsupported value: "${match}": supported values: ${words}`;
  return { reason: 'FieldValueNotSupported', message, field: 'resourceVersionMatch' };
}
