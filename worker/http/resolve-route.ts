/**
 * `[/t/<token>][/c/<cluster>]/resolve`, once it is known who asks: a question in the parameters of the URL, and its answer
 * as JSON. Between the two it is asked and answered as a DNS message.
 */
import { jsonAnswer } from '../json/json-answer.ts';
import { readJsonQuestion } from '../json/json-question.ts';
import { queryFor } from '../json/query-message.ts';
import { encodeAnswer } from '../message/answer.ts';
import { minimumTtlSeconds } from '../message/freshness.ts';
import { readResponse } from '../message/read-response.ts';
import type { Asking } from './asking.ts';
import { cachingOf, decidingAt } from './caching.ts';
import { type Deciders, decide, inMemory } from './decision.ts';
import { startsWithMessage } from './doh.ts';
import { badRequest, jsonResponse, problemResponse } from './problem.ts';
import { valuesOf } from './query-parameters.ts';

const json = 'application/json';
const dnsJson = 'application/dns-json';

/** Whether the URL of a GET asks in JSON where DNS messages are taken as well. */
export function isJsonQuestion(url: string): boolean {
  if (startsWithMessage(url)) return false;
  return valuesOf(url, 'dns').length === 0 && valuesOf(url, 'name').length > 0;
}

export async function resolve(deciders: Deciders, asking: Asking): Promise<Response> {
  const { reader, url } = asking;
  const question = readJsonQuestion((name) => valuesOf(url, name)[0]);
  if ('reason' in question) return problemResponse(badRequest(question.reason));
  const query = queryFor(question);
  const now = deciders.machine.now();
  const { reply } = await decide(deciders, asking, { kind: 'query', query }, now, inMemory(deciders, asking, now));
  const octets = encodeAnswer(reply, () => deciders.machine.random(), deciders.outside.policy.kind === 'forward');
  const response = readResponse(octets);
  if (response === undefined) throw new Error('an answer was written that cannot be read');
  const { vary, ...caching } = cachingOf(minimumTtlSeconds(reply), decidingAt[reader.door]);
  return jsonResponse(jsonAnswer(response), 200, {
    ...caching,
    'content-type': mediaTypeFor(asking),
    vary: vary === undefined ? 'Accept' : `${vary}, Accept`,
  });
}

/** `application/dns-json` is for those who ask for it; everybody knows what JSON is. */
function mediaTypeFor({ request, url }: Asking): string {
  const asked = valuesOf(url, 'ct')[0]?.toLowerCase();
  if (asked === json || asked === dnsJson) return asked;
  const accepted = request.headers.get('accept')?.toLowerCase() ?? '';
  const types = accepted.split(',').map((part) => part.split(';', 1)[0]!.trim());
  return types.includes(dnsJson) ? dnsJson : json;
}
