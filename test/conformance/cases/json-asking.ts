/**
 * How the cases about JSON ask. No RFC has this form: it is the one that Google Public DNS began with and others took over.
 */
import type { Case, Topic } from '../case.ts';
import { json, jsonHas } from '../checks/json.ts';
import type { HttpRequest } from '../http/exchange.ts';
import { request } from '../http/request.ts';
import { ttlSeconds } from '../zone.ts';
import { api } from './names.ts';

export const google = 'Google Public DNS, JSON API';
export const cloudflare = 'Cloudflare 1.1.1.1, DNS over HTTPS using JSON';

export type JsonCase = Omit<Case, 'level' | 'unfit'>;

/** Nothing here is demanded by any document. */
export function jsonTopic(name: string, cases: readonly JsonCase[]): Topic {
  const unfit = { coredns: 'it has no JSON', bind: 'it has no JSON' };
  return { name, cases: cases.map((each) => ({ ...each, level: 'open', unfit })) };
}

export function resolve(variables: string, change: Partial<HttpRequest> = {}): HttpRequest {
  return request({ path: `/resolve?${variables}`, ...change });
}

/** The one record of `api`. */
export const apiRecord = { name: `${api}.`, type: 1, TTL: ttlSeconds, data: '10.96.0.20' };
export const found = [jsonHas({ Status: 0, Answer: [apiRecord] })];

/** The records of the answer have these data, in any order. */
export function dataIs(wanted: readonly string[]) {
  return json((fields) => {
    const records = (fields['Answer'] ?? []) as readonly { readonly data: string }[];
    const seen = records.map(({ data }) => data).sort();
    return seen.join('\n') === [...wanted].sort().join('\n') ? undefined : `data: ${seen.join('; ')}`;
  });
}

export const hasComment = json(({ Comment: comment }) => {
  return typeof comment === 'string' && comment.length > 10 ? undefined : `comment ${comment}`;
});
