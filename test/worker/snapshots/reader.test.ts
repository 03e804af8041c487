/**
 * What an isolate asks KV for, and when: as little as it may while things are well, and never more than it must while they
 * are not.
 */
import { describe, expect, test } from 'vitest';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { gzip, type Publication } from '../support/agent.ts';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { outcome } from '../support/outcome.ts';
import { snapshot, webAt, webGroup } from '../support/zone.ts';

const web = 'web.shop.svc.cluster.local';
const key = 'cluster/local/snapshot';
const reads = (edge: Edge): number => edge.store.count('get', key);

function together<T>(count: number, ask: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, ask));
}

/** An edge that has answered once, and whose calls are counted from then on. */
async function startAsked(): Promise<Edge> {
  const edge = await startOpenEdge(webAt('10.0.0.1'));
  expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
  edge.store.calls.length = 0;
  return edge;
}

describe('while all is well', () => {
  test('KV is asked at most once a second, and only while there are questions', async () => {
    const edge = await startAsked();
    for (const [milliseconds, expected] of [
      [0, 0],
      [999, 0],
      [1, 1],
      [0, 1],
      [999, 1],
      [1, 2],
      [3_600_000, 3],
    ] as const) {
      edge.machine.advance(milliseconds);
      await edge.ask(web);
      expect(reads(edge)).toBe(expected);
    }
  });

  test('20 first questions at once read once', async () => {
    const edge = await (await startOpenEdge(webAt('10.0.0.1'))).newIsolate();
    edge.store.calls.length = 0;
    const answers = await together(20, () => edge.ask(web));
    expect(new Set(answers.map(outcome))).toEqual(new Set(['NOERROR 10.0.0.1']));
    expect(edge.store.calls).toEqual(['get cluster/local/registration', `get ${key}`]);
  });

  test('20 questions at once after an hour of quiet read once, and none is answered from the old snapshot', async () => {
    const edge = await startAsked();
    await (await edge.newIsolate()).publish(webAt('10.0.0.2'), { serial: 2 });
    edge.store.calls.length = 0;
    edge.machine.advance(3_600_000);
    const answers = await together(20, () => edge.ask(web));
    expect(new Set(answers.map((answer) => outcome(answer).slice(0, 16)))).toEqual(new Set(['NOERROR 10.0.0.2']));
    expect(reads(edge)).toBe(1);
  });

  test('the body of a snapshot that is known is not read', async () => {
    const edge = await startAsked();
    await edge.store.tamper(key, () => ({ octets: new Uint8Array(3) }));
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
    expect(reads(edge)).toBe(1);
    expect(edge.machine.lines).toEqual([]);
  });

  test('clusters that nobody published are asked for once a second too', async () => {
    const edge = await startEdge({ isOpen: true });
    const ask = () => edge.ask(web, 'A', '/c/nowhere/dns-query');
    for (let i = 0; i < 3; i += 1) expect(outcome(await ask())).toBe('SERVFAIL EDE 14');
    expect(edge.store.calls).toEqual(['get cluster/nowhere/registration']);
  });

  test('any number of cluster ids in questions does not push out what is in use', async () => {
    const edge = await startAsked();
    for (let i = 0; i < 200; i += 1) await edge.ask(web, 'A', `/c/nowhere-${i}/dns-query`);
    expect(edge.store.count('get', 'cluster/nowhere-199/')).toBe(1);
    await edge.ask(web, 'A', '/c/nowhere-199/dns-query');
    expect(edge.store.count('get', 'cluster/nowhere-199/')).toBe(1);
    await edge.ask(web, 'A', '/c/nowhere-0/dns-query');
    expect(edge.store.count('get', 'cluster/nowhere-0/')).toBe(2);
    await edge.ask(web);
    expect(reads(edge)).toBe(0);
  });
});

describe('KV that shows old values', () => {
  test('an isolate never goes back', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    const showOld = await edge.store.capture(key);
    await edge.publish(webAt('10.0.0.2'), { serial: 2 });
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.2');
    showOld();
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.2');
    expect(outcome(await (await edge.newIsolate()).ask(web))).toBe('NOERROR 10.0.0.1');
    edge.store.catchUp();
    await edge.publish(webAt('10.0.0.3'), { serial: 3 });
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.3');
  });

  test.for([
    ['a lower epoch with a higher serial', { epoch: 4, serial: 9 }],
    ['the same version with other records', { epoch: 5, serial: 5 }],
  ] as const)('%s is not taken', async ([, version]) => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    await edge.publish(webAt('10.0.0.1'), { epoch: 5, serial: 5 });
    await edge.ask(web);
    const { manifestText, signature, body } = await edge.agent.publication(webAt('10.6.6.6'), version);
    await edge.store.put(key, body, { metadata: { manifest: manifestText, signature } });
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
    expect(outcome(await (await edge.newIsolate()).ask(web))).toBe('NOERROR 10.6.6.6');
  });

  test('a value that is not there for a while takes nothing away', async () => {
    const edge = await startEdge({ isOpen: true });
    await edge.register('local');
    const showNothing = await edge.store.capture(key);
    await edge.publish(webAt('10.0.0.1'));
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
    showNothing();
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
    expect(outcome(await (await edge.newIsolate()).ask(web))).toBe('SERVFAIL EDE 14');
  });
});

describe('KV that fails', () => {
  test('what is in memory goes on answering; KV is asked once a second, and the log says it once', async () => {
    const edge = await startAsked();
    edge.store.fail('get', 'KV GET failed: 500');
    for (let second = 0; second < 5; second += 1) {
      edge.machine.advance(1000);
      expect(await together(3, async () => outcome(await edge.ask(web)))).toEqual(Array(3).fill('NOERROR 10.0.0.1'));
    }
    expect(reads(edge)).toBe(5);
    expect(edge.machine.lines).toEqual(['cluster local is not read: KV GET failed: 500']);
    edge.store.recover();
    await edge.publish(webAt('10.0.0.2'), { serial: 2 });
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.2');
  });

  test('with nothing in memory it is SERVFAIL, until KV answers', async () => {
    const edge = await (await startOpenEdge(webAt('10.0.0.1'))).newIsolate();
    edge.store.fail('get');
    expect(outcome(await edge.ask(web))).toBe('SERVFAIL EDE 23');
    edge.store.recover();
    expect(outcome(await edge.ask(web))).toBe('SERVFAIL EDE 23');
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
  });
});

describe('KV that does not answer', () => {
  test('a question is answered from memory after a second, others at once', async () => {
    const edge = await startAsked();
    edge.machine.advance(1000);
    const hold = edge.store.hold();
    const asking = edge.ask(web);
    await hold.reached;
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
    edge.machine.advance(1000);
    expect(outcome(await asking)).toBe('NOERROR 10.0.0.1');
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
    expect(reads(edge)).toBe(1);
  });

  test('with nothing in memory it is SERVFAIL after five seconds', async () => {
    const edge = await (await startOpenEdge(webAt('10.0.0.1'))).newIsolate();
    const hold = edge.store.hold();
    const asking = together(3, () => edge.ask(web));
    await hold.reached;
    edge.machine.advance(5000);
    expect((await asking).map(outcome)).toEqual(Array(3).fill('SERVFAIL EDE 23'));
    hold.letOthersPass();
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
  });

  test('a request whose patience is over does not send others where one that took over still asks', async () => {
    const edge = await (await startOpenEdge(webAt('10.0.0.1'))).newIsolate();
    edge.store.calls.length = 0;
    const hold = edge.store.hold();
    const first = edge.ask(web);
    await hold.reached;
    edge.machine.jump(5000);
    const again = edge.store.hold();
    const second = edge.ask(web);
    await again.reached;
    edge.machine.advance(0);
    expect(outcome(await first)).toBe('SERVFAIL EDE 23');
    edge.machine.jump(1000);
    again.letOthersPass();
    const third = edge.ask(web);
    // Time to poll, and to read, if it did.
    await edge.machine.sleep(1);
    await edge.machine.sleep(1);
    again.release();
    expect([await second, await third].map(outcome)).toEqual(Array(2).fill('NOERROR 10.0.0.1'));
    expect(edge.store.count('get', 'cluster/local/registration')).toBe(2);
    hold.release();
  });

  test('what comes late is taken all the same', async () => {
    const edge = await startAsked();
    const late = await startLateRead(edge);
    await edge.publish(webAt('10.0.0.2'), { serial: 2 });
    await late.end();
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.2');
  });

  test('unless something newer came before', async () => {
    const edge = await startAsked();
    const late = await startLateRead(edge);
    await edge.publish(webAt('10.0.0.2'), { serial: 2 });
    const showSecond = await edge.store.capture(key);
    await edge.publish(webAt('10.0.0.3'), { serial: 3 });
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.3');
    showSecond();
    await late.end();
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.3');
  });

  /** A question whose patience is over while its read goes on. */
  async function startLateRead(edge: Edge): Promise<{ end(): Promise<void> }> {
    edge.machine.advance(1000);
    const hold = edge.store.hold();
    let reading: Promise<unknown> | undefined;
    const waitUntil = (work: Promise<unknown>): void => {
      reading = work;
    };
    const asking = edge.ask(web, 'A', '/dns-query', { waitUntil });
    await hold.reached;
    edge.machine.advance(1000);
    expect(outcome(await asking)).toBe('NOERROR 10.0.0.1');
    hold.letOthersPass();
    return {
      end: async () => {
        hold.release();
        await reading;
      },
    };
  }
});

describe('a request that is cut off while it asks KV', () => {
  test('with nothing in memory, leaves the others waiting for five seconds at most', async () => {
    const edge = await (await startOpenEdge(webAt('10.0.0.1'))).newIsolate();
    await cutOff(edge);
    edge.machine.jump(5000);
    expect(await together(3, async () => outcome(await edge.ask(web)))).toEqual(Array(3).fill('NOERROR 10.0.0.1'));
  });

  test('with something in memory, for one second', async () => {
    const edge = await startAsked();
    await edge.publish(webAt('10.0.0.2'), { serial: 2 });
    edge.machine.advance(1000);
    await cutOff(edge);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
    edge.machine.jump(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.2');
  });

  /** It is never heard of again. */
  async function cutOff(edge: Edge): Promise<void> {
    const hold = edge.store.hold();
    void edge.ask(web);
    await hold.reached;
    hold.letOthersPass();
  }
});

describe('a newer snapshot that is bad', () => {
  /** In KV past the checks of a publish, as after a rollback of the Worker or of the registration. */
  async function startBad(make: (edge: Edge) => Promise<Publication>): Promise<Edge> {
    const edge = await startAsked();
    const { manifestText, signature, body } = await make(edge);
    await edge.store.put(key, body, { metadata: { manifest: manifestText, signature } });
    return edge;
  }
  const foreign = snapshot([webGroup('10.0.0.2')], { origins: ['cluster.other'] });

  test.for<[string, (edge: Edge) => Promise<Publication>]>([
    ['of a zone that is not registered', ({ agent }) => agent.publication(foreign, { serial: 2 })],
    [
      'of an image format that is not known',
      async ({ agent }) => {
        const body = await gzip(encodeSnapshot(webAt('10.0.0.2')).with(7, 2));
        return agent.publication(webAt('10.0.0.2'), { serial: 2, body });
      },
    ],
  ])('%s is read once a minute', async ([, make]) => {
    const edge = await startBad(make);
    const before = edge.store.bodiesRead(key);
    const readsAfter: number[] = [];
    for (const milliseconds of [1000, 1000, 58_000, 1000, 1000]) {
      edge.machine.advance(milliseconds);
      expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
      readsAfter.push(edge.store.bodiesRead(key) - before);
    }
    expect(readsAfter).toEqual([1, 1, 1, 2, 2]);
    expect(edge.machine.lines).toHaveLength(1);
  });

  test('is read as soon as the registration allows it', async () => {
    const edge = await startBad(({ agent }) => agent.publication(foreign, { serial: 2 }));
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
    await edge.register('local', ['cluster.local', 'cluster.other']);
    edge.machine.advance(1000);
    expect(outcome(await edge.ask('web.shop.svc.cluster.other'))).toBe('NOERROR 10.0.0.2');
  });

  test('does not stand in the way of what comes after it', async () => {
    const edge = await startBad(({ agent }) => agent.publication(foreign, { serial: 2 }));
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
    await edge.publish(webAt('10.0.0.3'), { serial: 3 });
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.3');
  });
});

describe('a registration that changes', () => {
  test('a cluster that is taken away is gone within 30 seconds', async () => {
    const edge = await startAsked();
    await edge.administer('DELETE', '/v1/clusters/local');
    edge.machine.advance(30_000);
    expect(outcome(await edge.ask(web))).toBe('SERVFAIL EDE 14');
    expect(outcome(await edge.ask('example.com'))).toBe('SERVFAIL EDE 14');
  });

  test('so it is when a publish that was under way comes after', async () => {
    const edge = await startAsked();
    const publication = await edge.agent.publication(webAt('10.0.0.2'), { serial: 2 });
    await edge.administer('DELETE', '/v1/clusters/local');
    const metadata = { manifest: publication.manifestText, signature: publication.signature };
    await edge.store.put(key, publication.body, { metadata });
    edge.machine.advance(30_000);
    expect(outcome(await edge.ask(web))).toBe('SERVFAIL EDE 14');
    expect(outcome(await (await edge.newIsolate()).ask(web))).toBe('SERVFAIL EDE 14');
  });

  test('what a withdrawn key signed is not answered from, after 30 seconds', async () => {
    const edge = await startAsked();
    const successor = await startEdge();
    await edge.register('local', ['cluster.local'], [successor.agent.publicKey]);
    edge.machine.advance(30_000);
    expect(outcome(await edge.ask(web))).toBe('SERVFAIL EDE 24');
    const publication = await successor.agent.publication(webAt('10.0.0.3'), { serial: 1 });
    expect((await edge.send(publication)).status).toBe(200);
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.3');
  });

  test('nor what claims a zone that was withdrawn', async () => {
    const edge = await startAsked();
    await edge.register('local', ['cluster.other']);
    edge.machine.advance(30_000);
    expect(outcome(await edge.ask(web))).toBe('SERVFAIL EDE 24');
    await edge.register('local', ['cluster.local', 'cluster.other']);
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
  });

  test('a new key is known as soon as something is signed with it', async () => {
    const edge = await startAsked();
    const successor = await startEdge();
    await edge.register('local', ['cluster.local'], [edge.agent.publicKey, successor.agent.publicKey]);
    expect((await edge.send(await successor.agent.publication(webAt('10.0.0.2'), { serial: 2 }))).status).toBe(200);
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.2');
  });

  test('one that is damaged counts as none', async () => {
    const edge = await startAsked();
    await edge.store.put('cluster/local/registration', '{"publicKeys":["');
    edge.machine.advance(30_000);
    expect(outcome(await edge.ask(web))).toBe('SERVFAIL EDE 14');
  });
});

test('the platform is asked to let a load outlive its request', async () => {
  const edge = await (await startOpenEdge(webAt('10.0.0.1'))).newIsolate();
  const background: Promise<unknown>[] = [];
  const context = { waitUntil: (work: Promise<unknown>) => background.push(work) };
  await edge.ask(web, 'A', '/dns-query', context);
  expect(background).toHaveLength(1);
  await edge.ask(web, 'A', '/dns-query', context);
  expect(background).toHaveLength(1);
});
