/** Questions that come again: what is answered from memory is what would be answered anew, to whoever asks. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { dotted, header, message, opt, option, question, zeros } from '../message/build-query.ts';
import { decodeAnswer } from '../message/decode-answer.ts';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { outcome, text } from '../support/outcome.ts';
import { asParameter, post, queryFor } from '../support/question.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { whole } from '../support/whole-response.ts';
import { address, cname, group, host, node, plain, snapshot } from '../support/zone.ts';

const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];

function zone(own = '10.1.0.1') {
  return snapshot([
    group('web.shop.svc', { own: [address(own)], nodes: [node('', { addresses: 'base' })] }),
    group('web.bank.svc', { own: [address('10.1.0.2')], nodes: [node('', { addresses: 'base' })] }),
    group('db.shop.svc', {
      hosts: addresses.map((one, i) => host(`db-${i}`, [one, `fd00::${i}`], [80])),
      nodes: [
        node('', { addresses: 'hosts' }),
        node('_sql._tcp', { services: [{ priority: 0, weight: 33, port: 80, targets: 'hosts' }] }),
      ],
    }),
    plain('two.shop.svc', { type: 'TXT', ttlSeconds: 30, texts: [['a'], ['b']] }),
  ]);
}

const web = 'web.shop.svc.cluster.local';
const db = 'db.shop.svc.cluster.local';

let edge: Edge;
beforeEach(async () => {
  edge = await startOpenEdge(zone());
});

async function octetsOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

async function askOctets(octets: Uint8Array<ArrayBuffer>, path = '/dns-query'): Promise<Uint8Array> {
  return octetsOf(await edge.fetch(path, post(octets)));
}

describe('the same question again', () => {
  test.for([
    [web, 'A'],
    [db, 'A'],
    [db, 'AAAA'],
    [`_sql._tcp.${db}`, 'SRV'],
    ['db-1.db.shop.svc.cluster.local', 'A'],
    ['two.shop.svc.cluster.local', 'TXT'],
    ['nope.shop.svc.cluster.local', 'A'],
    [web, 'MX'],
    ['shop.svc.cluster.local', 'A'],
    ['1.0.1.10.in-addr.arpa', 'PTR'],
    ['example.com', 'A'],
    ['cluster.local', 'SOA'],
  ] as const)('%s %s has the same records and header fields', async ([name, type]) => {
    const ask = async () => {
      const response = await edge.fetch('/dns-query', post(queryFor(name, type)));
      const { headers } = await whole(response.clone());
      return { headers, records: text(decodeAnswer(await octetsOf(response))).toSorted() };
    };
    const first = await ask();
    for (let i = 0; i < 12; i += 1) expect(await ask()).toEqual(first);
  });

  test('by GET and by POST', async () => {
    const octets = queryFor(web);
    const posted = await whole(await edge.fetch('/dns-query', post(octets)));
    expect(await whole(await edge.fetch(`/dns-query${asParameter(octets)}`))).toEqual(posted);
    expect(await whole(await edge.fetch('/dns-query', post(octets)))).toEqual(posted);
  });

  test('by HEAD has no body', async () => {
    const path = `/dns-query${asParameter(queryFor(web))}`;
    const get = await whole(await edge.fetch(path));
    expect(await whole(await edge.fetch(path, { method: 'HEAD' }))).toEqual({ ...get, body: '' });
  });

  test('reads nothing from KV within a second', async () => {
    await askOctets(queryFor(web));
    const { length } = edge.store.calls;
    await askOctets(queryFor(web));
    expect(edge.store.calls).toHaveLength(length);
    edge.machine.advance(1000);
    await askOctets(queryFor(web));
    expect(edge.store.calls.length).toBeGreaterThan(length);
  });
});

describe('what differs in a message makes another question', () => {
  const parts = (qname: string, type = 1) => question(dotted(qname), type);
  const plainQuery = Uint8Array.from(message(header({ counts: [1, 0, 0, 0] }), parts(web)));

  test('but for the id, which is repeated', async () => {
    for (const id of [0, 1, 0xcafe, 0xffff]) {
      const octets = queryFor(web);
      octets.set([id >> 8, id & 0xff]);
      const answer = decodeAnswer(await askOctets(octets));
      expect([answer.id, outcome(answer)]).toEqual([id, 'NOERROR 10.1.0.1']);
    }
  });

  test('letter case is kept, each asker his own', async () => {
    for (const name of [web, web.toUpperCase(), 'wEb.shop.svc.cluster.LOCAL', web]) {
      const answer = await askOctets(queryFor(name));
      expect(decodeAnswer(answer).questions).toEqual([`${name} IN A`]);
      expect(decodeAnswer(answer).answer).toEqual([`${name} 30 IN A 10.1.0.1`]);
    }
  });

  test('without EDNS, with it, with DO, with padding', async () => {
    const edns = (...options: Parameters<typeof opt>) =>
      Uint8Array.from(message(header({ counts: [1, 0, 0, 1] }), parts(web), opt(...options)));
    const padded = edns(option(12, zeros(7)));
    for (let i = 0; i < 2; i += 1) {
      expect(decodeAnswer(await askOctets(plainQuery)).opt).toBeUndefined();
      expect(decodeAnswer(await askOctets(edns())).opt).toBeDefined();
      expect((await askOctets(padded)).length).toBe(468);
    }
  });

  test('RD and CD are repeated', async () => {
    for (const [flags, expected] of [
      [[0, 0], 'QR AA'],
      [[1, 0], 'QR AA RD'],
      [[1, 0x10], 'QR AA RD CD'],
      [[0, 0], 'QR AA'],
    ] as const) {
      const octets = plainQuery.slice();
      octets.set(flags, 2);
      expect(decodeAnswer(await askOctets(octets)).flags).toBe(expected);
    }
  });
});

describe('goes with what it was answered from', () => {
  test('a newer snapshot', async () => {
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.1.0.1');
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.1.0.1');
    await edge.publish(zone('10.1.0.9'), { serial: 2 });
    edge.machine.advance(61_000);
    await edge.ask(web);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.1.0.9');
  });

  test('a snapshot that has become stale, and then expired', async () => {
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.1.0.1');
    edge.machine.advance(15 * 60_000 + 1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.1.0.1 EDE 3');
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.1.0.1 EDE 3');
    edge.machine.advance(24 * 60 * 60_000);
    expect(outcome(await edge.ask(web))).toBe('SERVFAIL EDE 22');
  });
});

describe('is for those who may hear it', () => {
  const names = [web, 'web.bank.svc.cluster.local'];
  let tokens: Record<'all' | 'shop' | 'bank', string>;

  beforeEach(async () => {
    edge = await startEdge();
    await edge.register('local');
    await edge.publish(zone());
    const token = (namespaces: string[] | null) => edge.createToken(['local'], null, { namespaces });
    tokens = { all: await token(null), shop: await token(['shop']), bank: await token(['bank']) };
  });

  const expected = {
    all: ['NOERROR 10.1.0.1', 'NOERROR 10.1.0.2'],
    shop: ['NOERROR 10.1.0.1', 'REFUSED EDE 18'],
    bank: ['REFUSED EDE 18', 'NOERROR 10.1.0.2'],
  };

  test.for([
    ['all', 'shop', 'bank'],
    ['shop', 'bank', 'all'],
    ['bank', 'all', 'shop'],
  ] as const)('whoever asks first: %s', async (order) => {
    for (let i = 0; i < 2; i += 1) {
      for (const who of order) {
        const outcomes = await Promise.all(
          names.map(async (name) => outcome(await edge.ask(name, 'A', `/t/${tokens[who]}/dns-query`))),
        );
        expect(outcomes).toEqual(expected[who]);
      }
    }
  });

  test('and says to caches what the door asks for', async () => {
    const cacheControl = async (path: string, authorization = '') => {
      const { body, headers } = post(queryFor(web), { authorization });
      const response = await edge.fetch(path, { method: 'POST', headers: headers!, body: body! });
      return [response.headers.get('cache-control'), response.headers.get('vary')];
    };
    const byHeader = ['private, max-age=30', 'Authorization'];
    for (let i = 0; i < 3; i += 1) {
      expect(await cacheControl(`/t/${tokens.all}/dns-query`)).toEqual(['private, max-age=30', null]);
      expect(await cacheControl('/dns-query', `Bearer ${tokens.all}`)).toEqual(byHeader);
    }
  });

  test('not for a token that was revoked', async () => {
    const path = `/t/${tokens.all}/dns-query`;
    expect(outcome(await edge.ask(web, 'A', path))).toBe('NOERROR 10.1.0.1');
    await edge.administer('DELETE', `/v1/tokens?id=${tokens.all.slice(3, 11)}`);
    expect((await edge.fetch(path, post(queryFor(web)))).status).toBe(401);
  });
});

describe('the order of records', () => {
  const many = Array.from({ length: 20 }, (_, i) => `10.2.0.${i + 1}`);

  beforeEach(async () => {
    const hosts = many.map((one, i) => host(`h${i}`, [one, `fd00::${i}`], [80]));
    const services = [{ priority: 0, weight: 5, port: 80, targets: 'hosts' as const }];
    const nodes = [node('', { addresses: 'hosts' }), node('_sql._tcp', { services })];
    edge = await startOpenEdge(
      snapshot([
        group('db.shop.svc', { hosts, nodes }),
        plain('alias.shop.svc', cname('db.shop.svc')),
        plain('texts.shop.svc', { type: 'TXT', ttlSeconds: 30, texts: many.map((one) => [one]) }),
      ]),
    );
    const random = new SeededRandom(1);
    vi.spyOn(edge.machine, 'random').mockImplementation(() => random.next());
  });

  test.for([
    ['db.shop.svc.cluster.local', 'A'],
    ['db.shop.svc.cluster.local', 'AAAA'],
    ['alias.shop.svc.cluster.local', 'A'],
    ['_sql._tcp.db.shop.svc.cluster.local', 'SRV'],
    ['texts.shop.svc.cluster.local', 'TXT'],
  ] as const)('of %s %s: every one of twenty is first about as often as any other', async ([name, type]) => {
    const counts = new Map<string, number>();
    const whole = new Set<string>();
    for (let i = 0; i < 1000; i += 1) {
      const answer = decodeAnswer(await askOctets(queryFor(name, type)));
      const records = answer.answer
        .filter((line) => !line.includes(' CNAME '))
        .map((line) => line.split(' ').slice(4).join(' '));
      counts.set(records[0]!, (counts.get(records[0]!) ?? 0) + 1);
      whole.add(
        JSON.stringify([answer.flags, answer.questions, answer.answer.toSorted(), answer.additional.toSorted()]),
      );
    }
    expect(counts.size).toBe(20);
    expect(Math.max(...counts.values())).toBeLessThan(100);
    // Nothing else differs.
    expect(whole.size).toBe(1);
  });
});

describe('what comes by GET and what comes by POST', () => {
  test('are not taken for each other', async () => {
    const octets = queryFor(web);
    octets.set([0xbe, 0xef]);
    for (let i = 0; i < 4; i += 1) expect(decodeAnswer(await askOctets(octets)).id).toBe(0xbeef);
    const text = new TextDecoder('windows-1252').decode(octets.subarray(2));
    for (const start of ['', '\0', 'm', '\0m']) {
      const response = await edge.fetch(`/dns-query?dns=${encodeURIComponent(start + text)}`);
      expect(response.status).toBe(400);
    }
  });
});

test('many different questions leave all answers right', async () => {
  const ask = async (i: number): Promise<string> => outcome(await edge.ask(i % 2 === 0 ? web : `x${i}.${web}`));
  for (let i = 0; i < 6000; i += 1) await ask(i);
  expect(await ask(0)).toBe('NOERROR 10.1.0.1');
  expect(await ask(1)).toBe('NXDOMAIN');
});
