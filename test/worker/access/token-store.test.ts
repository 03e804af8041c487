/** For how long a token is believed without asking the store, and what happens while the store fails. */
import { describe, expect, test } from 'vitest';
import { TokenStore } from '../../../worker/access/token-store.ts';
import { type KeyValueStore, withNamedFailures } from '../../../worker/environment.ts';
import { clusterId } from '../support/agent.ts';
import { type Edge, startEdge, tokenKey } from '../support/edge.ts';
import { askFor } from '../support/question.ts';

const permission = { clusters: [clusterId('local')], namespaces: null, zone: null } as const;

/** Whether the token opens, as the status of a question to a cluster without a snapshot. */
async function statusOf(edge: Edge, token: string): Promise<number> {
  const { status } = await edge.fetch(`/t/${token}/dns-query`, askFor('a.cluster.local'));
  return status;
}

function statusesOf(count: number, edge: Edge, token: string): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, () => statusOf(edge, token)));
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

  test.for([
    ['for the first time', 0],
    ['after its 30 seconds', 30_001],
  ] as const)('in 20 requests at once is read once, %s', async ([, milliseconds]) => {
    const edge = await startEdge();
    const token = await edge.createToken(['local']);
    if (milliseconds > 0) await statusOf(edge, token);
    edge.store.calls.length = 0;
    edge.machine.advance(milliseconds);
    expect(await statusesOf(20, edge, token)).toEqual(Array(20).fill(200));
    expect(readsOf(edge, token)).toBe(1);
  });

  test('that was revoked while nobody used it opens nothing, however many ask at once', async () => {
    const edge = await startEdge();
    const token = await edge.createToken(['local']);
    expect(await statusOf(edge, token)).toBe(200);
    await (await edge.newIsolate()).administer('DELETE', `/v1/tokens?id=${token.slice(3, 11)}`);
    edge.machine.advance(600_000);
    expect(await statusesOf(20, edge, token)).toEqual(Array(20).fill(401));
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

describe('a token that this isolate revoked opens nothing', () => {
  async function revoked() {
    const edge = await startEdge();
    const token = await edge.createToken(['local']);
    expect(await statusOf(edge, token)).toBe(200);
    const showOld = await edge.store.capture(`token/${token.slice(3, 11)}`);
    await edge.administer('DELETE', `/v1/tokens?id=${token.slice(3, 11)}`);
    showOld();
    return { edge, token };
  }

  test('while KV goes on showing it', async () => {
    const { edge, token } = await revoked();
    for (const milliseconds of [0, 30_001, 60_000, 10 * 60_000]) {
      edge.machine.advance(milliseconds);
      expect(await statusOf(edge, token)).toBe(401);
    }
    // As it does: another isolate does not know.
    expect(await statusOf(await edge.newIsolate(), token)).toBe(200);
  });

  test('while KV fails', async () => {
    const { edge, token } = await revoked();
    const other = await edge.createToken(['local']);
    expect(await statusOf(edge, other)).toBe(200);
    edge.store.fail('get');
    expect(await statusOf(edge, token)).toBe(401);
    // What was not revoked is as good as before.
    expect(await statusOf(edge, other)).toBe(200);
  });

  test('and what is remembered of it has a bound', async () => {
    const edge = await startEdge();
    // Shows what was deleted, for ever.
    const kept: KeyValueStore = { ...withNamedFailures(edge.store), delete: async () => {} };
    const store = new TokenStore(kept, (key) => kept.get(key, { type: 'text' }), tokenKey, edge.machine);
    const grant = { ...permission, name: 'a test', expiresAt: null, createdAt: 0 };
    const tokens = [(await store.create(grant))!, (await store.create(grant))!];
    for (const { id } of tokens) await store.revoke(id);
    const found = async () => Promise.all(tokens.map(async ({ token }) => (await store.find(token)) !== undefined));
    expect(await found()).toEqual([false, false]);
    // The second again, so that the first was revoked the longest ago.
    await store.revoke(tokens[1]!.id);
    for (let i = 0; i < 9_999; i += 1) await store.revoke(`other${i}`);
    expect(await found()).toEqual([true, false]);
    edge.machine.advance(20 * 60_000);
    expect(await found()).toEqual([true, true]);
  });
});

test('100 first questions at once read the token in one operation with what clusters may do', async () => {
  const edge = await startEdge();
  await edge.register('local');
  const token = await edge.createToken(['local']);
  const cold = await edge.newIsolate();
  edge.store.calls.length = 0;
  expect(await statusesOf(100, cold, token)).toEqual(Array(100).fill(200));
  expect(edge.store.calls).toEqual([`get token/${token.slice(3, 11)} registry`, 'get cluster/local/snapshot']);
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
    edge.machine.advance(1000);
    expect(await statusOf(edge, token)).toBe(200);
  });

  test.for([
    ['was good', 200],
    ['was not seen before', 503],
  ] as const)('a token that %s is asked for once a second', async ([seen, expected]) => {
    const edge = await startEdge();
    const token = await edge.createToken(['local']);
    if (seen === 'was good') await statusOf(edge, token);
    edge.store.fail('get');
    edge.machine.advance(30_001);
    edge.store.calls.length = 0;
    for (const [milliseconds, reads] of [
      [0, 1],
      [999, 1],
      [1, 2],
    ] as const) {
      edge.machine.advance(milliseconds);
      expect(await statusesOf(3, edge, token)).toEqual(Array(3).fill(expected));
      expect(readsOf(edge, token)).toBe(reads);
    }
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

describe('while the store does not answer', () => {
  test('a token that was good opens after two seconds, and then at once', async () => {
    const edge = await startEdge();
    const token = await edge.createToken(['local']);
    expect(await statusOf(edge, token)).toBe(200);
    edge.machine.advance(30_001);
    const { asking, release } = await askHeld(edge, token);
    edge.machine.advance(2000);
    expect(await asking).toEqual([200, 200, 200]);
    expect(await statusOf(edge, token)).toBe(200);
    expect(readsOf(edge, token)).toBe(2);
    release();
  });

  test('a token that was not seen before gets 503 after two seconds, until the store answers', async () => {
    const edge = await startEdge();
    const token = await edge.createToken(['local']);
    const { asking, release } = await askHeld(edge, token);
    edge.machine.advance(2000);
    expect(await asking).toEqual([503, 503, 503]);
    expect(readsOf(edge, token)).toBe(1);
    release();
    edge.machine.advance(1000);
    expect(await statusOf(edge, token)).toBe(200);
  });

  test('a request that is cut off leaves the others waiting for two seconds at most', async () => {
    const edge = await startEdge();
    const token = await edge.createToken(['local']);
    await askHeld(edge, token);
    edge.machine.jump(2000);
    expect(await statusesOf(3, edge, token)).toEqual([200, 200, 200]);
    expect(readsOf(edge, token)).toBe(2);
  });

  /** Three questions, of which one has begun to read; those that come later do not wait. */
  async function askHeld(edge: Edge, token: string) {
    const hold = edge.store.hold();
    const asking = statusesOf(3, edge, token);
    await hold.reached;
    hold.letOthersPass();
    return { asking, release: () => hold.release() };
  }
});
