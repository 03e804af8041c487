/** A client of the Kubernetes API that shows exactly what went over the wire. */
import { readdirSync, readFileSync } from 'node:fs';
import type { ApiObject, JsonObject } from '../../../demo/cluster/types.ts';

/** An answer: its HTTP status, its headers and its body. */
export interface Answer {
  readonly code: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Any body of the API: an object, a list or a Status. */
export interface Body {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: ApiObject['metadata'] & {
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly ApiObject[];
  readonly spec: JsonObject;
  readonly status: unknown;
  readonly message: string;
  readonly reason: string;
  readonly code: number;
  readonly details: JsonObject;
}

/** One line of a watch. */
export interface Line {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Body;
}

/** One request. */
export async function call(
  url: string,
  path: string,
  { method = 'GET', body, headers = {} }: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { code: response.status, headers: response.headers, body: (await response.json()) as Body };
}

/** A watch, line by line. */
export class WatchReader {
  readonly response: Response;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';

  constructor(response: Response) {
    this.response = response;
    this.#chunks = response.body![Symbol.asyncIterator]();
  }

  /** The next line; or that the watch has ended in order, or how much of a line came before the connection broke. */
  async next(): Promise<Line | 'ended' | { readonly brokenAfter: string }> {
    for (;;) {
      const end = this.#text.indexOf('\n');
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return JSON.parse(line);
      }
      try {
        const chunk = await this.#chunks.next();
        if (chunk.done === true) return 'ended';
        this.#text += this.#decoder.decode(chunk.value, { stream: true });
      } catch {
        return { brokenAfter: this.#text };
      }
    }
  }

  /** The next `count` lines, which must come. */
  async take(count: number): Promise<Line[]> {
    const lines: Line[] = [];
    while (lines.length < count) {
      const line = await this.next();
      if (line === 'ended' || !('type' in line)) throw new Error(`the watch ended after ${lines.length} lines`);
      lines.push(line);
    }
    return lines;
  }

  /** Reads on until a line satisfies the condition. */
  async until(satisfies: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const [line] = await this.take(1);
      if (satisfies(line!)) return line!;
    }
  }
}

/** Opens a watch. */
export async function watch(url: string, path: string, query: string, headers = {}): Promise<WatchReader> {
  return new WatchReader(await fetch(`${url}${path}?watch=1&${query}`, { headers }));
}

/** What a line is about, e.g. `ADDED a`. */
export function gist({ type, object }: Line): string {
  return `${type} ${object.metadata.name}`;
}

/** The manifests of the demo. */
export function exampleManifests(): string[] {
  const folder = new URL('../../../demo/examples/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return files.map((name) => readFileSync(new URL(name, folder), 'utf8'));
}

/** A Service, headless unless said otherwise. */
export function serviceManifest(name: string, namespace = 'default', spec: object = { clusterIP: 'None' }) {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec };
}
