/** For how long a token is believed without asking the store, and what happens while the store fails. */
import { describe, expect, test } from 'vitest';
import { type Edge, startEdge } from '../support/edge.ts';
import { askFor } from '../support/question.ts';

/** Whether the token opens, as the status of a question to a cluster without a snapshot. */
async function statusOf(edge: Edge, token: string): Promise<number> {
  const { status } = await edge.fetch(`/t/${token}/dns-query`, askFor('a.cluster.local'));
  return status;
}

function readsOf(edge: Edge, token: string): number {
  return edge.store.count('get', `token/${token.slice(3, 11)}`);
}

describe('a good token', () => {
  test('is read once in 30 seconds', async () => {
    const edge = await startEdge();
    const token = await edge.createToken(['local']);
    for (const [milliseconds, reads] of [
      [0, 1],
      [30_000, 1],
      [1, 2],
      [30_000, 2],
    ] as const) {
      edge.machine.advance(milliseconds);
      expect(await statusOf(edge, token)).toBe(200);
      expect(readsOf(edge, token)).toBe(reads);
    }
  });

  test('that another isolate revokes is refused within 30 seconds', async () => {
    const edge = await startEdge();
    const token = await edge.createToken(['local']);
    expect(await statusOf(edge, token)).toBe(200);
    await (await edge.newIsolate()).administer('DELETE', `/v1/tokens?id=${token.slice(3, 11)}`);
    expect(await statusOf(edge, token)).toBe(200);
    edge.machine.advance(30_001);
    expect(await statusOf(edge, token)).toBe(401);
  });
});

describe('a token with a right check that is not in the store', () => {
  test('is asked for once in 5 seconds, and good as soon as the store shows it', async () => {
    const edge = await startEdge();
    const token = await edge.createToken(['local']);
    const key = `token/${token.slice(3, 11)}`;
    const value = await edge.store.get(key, { type: 'text' });
    await edge.store.delete(key);
    edge.store.calls.length = 0;
    expect(await statusOf(edge, token)).toBe(401);
    await edge.store.put(key, value!);
    edge.machine.advance(5000);
    expect(await statusOf(edge, token)).toBe(401);
    expect(readsOf(edge, token)).toBe(1);
    edge.machine.advance(1);
    expect(await statusOf(edge, token)).toBe(200);
  });
});

describe('while the store fails', () => {
  test('a token that was good is good for 15 minutes more', async () => {
    const edge = await startEdge();
    const token = await edge.createToken(['local']);
    expect(await statusOf(edge, token)).toBe(200);
    edge.store.fail('get');
    edge.machine.advance(15 * 60_000);
    expect(await statusOf(edge, token)).toBe(200);
    edge.machine.advance(1);
    expect(await statusOf(edge, token)).toBe(503);
    edge.store.recover();
    expect(await statusOf(edge, token)).toBe(200);
  });

  test('a token that was not seen before is neither good nor bad', async () => {
    const edge = await startEdge();
    const token = await edge.createToken(['local']);
    edge.store.fail('get');
    expect(await statusOf(edge, token)).toBe(503);
  });

  test('a token that expires meanwhile is expired', async () => {
    const edge = await startEdge();
    const token = await edge.createToken(['local'], edge.machine.now() + 60_000);
    expect(await statusOf(edge, token)).toBe(200);
    edge.store.fail('get');
    edge.machine.advance(60_000);
    expect(await statusOf(edge, token)).toBe(401);
  });

  test('a token that was unknown does not become good', async () => {
    const edge = await startEdge();
    const token = await edge.createToken(['local']);
    await edge.store.delete(`token/${token.slice(3, 11)}`);
    expect(await statusOf(edge, token)).toBe(401);
    edge.store.fail('get');
    edge.machine.advance(5001);
    expect(await statusOf(edge, token)).toBe(503);
  });
});
