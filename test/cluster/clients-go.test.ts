/** Programs in Go, on a machine whose name server passes questions on to the endpoint. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startForwarder } from './support/client-forwarder.ts';
import { type ClientMachine, clientMachine } from './support/client-machine.ts';
import { type ExampleFacts, exampleFacts, numbered } from './support/example-rows.ts';
import { system } from './support/system.ts';

const running = system();
const source = fileURLToPath(new URL('./support/client-resolver.go', import.meta.url));

let machine: ClientMachine;
let facts: ExampleFacts;

beforeAll(async () => {
  facts = await exampleFacts(running.objects);
  machine = await clientMachine(running, facts);
  await startForwarder(machine, running.ready);
});

afterAll(() => machine?.close());

describe.each([
  { resolver: 'Go alone', cgo: '0', netdns: 'go' },
  { resolver: 'the C library', cgo: '1', netdns: 'cgo' },
])('$resolver', ({ cgo, netdns }) => {
  const program = (): string => join(machine.directory, `resolver-${netdns}`);

  beforeAll(() => {
    const env = { ...process.env, CGO_ENABLED: cgo, GOPROXY: 'off' };
    execFileSync('go', ['build', '-o', program(), source], { env });
  });

  async function lookUp(...questions: readonly string[]): Promise<unknown> {
    return JSON.parse((await machine.run(program(), questions, { GODEBUG: `netdns=${netdns}` })).stdout);
  }

  test.each(['cluster.local', 'prod.k8s.example.com'])('names of %s', async (zone) => {
    const redis = facts.pods.get('cache/redis')!;
    const headless = `redis-headless.cache.svc.${zone}`;
    expect(
      await lookUp(
        `host:redis-0.${headless}`,
        `host:${headless}`,
        `host:mysql.default.svc.${zone}`,
        `srv:_redis._tcp.${headless}`,
      ),
    ).toEqual([
      [redis[0]!.address],
      redis.map(({ address }) => address).sort(),
      [facts.services.get('default/mysql')],
      numbered('redis', 3).map((pod) => `0 33 6379 ${pod}.${headless}.`),
    ]);
  });

  test('the name of an address', async () => {
    const [redis] = facts.pods.get('cache/redis')!;
    expect(await lookUp(`addr:${redis!.address}`)).toEqual([['redis-0.redis-headless.cache.svc.cluster.local.']]);
  });

  test('what does not exist is told from what is refused', async () => {
    const absent = ['host:nope.cache.svc.cluster.local', 'srv:_nope._tcp.redis-headless.cache.svc.cluster.local'];
    expect(await lookUp(...absent, 'host:www.example.org')).toEqual(['not found', 'not found', 'failed']);
  });
});
