/** The addresses of names outside the zones, asked of a server on loopback. */
import type { Answer } from 'dns-packet';
import { expect, test } from 'vitest';
import { chaseThroughServers } from '../../../client/do53/chase-servers.ts';
import { parseName } from '../../../zone/name.ts';
import { deafAddress, startFakeDns } from './fake-dns.ts';
import { ManualClock } from './manual-clock.ts';
import { address, answerTo, asked, type Content } from './messages.ts';

const alias = (name: string, data: string, ttl = 60): Answer => ({ name, type: 'CNAME', ttl, data });
const soa = (name: string, ttl: number, minimum: number): Answer => ({
  name,
  type: 'SOA',
  ttl,
  data: { mname: 'ns.example', rname: 'root.example', serial: 1, refresh: 1, retry: 1, expire: 1, minimum },
});

/** A server that holds these answers by name, and a chase through it. */
async function chasing(contents: Readonly<Record<string, Content>>) {
  const server = await startFakeDns({
    udp: (message, reply) => {
      const [name, type] = asked(message);
      reply(answerTo(message, contents[`${name} ${type}`] ?? contents[name] ?? { rcode: 2 }));
    },
  });
  const clock = new ManualClock();
  const chase = chaseThroughServers([server.address], { clock });
  return { server, clock, chase, of: (name: string, type: 'A' | 'AAAA' = 'A') => chase(parseName(name), type) };
}

test('addresses come with the least TTL', async () => {
  const { of, server } = await chasing({
    'a.example': { answers: [address('a.example', '192.0.2.1', 60), address('A.example', '192.0.2.2', 50)] },
    'a.example AAAA': { answers: [address('a.example', '2001:db8::1', 40)] },
  });
  expect(await of('a.example')).toEqual({ addresses: ['192.0.2.1', '192.0.2.2'], ttlSeconds: 50 });
  expect(await of('a.example', 'AAAA')).toEqual({ addresses: ['2001:db8::1'], ttlSeconds: 40 });
  expect(server.asked).toEqual(['udp a.example A', 'udp a.example AAAA']);
});

test('aliases are followed within an answer, and what does not belong to it is not believed', async () => {
  const { of } = await chasing({
    'a.example': {
      answers: [
        address('c.example', '192.0.2.1', 60),
        address('other.example', '203.0.113.66', 60),
        alias('b.example', 'c.example', 30),
        alias('a.example', 'B.example', 40),
      ],
    },
  });
  expect(await of('a.example')).toEqual({ addresses: ['192.0.2.1'], ttlSeconds: 30 });
});

test('an alias to a name of which nothing is told is asked on', async () => {
  const { of, server } = await chasing({
    'a.example': { answers: [alias('a.example', 'b.example', 20)] },
    'b.example': { answers: [alias('b.example', 'c.example', 90)] },
    'c.example': { answers: [address('c.example', '192.0.2.1', 60)] },
  });
  expect(await of('a.example')).toEqual({ addresses: ['192.0.2.1'], ttlSeconds: 20 });
  expect(server.asked).toEqual(['udp a.example A', 'udp b.example A', 'udp c.example A']);
});

test.each<[string, Content, number]>([
  ['a name without addresses', { authorities: [soa('example', 60, 20)] }, 20],
  ['a name that is none', { rcode: 3, authorities: [soa('example', 15, 20)] }, 15],
  [
    'an alias to one that is none',
    { rcode: 3, answers: [alias('a.example', 'b.example', 9)], authorities: [soa('example', 60, 60)] },
    9,
  ],
  ['one for which nobody vouches', { rcode: 3 }, 0],
  ['one for which a stranger vouches', { authorities: [soa('other', 60, 60)] }, 0],
  ['one that is denied for a week', { rcode: 3, authorities: [soa('.', 604_800, 604_800)] }, 3600],
])('%s', async (_, content, ttlSeconds) => {
  const { of } = await chasing({ 'a.example': content });
  expect(await of('a.example')).toEqual({ addresses: [], ttlSeconds });
});

test.each<[string, Content]>([
  ['a server that fails', { rcode: 2 }],
  ['aliases that go round', { answers: [alias('a.example', 'b.example'), alias('b.example', 'a.example')] }],
  ['an alias to itself', { answers: [alias('a.example', 'a.example')] }],
])('%s tells nothing', async (_, content) => {
  const { of } = await chasing({ 'a.example': content });
  expect(await of('a.example')).toBeUndefined();
});

test('aliases that go round from answer to answer tell nothing', async () => {
  const { of, server } = await chasing({
    'a.example': { answers: [alias('a.example', 'b.example')] },
    'b.example': { answers: [alias('b.example', 'a.example')] },
  });
  expect(await of('a.example')).toBeUndefined();
  expect(server.asked).toHaveLength(8);
});

test('a server that is not there tells nothing', async () => {
  expect(await chaseThroughServers([await deafAddress()])(parseName('a.example'), 'A')).toBeUndefined();
});

test('what was told is remembered for its TTL', async () => {
  const { of, server, clock } = await chasing({ 'a.example': { answers: [address('a.example', '192.0.2.1', 60)] } });
  await of('a.example');
  clock.pass(59);
  expect(await of('a.example')).toEqual({ addresses: ['192.0.2.1'], ttlSeconds: 1 });
  expect(server.asked).toHaveLength(1);
  clock.pass(1);
  expect(await of('a.example')).toEqual({ addresses: ['192.0.2.1'], ttlSeconds: 60 });
  expect(server.asked).toHaveLength(2);
});
