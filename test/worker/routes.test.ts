/** Routes: what becomes of a body that nobody is to get. */
import { expect, test } from 'vitest';
import { problem, problemResponse } from '../../worker/http/problem.ts';
import { Routes } from '../../worker/routes.ts';

test.for([
  ['HEAD', true],
  ['GET', false],
] as const)('%s: whether a body that is still being written is given up: %s', async ([method, isGivenUp]) => {
  let isCancelled = false;
  const body = new ReadableStream({
    pull: (stream) => stream.enqueue(new Uint8Array(1)),
    cancel: () => {
      isCancelled = true;
    },
  });
  const routes = new Routes(() => problemResponse(problem(500, 'INTERNAL', 'x')));
  routes.add('/list', { GET: () => new Response(body, { status: 203, headers: { 'x-list': 'yes' } }) });
  const response = await routes.fetch(new Request('https://edge.example/list', { method }));
  expect([response.status, response.headers.get('x-list'), isCancelled]).toEqual([203, 'yes', isGivenUp]);
  expect(response.body === null).toBe(isGivenUp);
  await response.body?.cancel();
});
