/** What happens to whoever asks too often. Each of these cases uses up what its own asker has. */
import type { Topic } from '../case.ts';
import { answers } from '../checks/dns.ts';
import { hasField, mustNotBeKept, status } from '../checks/http.ts';
import { field, type HttpAnswer, type HttpRequest } from '../http/exchange.ts';
import { get, post } from '../http/request.ts';
import { query } from '../message/query.ts';
import { limitPerMinute } from '../targets/places.ts';
import { api, apiAddress } from './names.ts';

const ask = query(api, 'A');
const withToken = (word: string): HttpRequest => post(ask, { at: 'limited', path: `/t/{${word}}/dns-query` });
/** So many that one is refused even when a minute begins between them. */
const tooOften = (request: HttpRequest): readonly HttpRequest[] =>
  Array.from({ length: 2 * limitPerMinute + 1 }, () => request);
const limited = (all: readonly HttpAnswer[]): readonly HttpAnswer[] => all.filter(({ status: seen }) => seen === 429);

export const httpLimits: Topic = {
  name: 'Limits',
  cases: [
    {
      id: 'limits-told',
      source: 'RFC 6585 §4',
      level: 'open',
      title: 'Whoever asks too often is told so with 429, and when to come again.',
      ask: tooOften(withToken('token')),
      checks: [status(200, 429)],
      together: (all) => {
        const refused = limited(all);
        if (all[0]!.status !== 200) return 'refused from the first on';
        if (refused.length === 0) return 'never refused';
        const late = refused.find((answer) => !/^[1-9]\d*$/.test(field(answer, 'retry-after')));
        return late === undefined ? undefined : `"retry-after: ${field(late, 'retry-after')}"`;
      },
    },
    {
      id: 'limits-details',
      source: 'RFC 6585 §4',
      level: 'should',
      title: 'A text says what is wrong.',
      ask: tooOften(withToken('token')),
      checks: [status(200, 429)],
      together: (all) => {
        const [refused] = limited(all);
        if (refused === undefined) return 'never refused';
        const text = Buffer.from(refused.body).toString('utf8');
        return /too many requests/.test(text) ? undefined : `the text "${text}"`;
      },
    },
    {
      id: 'limits-not-kept',
      source: 'RFC 6585 §4',
      level: 'must',
      title: 'No cache keeps a 429.',
      ask: tooOften(get(ask, { at: 'limited', path: '/t/{token}/dns-query' })),
      checks: [
        status(200, 429),
        (answer, request) => (answer.status === 429 ? mustNotBeKept(answer, request) : undefined),
      ],
      together: (all) => (limited(all).length > 0 ? undefined : 'never refused'),
    },
    {
      id: 'limits-others',
      source: 'RFC 6585 §4',
      level: 'open',
      title: 'Whoever asks with another credential, from the same address, is answered all the same.',
      ask: [...tooOften(withToken('token')), withToken('other')],
      checks: [status(200, 429)],
      together: (all) => {
        if (limited(all).length === 0) return 'never refused';
        return answers(apiAddress)(all.at(-1)!, withToken('other'));
      },
    },
    {
      id: 'limits-guesses',
      source: 'RFC 6585 §4',
      level: 'open',
      title: 'Whoever has no credential is counted too, by the address.',
      ask: tooOften(post(ask, { at: 'limited' })),
      checks: [status(401, 429), hasField('cache-control', /no-store/)],
      together: (all) => (limited(all).length > 0 ? undefined : 'never refused'),
    },
  ],
};
