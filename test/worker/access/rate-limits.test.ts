/** Who is counted as whom, and what one request too many gets. */
import { describe, expect, test } from 'vitest';
import { RateLimits } from '../../../worker/access/rate-limits.ts';
import type { RateLimiter } from '../../../worker/environment.ts';
import { TroubleLog } from '../../../worker/trouble-log.ts';
import { Agent, clusterId } from '../support/agent.ts';
import { allDoors, doors, type Place, requestWith, type State, startPlace, states } from '../support/doors.ts';
import { type Edge, startEdge } from '../support/edge.ts';
import { post, queryFor } from '../support/question.ts';
import { TestMachine } from '../support/test-machine.ts';
import { whole } from '../support/whole-response.ts';
import { webAt } from '../support/zone.ts';

/** Lets a number of requests of each key through, and the administrator, who makes the tokens. */
class Limiter implements RateLimiter {
  readonly keys: string[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  async limit({ key }: { key: string }): Promise<{ success: boolean }> {
    this.keys.push(key);
    const count = this.keys.filter((other) => other === key).length;
    return { success: key.startsWith('administrator') || count <= this.#most };
  }
}

const question = queryFor('web.shop.svc.cluster.local');

async function keyOf(address: string | undefined): Promise<string> {
  const limiter = new Limiter(1);
  const headers: Record<string, string> = address === undefined ? {} : { 'cf-connecting-ip': address };
  const request = new Request('https://edge.test/', { headers });
  await new RateLimits(undefined, limiter, new TroubleLog(new TestMachine())).admitsAddressOf(request, 'ask');
  return limiter.keys[0]!;
}

test('an address of IPv4 counts by itself, one of IPv6 with its network of 64 bits', async () => {
  expect(await keyOf('192.0.2.1')).not.toBe(await keyOf('192.0.2.2'));
  expect(await keyOf('2001:db8::1')).toBe(await keyOf('2001:DB8:0:0:ffff::2'));
  expect(await keyOf('2001:db8::1')).not.toBe(await keyOf('2001:db8:0:1::1'));
  expect(await keyOf(undefined)).toBe(await keyOf('nonsense'));
});

test('without limiters nobody is limited, and one that fails limits nobody and says so', async () => {
  const machine = new TestMachine();
  const failing: RateLimiter = { limit: () => Promise.reject(new Error('no limiter today')) };
  const request = new Request('https://edge.test/');
  const troubles = new TroubleLog(machine);
  expect(await new RateLimits(undefined, undefined, troubles).admitsAddressOf(request, 'ask')).toBe(true);
  expect(machine.lines).toEqual([]);
  for (let i = 0; i < 3; i += 1) {
    expect(await new RateLimits(failing, failing, troubles).admitsAddressOf(request, 'ask')).toBe(true);
  }
  expect(machine.lines).toEqual(['rate limiting failed: no limiter today']);
});

describe('one request too many', () => {
  async function ask({ edge }: Place, carried: Parameters<typeof requestWith>[0], path = '/dns-query') {
    return whole(await edge.receive(requestWith(carried, path, post(question))));
  }

  test.for(Object.keys(doors))('is 429 for a good credential at the door %s, and for that one alone', async (name) => {
    const rateByToken = new Limiter(2);
    const place = await startPlace('right', { rateByToken, rateByAddress: new Limiter(0) });
    const carried = await doors[name]!(place, 'right');
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await ask(place, carried)).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await ask(place, await doors[name === 'bearer' ? 'access' : 'bearer']!(place, 'right'))).status).toBe(200);
  });

  test('is 429 with the same bytes, whatever the credential', async () => {
    const responses = [];
    for (const state of states) {
      for (const [name, door] of Object.entries(doors)) {
        const place = await startPlace(state, { rateByToken: new Limiter(0), rateByAddress: new Limiter(0) });
        const carried = state === 'none' ? { secrets: [] } : await door(place, state);
        responses.push(await ask(place, carried, '/c/local/dns-query'));
        expect(place.edge.machine.lines.join()).not.toContain(name === 'host' ? (carried.host ?? '-') : 'Bearer');
      }
    }
    expect(responses[0]).toMatchObject({ status: 429, body: expect.stringContaining('TOO_MANY_REQUESTS') });
    expect(responses[0]?.headers).toContainEqual(['retry-after', '10']);
    for (const response of responses) expect(response).toEqual(responses[0]);
  });

  test.for(['none', 'malformed', 'wrong', 'expired', 'revoked'] as const satisfies readonly State[])(
    'counts by address for a credential that is %s, and leaves good ones at that address alone',
    async (state) => {
      const place = await startPlace(state, { rateByAddress: new Limiter(1) });
      const carried = state === 'none' ? { secrets: [] } : await doors['bearer']!(place, state);
      expect((await ask(place, carried)).status).toBe(401);
      expect((await ask(place, carried)).status).toBe(429);
      expect((await ask(place, await doors['bearer']!(place, 'right'))).status).toBe(200);
    },
  );

  test('counts by address where questions are open, where things are administered, and where snapshots are sent', async () => {
    const send = async (isOpen: boolean, method: string, path: string) => {
      const edge = await startEdge({ isOpen, doors: { ...allDoors(), rateByAddress: new Limiter(1) } });
      const init = path === '/dns-query' ? post(question) : { method };
      await edge.fetch(path, init);
      return (await edge.fetch(path, init)).status;
    };
    expect(await send(true, 'POST', '/dns-query')).toBe(429);
    expect(await send(false, 'GET', '/v1/tokens')).toBe(429);
    expect(await send(false, 'GET', '/v1/clusters')).toBe(429);
    expect(await send(false, 'PUT', '/v1/clusters/local/snapshot')).toBe(429);
    expect(await send(false, 'GET', '/healthz')).toBe(200);
  });

  describe('of an agent', () => {
    /** As those who send what is no good. */
    async function startWith(rateByAddress: Limiter, rateByToken?: Limiter) {
      const place = await startPlace('right', { rateByAddress, ...(rateByToken && { rateByToken }) });
      await place.edge.register('local');
      return place.edge;
    }

    async function statusOf(edge: Edge, agent: Agent, serial: number): Promise<number> {
      const published = await agent.publication(webAt('10.0.0.1'), { serial, generatedAt: edge.machine.now() });
      return (await edge.send(published)).status;
    }

    test('counts by cluster when its signature is good', async () => {
      const [rateByAddress, rateByToken] = [new Limiter(0), new Limiter(2)];
      const edge = await startWith(rateByAddress, rateByToken);
      const statuses = [];
      for (const serial of [1, 2, 3]) statuses.push(await statusOf(edge, edge.agent, serial));
      expect(statuses).toEqual([200, 200, 429]);
      expect(rateByAddress.keys).toEqual([]);
      expect(rateByToken.keys.slice(-3)).toEqual(Array(3).fill('cluster local'));
      expect(edge.machine.lines).toContain('audit: cluster local by signature: too many requests');
    });

    test('counts apart from questions without a good credential, which leave it what it has', async () => {
      const rateByAddress = new Limiter(1);
      const edge = await startWith(rateByAddress);
      expect(await statusOf(edge, edge.agent, 1)).toBe(200);
      // What KV showed last knows nothing of this key.
      const newAgent = await Agent.create();
      await edge.register('local', ['cluster.local'], [newAgent.publicKey]);
      for (const status of [401, 429, 429])
        expect((await edge.fetch('/dns-query', post(question))).status).toBe(status);
      expect(await statusOf(edge, newAgent, 2)).toBe(200);
      expect(rateByAddress.keys).toEqual([...Array(3).fill('address unknown'), 'publish address unknown']);
      // And the other way round.
      expect(await statusOf(edge, await Agent.create(), 3)).toBe(429);
      edge.machine.advance(30_001);
      expect(await statusOf(edge, newAgent, 3)).toBe(200);
    });

    test.for([
      ['without a signature', 'local', undefined],
      ['with another key’s', 'local', 'another'],
      ['of a cluster that nobody registered', 'nowhere', 'own'],
    ] as const)('counts by address %s, and one too many asks no object', async ([, cluster, key]) => {
      const edge = await startWith(new Limiter(2));
      const agent = key === 'own' ? edge.agent : await Agent.create();
      const publication = await agent.publication(webAt('10.0.0.1'), { cluster: clusterId(cluster) });
      const sent = async () => (await edge.send(publication, { bare: key === undefined })).status;
      const expected = key === undefined ? 401 : 403;
      expect([await sent(), await sent()]).toEqual([expected, expected]);
      edge.objects.calls.registry.registrationOf = () => {
        throw new Error('it was asked');
      };
      edge.machine.lines.length = 0;
      expect(await sent()).toBe(429);
      expect(edge.machine.lines.join()).not.toContain('it was asked');
    });

    test('counts by address while KV does not tell its key, and is let in', async () => {
      const rateByAddress = new Limiter(1);
      const edge = await startWith(rateByAddress);
      edge.store.fail('get');
      expect(await statusOf(edge, edge.agent, 1)).not.toBe(429);
      expect(rateByAddress.keys).toEqual(['publish address unknown']);
    });
  });

  test('is noted for whoever is known, once', async () => {
    const place = await startPlace('right', { rateByToken: new Limiter(1) });
    const carried = await doors['bearer']!(place, 'right');
    for (let i = 0; i < 4; i += 1) await ask(place, carried);
    const id = carried.secrets[0]!.slice(3, 11);
    expect(place.edge.machine.lines.filter((line) => line.endsWith('too many requests'))).toEqual([
      `audit: token ${id} by bearer: too many requests`,
    ]);
  });
});
