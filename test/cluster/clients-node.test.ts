/** Programs in Node, on a machine whose name server passes questions on to the endpoint. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startForwarder } from './support/client-forwarder.ts';
import { type ClientMachine, clientMachine, pagePort } from './support/client-machine.ts';
import { type ExampleFacts, exampleFacts, numbered } from './support/example-rows.ts';
import { system } from './support/system.ts';

const running = system();
const script = fileURLToPath(new URL('./support/client-node.mjs', import.meta.url));

let machine: ClientMachine;
let facts: ExampleFacts;

beforeAll(async () => {
  facts = await exampleFacts(running.objects);
  machine = await clientMachine(running, facts);
  await startForwarder(machine, running.ready);
});

afterAll(() => machine?.close());

async function ask(...questions: readonly string[]): Promise<unknown> {
  return JSON.parse((await machine.run(process.execPath, [script, ...questions])).stdout);
}

test.each(['cluster.local', 'prod.k8s.example.com'])('names of %s', async (zone) => {
  const addresses = facts.pods.get('cache/redis')!.map(({ address }) => address);
  const headless = `redis-headless.cache.svc.${zone}`;
  expect(
    await ask(
      `lookup:redis-0.${headless}`,
      `lookup:${headless}`,
      `resolve4:${headless}`,
      `resolveSrv:_redis._tcp.${headless}`,
      `fetch:http://redis-0.${headless}:${pagePort}/`,
    ),
  ).toEqual([
    [addresses[0]],
    addresses.toSorted(),
    addresses.toSorted(),
    numbered('redis', 3).map((pod) => `0 33 6379 ${pod}.${headless}`),
    addresses[0],
  ]);
});

test('the name of an address', async () => {
  const [redis] = facts.pods.get('cache/redis')!;
  expect(await ask(`reverse:${redis!.address}`)).toEqual([['redis-0.redis-headless.cache.svc.cluster.local']]);
});

test('what does not exist, has no such record, or is refused', async () => {
  const absent = 'nope.cache.svc.cluster.local';
  expect(
    await ask(
      `resolve4:${absent}`,
      `lookup:${absent}`,
      `fetch:http://${absent}:${pagePort}/`,
      'resolve6:redis-headless.cache.svc.cluster.local',
      'resolve4:www.example.org',
      'lookup:www.example.org',
    ),
  ).toEqual(['ENOTFOUND', 'ENOTFOUND', 'ENOTFOUND', 'ENODATA', 'EREFUSED', 'EAI_AGAIN']);
});
