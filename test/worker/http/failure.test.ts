/** Whoever asked a question gets a DNS answer, whatever goes wrong behind it; operators hear why. */
import { expect, test, vi } from 'vitest';
import { startEdge, startOpenEdge } from '../support/edge.ts';
import { extendedError, outcome } from '../support/outcome.ts';
import { post, queryFor } from '../support/question.ts';
import { group, host, node, snapshot, webAt } from '../support/zone.ts';

const web = 'web.shop.svc.cluster.local';

test('the registry cannot be read, and the cluster depends on it: SERVFAIL', async () => {
  const edge = await startEdge();
  for (const cluster of ['local', 'other']) await edge.register(cluster);
  const makePath = async () => `/t/${await edge.createToken(['local', 'other'])}/dns-query`;
  await edge.publish(webAt('10.0.0.1'));
  const [first, path] = [await makePath(), await makePath()];
  expect(outcome(await edge.ask(web, 'A', path))).toBe('NOERROR 10.0.0.1');
  const isolate = await edge.newIsolate();
  const { get } = edge.store;
  const failing = (key: never, options: never): Promise<unknown> =>
    String(key).startsWith('token/') && !Array.isArray(key)
      ? get.call(edge.store, key, options)
      : Promise.reject(new Error('KV is gone'));
  vi.spyOn(edge.store, 'get').mockImplementation(failing as typeof get);
  // Both are read at once, so the token is not found either; then the registry is left alone for a second.
  expect((await isolate.fetch(first, post(queryFor(web)))).status).toBe(503);
  const answer = await isolate.ask(web, 'A', path);
  expect(outcome(answer)).toBe('SERVFAIL EDE 23');
  expect(answer.questions).toEqual([`${web} IN A`]);
  expect(edge.machine.lines.join('\n')).toContain('the registry is not read: KV is gone');
});

test('a mistake of ours while the answer is written: SERVFAIL, and the next one is answered', async () => {
  const hosts = ['10.0.0.1', '10.0.0.2'].map((one, i) => host(`h${i}`, [one]));
  const edge = await startOpenEdge(
    snapshot([group('web.shop.svc', { hosts, nodes: [node('', { addresses: 'hosts' })] })]),
  );
  const random = vi.spyOn(edge.machine, 'random').mockImplementation(() => {
    throw new Error('no chance today');
  });
  const answer = await edge.ask(web);
  expect(outcome(answer)).toBe('SERVFAIL EDE 0');
  expect(extendedError(answer)?.text).toBe('something went wrong here');
  expect(edge.machine.lines.join('\n')).toContain('request failed: no chance today');
  random.mockRestore();
  expect(outcome(await edge.ask(web))).toMatch(/^NOERROR 10/);
});
