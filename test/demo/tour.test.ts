import { afterEach, beforeEach, expect, test } from 'vitest';
import { DohClient } from '../../client/doh/doh-client.ts';
import { askAll, untilAnswered } from '../../demo/tour.ts';
import { DnsAnswers, type Reply } from './dns-answers.ts';

let server: DnsAnswers;
let client: DohClient;

beforeEach(async () => {
  server = await new DnsAnswers().listen();
  client = new DohClient({ url: server.url });
});
afterEach(() => {
  client.close();
  server.close();
});

const replies: Readonly<Record<string, Reply>> = {
  'b.svc.cluster.local A': {
    answers: ['10.0.0.14', '10.0.0.3', '9.0.0.200'].map((data) => ({ type: 'A', name: 'b', data })),
  },
  'c.svc.cluster.local SRV': {
    answers: ['redis-10', 'redis-9'].map((host) => ({
      type: 'SRV',
      name: 'c',
      data: { priority: 0, weight: 33, port: 6379, target: `${host}.redis.cache.svc.cluster.local` },
    })),
  },
  'd.svc.cluster.local AAAA': { rcode: 'NXDOMAIN' },
  'e.svc.cluster.local A': 401,
};

test('each question is asked below the zone, and its answer is one line in the order of numbers', async () => {
  server.reply = (question) => replies[question] ?? {};
  const questions = [
    { name: 'a.svc', type: 'TXT' },
    { name: 'b.svc', type: 'A' },
    { name: 'c.svc', type: 'SRV' },
    { name: 'd.svc', type: 'AAAA' },
    { name: 'e.svc', type: 'A' },
  ] as const;
  const answers = await askAll(client, 'cluster.local', questions);
  expect(answers.map(({ name, type, answer }) => `${name} ${type}: ${answer}`)).toEqual([
    'a.svc TXT: NOERROR',
    'b.svc A: 9.0.0.200, 10.0.0.3, 10.0.0.14',
    'c.svc SRV: 0 33 6379 redis-9…, 0 33 6379 redis-10…',
    'd.svc AAAA: NXDOMAIN',
    `e.svc A: ${server.url.origin} answered with HTTP status 401: it needs a token that it knows`,
  ]);
});

test('it waits until the zone is answered, whatever comes before', async () => {
  const script: Reply[] = [{ rcode: 'SERVFAIL' }, 503, { rcode: 'SERVFAIL' }, {}];
  server.reply = () => script.shift() ?? 500;
  await untilAnswered(client, 'cluster.local', new AbortController().signal);
  expect(server.asked).toEqual(Array.from({ length: 4 }, () => 'cluster.local SOA'));
});

test('it does not wait when it is to end', async () => {
  const stop = new AbortController();
  server.reply = () => {
    if (server.asked.length === 2) stop.abort(new Error('enough'));
    return { rcode: 'SERVFAIL' };
  };
  await expect(untilAnswered(client, 'cluster.local', stop.signal)).rejects.toThrow('enough');
  expect(server.asked).toHaveLength(2);
});
