/** Bodies over HTTP: reading a JSON body with a limit, answering with JSON, answering a refusal. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApiError, badRequest, requestTooLarge, unsupportedMediaType } from '../status.ts';
import type { JsonValue } from '../types.ts';

/** The limit of a real API server. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** The media type of the request's body without parameters; JSON if it names none. */
export function mediaTypeOf(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? 'application/json').split(';')[0]!.trim().toLowerCase();
}

/** The body as JSON, or undefined if it is empty; throws a refusal if it is too large, of another type, or no JSON. */
export async function readJson(request: IncomingMessage, accepted: readonly string[]): Promise<JsonValue | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw requestTooLarge(MAX_BODY_BYTES);
    chunks.push(chunk);
  }
  if (bytes === 0) return undefined;
  if (!accepted.includes(mediaTypeOf(request))) throw unsupportedMediaType(accepted);
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (error) {
    throw badRequest(`the body of the request is not JSON: ${(error as Error).message}`);
  }
}

/** Answers with a JSON document. */
export function answer(response: ServerResponse, httpStatus: number, document: object): void {
  const body = Buffer.from(`${JSON.stringify(document)}\n`);
  response.writeHead(httpStatus, {
    'content-type': 'application/json',
    'content-length': body.length,
    'cache-control': 'no-cache, private',
  });
  response.end(body);
}

/** Answers with a word or two. */
export function answerText(response: ServerResponse, httpStatus: number, text: string): void {
  response.writeHead(httpStatus, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}

/** Answers with the Status of a refusal. A request whose body is still coming loses its connection. */
export function answerError(request: IncomingMessage, response: ServerResponse, error: ApiError): void {
  const retryAfterSeconds = error.status.details?.retryAfterSeconds;
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds));
  if (!request.complete) response.setHeader('connection', 'close');
  answer(response, error.httpStatus, error.status);
}
