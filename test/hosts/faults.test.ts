/**
 * Cables, tokens and sleep: after each trouble the stub answers rightly within two seconds, and during it never wrongly.
 * Each test has names of its own, which nobody asked for before.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { changePod } from './edge/change-pod.ts';
import { login, type RunStub, startStub, tokenUntil } from './kube-doh.ts';
import { oldResolver, others, ttlSeconds } from './names.ts';
import { type DigAnswer, dig } from './programs/ask.ts';
import { Host } from './room/host.ts';

const scene = inject('scene');

/** From the end of a trouble to a right answer. */
const recoveryMilliseconds = 2000;
/** Long enough for everything that is kept to become too old. */
const troubleMilliseconds = (ttlSeconds + 2) * 1000;

let host: Host;
let stub: RunStub;

beforeAll(async () => {
  const files = { '/etc/resolv.conf': `nameserver ${oldResolver}\n` };
  host = await Host.start(scene.room, { name: 'faults', number: 31, files });
  await login(host, scene);
  stub = await startStub(host, '127.0.0.1:53', '--upstream', oldResolver);
});
afterAll(() => host?.close());

function ask(name: string): Promise<DigAnswer> {
  return dig(host, name, 'A', '@127.0.0.1');
}

interface Asked {
  readonly name: string;
  readonly address: string;
}

function kafka(number: number): Asked {
  const name = `kafka-${number}.kafka-headless.streaming.svc.cluster.local`;
  return { name, address: scene.edge.pods[`streaming/kafka-${number}`]! };
}

function mysql(number: number): Asked {
  const name = `mysql-${number}.mysql-headless.default.svc.cluster.local`;
  return { name, address: scene.edge.pods[`default/mysql-${number}`]! };
}

function rightly({ address }: Asked) {
  return expect.objectContaining({ status: 'NOERROR', data: [address] });
}

/** Asks until the answer is right, and expects that in time. A failure is no answer; any other wrong answer is one too many. */
async function expectRecovery(asked: Asked): Promise<void> {
  const end = performance.now() + recoveryMilliseconds;
  let answer = await ask(asked.name);
  while (/^(SERVFAIL|none)$/.test(answer.status) && performance.now() < end) answer = await ask(asked.name);
  expect(answer).toEqual(rightly(asked));
  expect(performance.now()).toBeLessThan(end);
}

const cuts = [
  {
    what: 'the cable is pulled',
    begin: () => host.pullCable(),
    end: () => host.plugCableIn(),
    old: kafka(0),
    fresh: kafka(1),
    reachesOthers: false,
  },
  {
    what: 'all that goes to the edge is dropped without a word',
    begin: () => host.isolate(true),
    end: () => host.isolate(false),
    old: mysql(0),
    fresh: mysql(1),
    reachesOthers: true,
  },
];

test.each(cuts)('$what', async ({ begin, end, old, fresh, reachesOthers }) => {
  expect(await ask(old.name)).toEqual(rightly(old));
  await begin();
  const [name, address] = Object.entries(others)[0]!;
  const heals = performance.now() + troubleMilliseconds;
  let during: DigAnswer;
  do {
    during = await ask(old.name);
    expect(during).toEqual(rightly(old));
    if (reachesOthers) expect(await ask(name)).toMatchObject({ status: 'NOERROR', data: [address] });
  } while (performance.now() < heals);
  // Stale Answer (RFC 8914 §4.4).
  expect(during.extendedErrors).toContain(3);
  expect((await ask(fresh.name)).status).toBe('SERVFAIL');
  await end();
  await expectRecovery(fresh);
  await expectRecovery(old);
});

test('the token expires, until the next login', async () => {
  const [before, after] = [kafka(2), mysql(2)];
  const expiry = new Date(Date.now() + 8000);
  await login(host, scene, await tokenUntil(scene, expiry));
  await expectRecovery(before);
  await delay(expiry.getTime() + 1000 - Date.now());
  const refused = await ask(after.name);
  expect(refused.status).toBe('SERVFAIL');
  // Prohibited (RFC 8914 §4.19).
  expect(refused.extendedErrors).toContain(18);
  await login(host, scene);
  await expectRecovery(after);
});

test('the machine sleeps, and meanwhile a pod has a new address', async () => {
  const name = 'elasticsearch-0.elasticsearch-hl.logging.svc.cluster.local';
  const address = scene.edge.pods['logging/elasticsearch-0']!;
  expect(await ask(name)).toEqual(rightly({ name, address }));
  stub.signal('SIGSTOP');
  const changed = await changePod(scene, 'logging', 'elasticsearch-0', name);
  expect(changed).not.toBe(address);
  await delay(troubleMilliseconds);
  stub.signal('SIGCONT');
  await expectRecovery({ name, address: changed });
});
