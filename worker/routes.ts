/**
 * Which handler a request gets, by path and method. hono's smallest router matches the paths that have parameters; its app
 * around it would bring ten times as much as is used here to every isolate.
 */
import { PatternRouter } from 'hono/router/pattern-router';
import type { MaybeLater } from './access/authorization.ts';
import type { Lifetime } from './environment.ts';
import { problem, problemResponse } from './http/problem.ts';

/** A request on its way to an answer. */
export interface Call {
  readonly request: Request;
  /** Of the request; the platform makes a new text each time that it is asked. */
  readonly url: string;
  /** What stands in the path where the route has a name; undefined where it has none. */
  readonly parameter: (name: string) => string | undefined;
  /** Undefined where the platform has none. */
  readonly lifetime: Lifetime | undefined;
}

export type Handler = (call: Call) => MaybeLater<Response>;

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';

/** Hears of each request how it ended; `route` is its path without what may stand in front, empty where there is none. */
interface RequestMeter {
  requested(route: string, status: number, lifetime: Lifetime | undefined): void;
}

interface Route {
  readonly name: string;
  readonly byMethod: ReadonlyMap<string, Handler>;
  /** As the header field `Allow` says it (RFC 9110 §10.2.1). */
  readonly allow: string;
}

/** A route, and what stands in the path where it has a name. */
type Found = readonly [Route, Readonly<Record<string, string>>?];

/** Of what was found lately: as many paths, none longer. */
const maxLately = 1000;
const maxPathCharacters = 256;

export class Routes {
  /** As they were added. */
  readonly paths: string[] = [];
  readonly #router = new PatternRouter<Route>();
  /** Routes without parameters, and what was found for paths lately: most come again, and a look costs less than a match. */
  readonly #fixed = new Map<string, Found>();
  readonly #lately = new Map<string, Found>();
  /** Of the request before, which is mostly one with the same path: even a look into a map costs more than to compare. */
  #lastPath = '';
  #lastFound: Found | undefined;
  readonly #onError: (error: unknown) => Response;
  readonly #meter: RequestMeter | undefined;

  /** `onError` answers for a handler that failed. */
  constructor(onError: (error: unknown) => Response, meter?: RequestMeter) {
    this.#onError = onError;
    this.#meter = meter;
  }

  /** HEAD is answered wherever GET is. */
  add(path: string, handlers: Readonly<Partial<Record<Method, Handler>>>): void {
    const byMethod = new Map<string, Handler>();
    for (const [method, handler] of Object.entries(handlers)) {
      byMethod.set(method, handler);
      if (method === 'GET') byMethod.set('HEAD', handler);
    }
    const name = path.replace(/\{.*\}/, '').replace(/^(\/t\/:token)?(\/c\/:cluster)?/, '');
    const route = { name, byMethod, allow: [...byMethod.keys()].join(', ') };
    if (path.includes(':')) this.#router.add('ALL', path, route);
    else this.#fixed.set(path, [route]);
    this.paths.push(path);
  }

  /** Never fails: what goes wrong is an answer too. */
  fetch(request: Request, lifetime?: Lifetime): MaybeLater<Response> {
    // Each look costs a new text, as with the URL.
    const { method } = request;
    const answer = this.#answer(request, method, lifetime);
    if (method !== 'HEAD') return answer;
    return Promise.resolve(answer).then((response) => {
      // Nobody gets it; what would write it on has to end.
      response.body?.cancel().catch(() => {});
      return new Response(null, response);
    });
  }

  #answer(request: Request, method: string, lifetime: Lifetime | undefined): MaybeLater<Response> {
    const { url } = request;
    const [route, parameters] = this.#found(pathOf(url)) ?? [];
    const parameter = (name: string): string | undefined => parameters?.[name];
    const answer = this.#handled(route, method, { request, url, parameter, lifetime });
    const meter = this.#meter;
    if (meter === undefined) return answer;
    const counted = (response: Response): Response => {
      meter.requested(route?.name ?? '', response.status, lifetime);
      return response;
    };
    return answer instanceof Promise ? answer.then(counted) : counted(answer);
  }

  #handled(route: Route | undefined, method: string, call: Call): MaybeLater<Response> {
    if (route === undefined) return notFound();
    const handler = route.byMethod.get(method);
    if (handler === undefined) return wrongMethod(route.allow);
    try {
      const answer = handler(call);
      return answer instanceof Promise ? answer.catch(this.#onError) : answer;
    } catch (error) {
      return this.#onError(error);
    }
  }

  #found(path: string): Found | undefined {
    if (path !== this.#lastPath) {
      this.#lastFound = this.#find(path);
      this.#lastPath = path;
    }
    return this.#lastFound;
  }

  #find(path: string): Found | undefined {
    const known = this.#fixed.get(path) ?? this.#lately.get(path);
    // The router passes over a slash at the end.
    if (known !== undefined || path.endsWith('/')) return known;
    const [[first]] = this.#router.match('ALL', path);
    if (first === undefined) return undefined;
    const found = first as Found;
    if (path.length <= maxPathCharacters) {
      if (this.#lately.size >= maxLately) this.#lately.clear();
      this.#lately.set(path, found);
    }
    return found;
  }
}

const questionMark = 0x3f;
const numberSign = 0x23;

function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf(':') + 3);
  let end = start;
  for (; end < url.length; end += 1) {
    const character = url.charCodeAt(end);
    if (character === questionMark || character === numberSign) break;
  }
  const path = url.slice(start, end);
  return path.includes('%') ? plain(path) : path;
}

/** Letters mean the same when they are escaped (RFC 3986 §6.2.2.2); what parts a path does not. */
function plain(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function notFound(): Response {
  return problemResponse(problem(404, 'NOT_FOUND', 'there is nothing at this path'));
}

function wrongMethod(allow: string): Response {
  const message = `this path takes ${allow}`;
  return problemResponse(problem(405, 'METHOD_NOT_ALLOWED', message, {}, { allow }));
}
