/** Who is answered where a credential is needed. */
import type { Check, Topic } from '../case.ts';
import { answers, rcode } from '../checks/dns.ts';
import { extendedError } from '../checks/edns.ts';
import { hasField, lacksField, refused, status } from '../checks/http.ts';
import { field, type HttpAnswer, type HttpRequest } from '../http/exchange.ts';
import { endpoint, get, post, request } from '../http/request.ts';
import { query } from '../message/query.ts';
import { api, apiAddress, ledger } from './names.ts';

const ask = query(api, 'A');
const answered = [status(200), answers(apiAddress)];

const at = (path: string, message = ask): HttpRequest => get(message, { at: 'closed', path });
const withField = (value: string): HttpRequest => post(ask, { at: 'closed', headers: { authorization: value } });
const badTokens = ['unknown', 'expired', 'revoked'];
const badDoors = [
  post(ask, { at: 'closed' }),
  withField('Bearer nonsense'),
  withField('Basic bm9uc2Vuc2U='),
  at('/t/nonsense/dns-query'),
  ...badTokens.flatMap((token) => [at(`/t/{${token}}/dns-query`), withField(`Bearer {${token}}`)]),
];

const holdsNoToken: Check = (answer) => {
  const all = JSON.stringify(answer.headers) + Buffer.from(answer.body).toString('latin1');
  return /kd1[a-z2-7]{56}/.test(all) ? 'the token comes back' : undefined;
};

function alike(all: readonly HttpAnswer[]): string | undefined {
  const texts = all.map(({ status: seen, body }) => `${seen} ${Buffer.from(body).toString('latin1')}`);
  return texts.every((text) => text === texts[0]) ? undefined : `different: ${[...new Set(texts)].join(' / ')}`;
}

export const httpCredentials: Topic = {
  name: 'Credentials',
  cases: [
    {
      id: 'credentials-none',
      source: 'RFC 9110 §15.5.2',
      level: 'must',
      title: 'Without a credential it is 401, which says how to show one.',
      ask: [post(ask, { at: 'closed' }), at(endpoint)],
      checks: [refused(401), hasField('www-authenticate', /^Bearer /)],
    },
    {
      id: 'credentials-bad-alike',
      source: 'RFC 6750 §3.1',
      level: 'open',
      title: 'A credential that is malformed, unknown, expired or revoked gets one and the same 401.',
      ask: badDoors,
      checks: [refused(401)],
      together: alike,
    },
    {
      id: 'credentials-path',
      source: 'RFC 8484 §3',
      level: 'open',
      title: 'A token in the path of the URL lets a client in that can be given nothing but a URL.',
      ask: [at('/t/{token}/dns-query'), post(ask, { at: 'closed', path: '/t/{token}/dns-query' })],
      checks: answered,
    },
    {
      id: 'credentials-bearer',
      source: 'RFC 6750 §2.1',
      level: 'must',
      title: 'So does "Authorization: Bearer", in any letter case.',
      ask: [withField('Bearer {token}'), withField('bearer {token}')],
      checks: answered,
    },
    {
      id: 'credentials-basic',
      source: 'RFC 7617 §2',
      level: 'open',
      title: 'So does the token as the password of "Authorization: Basic", whatever the user is called.',
      ask: withField('Basic {basic}'),
      checks: answered,
    },
    {
      id: 'credentials-scope',
      source: 'RFC 9110 §15.5.4',
      level: 'should',
      title: 'A good token for another cluster gets 403, whether the cluster exists or not.',
      ask: [at('/t/{other}/c/local/dns-query'), at('/t/{other}/c/nowhere/dns-query')],
      checks: [refused(403)],
      together: alike,
    },
    {
      id: 'credentials-namespace',
      source: 'RFC 8914 §4.19',
      level: 'open',
      title: 'A name in a namespace that the token is not for is REFUSED with extended error 18.',
      ask: at('/t/{shop}/dns-query', query(ledger, 'A', { edns: {} })),
      checks: [rcode('REFUSED'), extendedError(18)],
    },
    {
      id: 'credentials-before-parsing',
      source: 'RFC 9110 §15.5.2',
      level: 'open',
      title: 'Nothing of a request is looked at before its credential: what is malformed too is 401.',
      ask: [
        request({ at: 'closed', path: `${endpoint}?dns=!` }),
        post(new Uint8Array(3), { at: 'closed' }),
        post(new Uint8Array(70_000), { at: 'closed' }),
        post(ask, { at: 'closed', headers: { 'content-type': 'text/plain' } }),
      ],
      checks: [refused(401)],
    },
    {
      id: 'credentials-after-method',
      source: 'RFC 9110 §15.5.6',
      level: 'open',
      title: 'That a path or a method is none is said without a credential: it is public.',
      ask: [request({ at: 'closed', path: '/nothing' }), request({ at: 'closed', method: 'PUT' })],
      checks: [refused(404, 405)],
    },
    {
      id: 'credentials-not-shared',
      source: 'RFC 9111 §3.5',
      level: 'must',
      title: 'No shared cache may keep what a credential opened.',
      ask: [withField('Bearer {token}'), withField('Basic {basic}'), at('/t/{token}/dns-query')],
      checks: [status(200), hasField('cache-control', /private|no-store/)],
    },
    {
      id: 'credentials-vary',
      source: 'RFC 9110 §12.5.5',
      level: 'should',
      title: 'An answer that depends on the field Authorization says so.',
      ask: withField('Bearer {token}'),
      checks: [
        (answer) => {
          const isSaid =
            /authorization/i.test(field(answer, 'vary')) || /no-store/.test(field(answer, 'cache-control'));
          return isSaid ? undefined : `"vary: ${field(answer, 'vary')}"`;
        },
      ],
    },
    {
      id: 'credentials-never-repeated',
      source: 'RFC 6750 §5.2',
      level: 'should',
      title: 'No answer repeats a token, whatever it is.',
      ask: [
        at('/t/{token}/dns-query'),
        at('/t/{revoked}/dns-query'),
        at('/t/{token}/nothing'),
        at('/t/{token}/dns-query', new Uint8Array(1)),
      ],
      checks: [status(200, 400, 401, 404), holdsNoToken, lacksField('set-cookie')],
    },
    {
      id: 'credentials-health',
      source: 'RFC 8484 §3',
      level: 'open',
      title: 'Whether the endpoint lives, anybody may ask, and learns nothing else.',
      ask: request({ at: 'closed', path: '/healthz' }),
      checks: [status(200), hasField('cache-control', /no-store/)],
    },
  ],
};
