/**
 * What workerd asks for a KV namespace, over HTTP on a socket that only this user can open: values by key, lists, and several
 * values at once. The limits are those of Workers KV, so that nothing works here that would not work there.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type DiskStore, KeyError, type OpenValue } from './disk-store.ts';

const kvLimits = {
  keyOctets: 512,
  valueOctets: 25 * 1024 * 1024,
  metadataOctets: 1024,
  listedKeys: 1000,
  keysAtOnce: 100,
} as const;

/** What was asked, and how it went. */
export interface StoreOperation {
  readonly operation: 'read' | 'write' | 'delete' | 'list';
  readonly result: 'ok' | 'absent' | 'refused' | 'failed';
}

export interface KvServerOptions {
  readonly store: DiskStore;
  /** Of the socket; its folder must be private. */
  readonly path: string;
  /** Told what an administrator has to look at, such as a full disk. */
  readonly log: (line: string) => void;
  readonly onOperation?: (operation: StoreOperation) => void;
}

/** What was asked is wrong; nothing has changed. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export class KvServer {
  readonly #options: KvServerOptions;
  readonly #server: Server;

  private constructor(options: KvServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    // It is workerd that ends connections: one that is closed here while it sends would look like a failing store.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
  }

  static async start(options: KvServerOptions): Promise<KvServer> {
    const started = new KvServer(options);
    started.#server.listen(options.path);
    await once(started.#server, 'listening');
    return started;
  }

  /** Takes nothing more, and waits for writes that have begun. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    await this.#options.store.settled();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { log, onOperation } = this.#options;
    const url = new URL(request.url ?? '/', 'http://kv');
    const operation = operationOf(request.method ?? '', url);
    try {
      const result = await this.#perform(request, response, url);
      onOperation?.({ operation, result });
    } catch (error) {
      // That workerd left is workerd's business.
      if (hasLeft(error)) return;
      const refusal = refusalOf(error);
      onOperation?.({ operation, result: refusal === undefined ? 'failed' : 'refused' });
      if (refusal === undefined) log(`the store cannot ${operation}: ${(error as Error).message}`);
      if (response.headersSent) response.destroy();
      else response.writeHead(refusal?.status ?? 500).end((error as Error).message);
      // What comes yet is read and dropped, so that workerd comes to read the answer.
      request.resume();
    }
  }

  #perform(request: IncomingMessage, response: ServerResponse, url: URL): Promise<StoreOperation['result']> {
    const { method } = request;
    if (method === 'GET' && url.pathname === '/') return this.#list(response, url.searchParams);
    if (method === 'POST' && url.pathname === '/bulk/get') return this.#readSeveral(request, response);
    const key = keyIn(url);
    switch (method) {
      case 'GET':
        return this.#read(key, response);
      case 'PUT':
        return this.#write(key, url.searchParams, request, response);
      case 'DELETE':
        return this.#delete(key, response);
      default:
        throw new Refusal(405, `there is no ${method} here`);
    }
  }

  async #read(key: string, response: ServerResponse): Promise<StoreOperation['result']> {
    const value = await this.#options.store.open(key);
    if (value === undefined) {
      response.writeHead(404).end();
      return 'absent';
    }
    const { metadata, expiresAt, length } = value;
    try {
      response.writeHead(200, {
        'content-length': length,
        ...(metadata === undefined ? {} : { 'cf-kv-metadata': headerText(metadata) }),
        ...(expiresAt === undefined ? {} : { 'cf-expiration': Math.floor(expiresAt / 1000) }),
      });
      await pipeline(value.stream(), response);
    } catch (error) {
      // Metadata may be all that was wanted.
      if (!hasLeft(error)) throw error;
    } finally {
      await value.close();
    }
    return 'ok';
  }

  async #readSeveral(request: IncomingMessage, response: ServerResponse): Promise<StoreOperation['result']> {
    const keys = keysIn(await text(request));
    const values: [string, string | null][] = [];
    let octets = 0;
    for (const key of keys) {
      const value = await this.#options.store.open(key);
      octets += value?.length ?? 0;
      if (octets > kvLimits.valueOctets) {
        await value?.close();
        throw new Refusal(413, `the values have more than ${kvLimits.valueOctets} octets`);
      }
      values.push([key, value === undefined ? null : await wholeText(value)]);
    }
    response.end(JSON.stringify(Object.fromEntries(values)));
    return 'ok';
  }

  async #write(
    key: string,
    parameters: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<StoreOperation['result']> {
    const metadata = metadataIn(request.headers['cf-kv-metadata']);
    const expiresAt = expiryIn(parameters, Date.now());
    await this.#options.store.put({ key, metadata, expiresAt }, limited(request.iterator({ destroyOnReturn: false })));
    response.end();
    return 'ok';
  }

  async #delete(key: string, response: ServerResponse): Promise<StoreOperation['result']> {
    await this.#options.store.delete(key);
    response.end();
    return 'ok';
  }

  async #list(response: ServerResponse, parameters: URLSearchParams): Promise<StoreOperation['result']> {
    const { store } = this.#options;
    const limit = limitIn(parameters.get('key_count_limit'));
    const after = Buffer.from(parameters.get('cursor') ?? '', 'base64url').toString();
    const all = await store.keys(parameters.get('prefix') ?? '', after);
    const page = all.slice(0, limit);
    const keys: object[] = [];
    for (const name of page) {
      const header = await store.describe(name);
      if (header === undefined) continue;
      const { metadata, expiresAt } = header;
      const expiration = expiresAt === undefined ? undefined : Math.floor(expiresAt / 1000);
      keys.push({ name, expiration, metadata });
    }
    const isComplete = page.length === all.length;
    const cursor = isComplete ? undefined : Buffer.from(page.at(-1)!).toString('base64url');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys, list_complete: isComplete, cursor, cacheStatus: null }));
    return 'ok';
  }
}

function operationOf(method: string, { pathname }: URL): StoreOperation['operation'] {
  if (method === 'PUT') return 'write';
  if (method === 'DELETE') return 'delete';
  return method === 'GET' && pathname === '/' ? 'list' : 'read';
}

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  return error instanceof KeyError ? new Refusal(414, error.message) : undefined;
}

function keyIn({ pathname }: URL): string {
  let key: string;
  try {
    key = decodeURIComponent(pathname.slice(1));
  } catch {
    throw new Refusal(400, 'the key is not encoded as in a URL');
  }
  return checkedKey(key);
}

function checkedKey(key: string): string {
  if (Buffer.byteLength(key) > kvLimits.keyOctets) {
    throw new Refusal(414, `the key has more than ${kvLimits.keyOctets} octets`);
  }
  return key;
}

function keysIn(body: string): readonly string[] {
  const { keys } = objectFrom(body);
  const isList = Array.isArray(keys) && keys.length > 0 && keys.length <= kvLimits.keysAtOnce;
  if (!isList || !keys.every((key) => typeof key === 'string')) {
    throw new Refusal(400, `the body has no "keys", 1 to ${kvLimits.keysAtOnce} texts`);
  }
  return keys.map(checkedKey);
}

function objectFrom(body: string): Readonly<Record<'keys', unknown>> {
  try {
    return Object(JSON.parse(body));
  } catch {
    throw new Refusal(400, 'the body is no JSON');
  }
}

function metadataIn(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  // Octets of UTF-8, which Node gives as characters of one octet each.
  const octets = Buffer.from(String(header), 'latin1');
  if (octets.length > kvLimits.metadataOctets) {
    throw new Refusal(413, `the metadata have more than ${kvLimits.metadataOctets} octets`);
  }
  const metadata = octets.toString();
  try {
    JSON.parse(metadata);
  } catch {
    throw new Refusal(400, 'the metadata are no JSON');
  }
  return metadata;
}

function headerText(metadata: string): string {
  return Buffer.from(metadata).toString('latin1');
}

/** Unix milliseconds. */
function expiryIn(parameters: URLSearchParams, now: number): number | undefined {
  const seconds = parameters.get('expiration_ttl');
  const moment = parameters.get('expiration');
  if (seconds === null && moment === null) return undefined;
  const expiresAt = seconds === null ? Number(moment) * 1000 : now + Number(seconds) * 1000;
  if (Number.isSafeInteger(expiresAt) && expiresAt > now) return expiresAt;
  throw new Refusal(400, 'the expiry is no time to come');
}

function limitIn(text: string | null): number {
  const limit = Number(text ?? kvLimits.listedKeys);
  if (Number.isInteger(limit) && limit >= 1) return Math.min(limit, kvLimits.listedKeys);
  throw new Refusal(400, 'the limit is no number of keys');
}

async function* limited(octets: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const part of octets) {
    length += part.length;
    if (length > kvLimits.valueOctets) throw new Refusal(413, `the value has more than ${kvLimits.valueOctets} octets`);
    yield part;
  }
}

async function wholeText(value: OpenValue): Promise<string> {
  return (await buffer(value.stream())).toString();
}

/** Whether the other side ended the connection in the middle. */
function hasLeft(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'EPIPE' || code === 'ECONNRESET';
}
