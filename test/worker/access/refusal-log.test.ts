/** What strangers can make the log say: one line for each code and minute, with how often. */
import { expect, test } from 'vitest';
import type { DoorSettings } from '../../../worker/access/settings.ts';
import { tokenDoorsOnly } from '../../../worker/access/settings.ts';
import { type Edge, startEdge } from '../support/edge.ts';
import { post, queryFor } from '../support/question.ts';

const question = post(queryFor('a.cluster.local'));
const nobodysToken = `kd1${'a'.repeat(56)}`;

/** As strangers come: at every door, with nothing and with what opens nothing. */
async function knock(edge: Edge): Promise<void> {
  await edge.fetch('/dns-query', question);
  await edge.fetch(`/t/${nobodysToken}/dns-query`, question);
  await edge.fetch('/v1/clusters', { headers: { authorization: `Bearer ${nobodysToken}` } });
  await edge.fetch('/v1/tokens', { method: 'POST', body: '{}' });
}

function takenLines({ machine }: Edge): string[] {
  return machine.lines.splice(0);
}

test('requests without a good credential', async () => {
  const edge = await startEdge();
  await knock(edge);
  expect(takenLines(edge)).toEqual(['refused a request without a good credential: UNAUTHORIZED']);
  edge.machine.advance(59_999);
  await knock(edge);
  expect(takenLines(edge)).toEqual([]);
  edge.machine.advance(1);
  await knock(edge);
  expect(takenLines(edge)).toEqual(['refused a request without a good credential: UNAUTHORIZED (8 times)']);
});

const nobody: Partial<DoorSettings> = { rateByAddress: { limit: async () => ({ success: false }) } };

test.for([
  [false, 'refused a request without a good credential: TOO_MANY_REQUESTS'],
  [true, 'refused a request without a good credential: TOO_MANY_REQUESTS'],
] as const)('too many of them, where questions are open: %s', async ([isOpen, line]) => {
  const edge = await startEdge({ isOpen, doors: { ...tokenDoorsOnly, ...nobody } });
  for (let i = 0; i < 3; i += 1) await edge.fetch('/dns-query', question);
  await edge.fetch('/v1/clusters/local/snapshot', { method: 'PUT' });
  expect(takenLines(edge)).toEqual([line]);
});

test('requests that fail', async () => {
  const edge = await startEdge({ isOpen: false });
  edge.store.fail('get', 'KV GET failed: 500');
  const headers = { 'kube-doh-manifest': '{}', 'kube-doh-signature': 'A'.repeat(86) };
  const send = () => edge.fetch('/v1/clusters/local/snapshot', { method: 'PUT', headers });
  for (let i = 0; i < 3; i += 1) expect((await send()).status).toBe(503);
  expect(takenLines(edge)).toEqual(['request failed: KV GET failed: 500']);
  edge.machine.advance(60_000);
  await send();
  expect(takenLines(edge)).toEqual(['request failed: KV GET failed: 500 (3 times)']);
});
