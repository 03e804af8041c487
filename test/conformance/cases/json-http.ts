/** How HTTP carries JSON: media types, freshness, methods and credentials. */
import type { Topic } from '../case.ts';
import {
  freshAtMost,
  freshFor,
  hasField,
  hasNoBody,
  isNoDnsAnswer,
  lacksField,
  mustNotBeKept,
  refused,
  status,
} from '../checks/http.ts';
import { jsonHas } from '../checks/json.ts';
import { endpoint, request } from '../http/request.ts';
import { shortTtlSeconds, soaTtlSeconds, ttlSeconds } from '../zone.ts';
import { cloudflare, found, google, hasComment, jsonTopic, resolve } from './json-asking.ts';
import { api, foreign, ledger, missing, short } from './names.ts';

export const jsonHttp: Topic = jsonTopic('JSON: HTTP', [
  {
    id: 'json-media-type',
    source: 'RFC 8259 §11',
    title: 'It is application/json.',
    ask: [resolve(`name=${api}`), resolve(`name=${api}`, { headers: { accept: '*/*' } })],
    checks: [...found, hasField('content-type', /^application\/json(; ?charset=utf-8)?$/i)],
  },
  {
    id: 'json-media-type-asked',
    source: cloudflare,
    title: 'To whom asks for it, by Accept or by "ct", it is application/dns-json.',
    ask: [
      resolve(`name=${api}`, { headers: { accept: 'application/dns-json' } }),
      resolve(`name=${api}&ct=application/dns-json`),
      request({ path: `${endpoint}?name=${api}`, headers: { accept: 'application/dns-json' } }),
    ],
    checks: [...found, hasField('content-type', /^application\/dns-json$/)],
  },
  {
    id: 'json-vary',
    source: 'RFC 9110 §12.5.5',
    title: 'Since that depends on Accept, it says so.',
    ask: resolve(`name=${api}`),
    checks: [...found, hasField('vary', /accept/i)],
  },
  {
    id: 'json-freshness',
    source: 'RFC 9111 §5.2.2.1',
    title: 'It may be kept for as long as the message might be.',
    ask: [resolve(`name=${api}`)],
    checks: [freshFor(ttlSeconds)],
  },
  {
    id: 'json-freshness-chain',
    source: 'RFC 9111 §5.2.2.1',
    title: 'The lowest TTL counts, and those of the SOA where there is nothing.',
    ask: [resolve(`name=${short}`), resolve(`name=${missing}`)],
    checks: [freshAtMost(soaTtlSeconds)],
    together: ([chain]) => freshAtMost(shortTtlSeconds)(chain!, resolve('')),
  },
  {
    id: 'json-not-kept',
    source: 'RFC 2308 §5',
    title: 'What has no SOA is not kept.',
    ask: [resolve(`name=${foreign}`)],
    checks: [mustNotBeKept],
  },
  {
    id: 'json-head',
    source: 'RFC 9110 §9.3.2',
    title: 'HEAD gives the same without the body.',
    ask: resolve(`name=${api}`, { method: 'HEAD' }),
    checks: [status(200), hasNoBody, hasField('content-type', /json/)],
  },
  {
    id: 'json-options',
    source: 'RFC 9110 §9.3.7',
    title: 'OPTIONS says which methods are taken.',
    ask: resolve(`name=${api}`, { method: 'OPTIONS' }),
    checks: [status(204), hasField('allow', /GET/)],
  },
  {
    id: 'json-methods',
    source: 'RFC 9110 §15.5.6',
    title: 'Another method is refused with 405.',
    ask: ['POST', 'PUT', 'DELETE'].map((method) => resolve(`name=${api}`, { method })),
    checks: [refused(405), hasField('allow', /GET/)],
  },
  {
    id: 'json-no-sniffing',
    source: 'Fetch Standard, X-Content-Type-Options',
    title: 'Browsers are told not to guess at what it is, and get no cookie.',
    ask: resolve(`name=${api}`),
    checks: [hasField('x-content-type-options', /^nosniff$/), lacksField('set-cookie')],
  },
  {
    id: 'json-no-message',
    source: 'RFC 8484 §4.2.1',
    title: 'Its refusals are JSON too, and no DNS message.',
    ask: resolve('name=a..b'),
    checks: [isNoDnsAnswer, hasField('content-type', /^application\/json/)],
  },
  {
    id: 'json-credential',
    source: 'RFC 9110 §15.5.2',
    title: 'Where a credential is needed, it is needed here too.',
    ask: [
      resolve(`name=${api}`, { at: 'closed' }),
      request({ at: 'closed', path: `/t/{revoked}/resolve?name=${api}` }),
    ],
    checks: [refused(401), hasField('www-authenticate', /^Bearer /)],
  },
  {
    id: 'json-credential-path',
    source: google,
    title: 'It may stand in the path.',
    ask: [
      request({ at: 'closed', path: `/t/{token}/resolve?name=${api}` }),
      request({ at: 'closed', path: `/t/{token}/c/local/resolve?name=${api}` }),
      request({ at: 'closed', path: `/c/local/resolve?name=${api}`, headers: { authorization: 'Bearer {token}' } }),
    ],
    checks: [...found, hasField('cache-control', /private|no-store/)],
  },
  {
    id: 'json-credential-scope',
    source: 'RFC 8914 §4.19',
    title: 'A namespace that the token is not for is Status 5, with a comment.',
    ask: request({ at: 'closed', path: `/t/{shop}/resolve?name=${ledger}` }),
    checks: [jsonHas({ Status: 5, Answer: undefined }), hasComment],
  },
]);
