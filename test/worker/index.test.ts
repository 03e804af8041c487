/** The Worker as wrangler.toml deploys it, without secrets: it is alive, and closed. */
import { exports } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { post, queryFor } from './support/question.ts';

test.for([
  ['/healthz', {}, 200],
  ['/', {}, 404],
  ['/dns-query', post(queryFor('web.shop.svc.cluster.local')), 401],
  ['/t/kd1/dns-query', post(queryFor('web.shop.svc.cluster.local')), 401],
  ['/v1/clusters', { headers: { authorization: 'Bearer x' } }, 401],
  ['/v1/tokens', { method: 'POST', headers: { authorization: 'Bearer ' } }, 401],
  ['/v1/clusters/local/snapshot', { method: 'PUT', body: 'x' }, 401],
  ['/v1/clusters/local/snapshot', {}, 401],
  ['/dns-query', { method: 'PUT' }, 405],
] as const)('%s', async ([path, init, status]) => {
  const response = await exports.default.fetch(new Request(`https://edge.test${path}`, init));
  expect(response.status).toBe(status);
  await response.arrayBuffer();
});
