/**
 * The age of a snapshot counts from the moment up to which its agent knew its watches alive: past 15 minutes answers are
 * marked and kept shortly, past 24 hours there are none.
 */
import { describe, expect, test } from 'vitest';
import { type Edge, startEdge } from '../support/edge.ts';
import { extendedError, outcome, soa, text } from '../support/outcome.ts';
import { askFor } from '../support/question.ts';
import { group, host, node, ns, plain, snapshot } from '../support/zone.ts';

const minute = 60_000;
const hour = 60 * minute;
const web = 'web.shop.svc.cluster.local';

async function startAged(milliseconds: number, ttlSeconds = 30): Promise<Edge> {
  const edge = await startEdge({ isOpen: true });
  await edge.register('local');
  const groups = [
    plain('@', ns('ns.dns')),
    group('web.shop.svc', {
      ttlSeconds,
      hosts: [host('web-0', ['10.0.0.1'], [80])],
      nodes: [node('', { addresses: 'hosts' })],
    }),
  ];
  const generatedAt = edge.machine.now() - milliseconds;
  await edge.publish(snapshot(groups, { prefixes: ['10.0.0.0/8'] }), { serial: 1, generatedAt });
  return edge;
}

test.for([
  ['a minute in the future', -minute, 'NOERROR 10.0.0.1'],
  ['5 minutes in the future', -5 * minute, 'NOERROR 10.0.0.1'],
  ['no time', 0, 'NOERROR 10.0.0.1'],
  ['15 minutes', 15 * minute, 'NOERROR 10.0.0.1'],
  ['less than a second more', 15 * minute + 999, 'NOERROR 10.0.0.1'],
  ['a second more', 15 * minute + 1000, 'NOERROR 10.0.0.1 EDE 3'],
  ['24 hours', 24 * hour, 'NOERROR 10.0.0.1 EDE 3'],
  ['a second more than that', 24 * hour + 1000, 'SERVFAIL EDE 22'],
] as const)('%s old', async ([, age, expected]) => {
  expect(outcome(await (await startAged(age)).ask(web))).toBe(expected);
});

test('from further in the future, as where the clock here was set back, it is stale', async () => {
  const edge = await startAged(0);
  expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
  edge.machine.jump(-24 * hour);
  const response = await (await edge.newIsolate()).ask(web);
  expect(response.answer).toEqual([`${web} 5 IN A 10.0.0.1`]);
  expect(extendedError(response)).toEqual({ code: 3, text: 'age=-86400s serial=1' });
});

describe('between the limits', () => {
  const age = 20 * minute;

  test('positive answers have a TTL of 5 seconds', async () => {
    const edge = await startAged(age);
    const answer = await edge.ask('web-0.web.shop.svc.cluster.local', 'SRV');
    expect(text(answer)).toEqual([
      'NOERROR',
      'web-0.web.shop.svc.cluster.local 5 IN SRV 0 100 80 web-0.web.shop.svc.cluster.local',
      ';; additional',
      'web-0.web.shop.svc.cluster.local 5 IN A 10.0.0.1',
    ]);
    expect(extendedError(answer)).toEqual({ code: 3, text: 'age=1200s serial=1' });
    expect(answer.flags).toBe('QR AA RD');
  });

  test('a lower TTL stays', async () => {
    const answer = await (await startAged(age, 2)).ask(web);
    expect(answer.answer).toEqual([`${web} 2 IN A 10.0.0.1`]);
  });

  test.for([
    ['NODATA', web, 'AAAA', 'NOERROR', 3],
    ['NXDOMAIN', 'nope.cluster.local', 'A', 'NXDOMAIN', 19],
    ['a PTR that is not there', '9.0.0.10.in-addr.arpa', 'PTR', 'NXDOMAIN', 19],
  ] as const)('so has the SOA of %s', async ([, question, type, rcode, code]) => {
    const answer = await (await startAged(age)).ask(question, type);
    const zone = question.endsWith('arpa') ? '10.in-addr.arpa' : 'cluster.local';
    expect(text(answer)).toEqual([rcode, ';; authority', soa(zone, 5)]);
    expect(extendedError(answer)).toEqual({ code, text: 'age=1200s serial=1' });
  });

  test.for([web, 'nope.cluster.local'])('the answer for %s is kept for 5 seconds at most', async (question) => {
    const response = await (await startAged(age)).fetch('/dns-query', askFor(question));
    expect(response.headers.get('cache-control')).toBe('max-age=5');
  });
});

describe('past the hard limit', () => {
  const age = 48 * hour;

  test.for([
    [web, 'A'],
    [web, 'AAAA'],
    ['nope.cluster.local', 'A'],
    ['cluster.local', 'SOA'],
    ['1.0.0.10.in-addr.arpa', 'PTR'],
    ['9.0.0.10.in-addr.arpa', 'PTR'],
  ] as const)('%s %s is SERVFAIL, and not kept', async ([question, type]) => {
    const edge = await startAged(age);
    const answer = await edge.ask(question, type);
    expect(outcome(answer)).toBe('SERVFAIL EDE 22');
    expect(extendedError(answer)?.text).toContain('age=172800s');
    expect(answer).toMatchObject({ answer: [], authority: [], additional: [] });
    const response = await edge.fetch('/dns-query', askFor(question, type));
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('what no zone holds is refused as ever', async () => {
    expect(outcome(await (await startAged(age)).ask('example.com'))).toBe('REFUSED EDE 20');
  });

  test('a snapshot with the same records and a later time makes it young again', async () => {
    const edge = await startAged(0);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
    edge.machine.advance(age);
    expect(outcome(await edge.ask(web))).toBe('SERVFAIL EDE 22');
    const groups = [
      group('web.shop.svc', { hosts: [host('web-0', ['10.0.0.1'])], nodes: [node('', { addresses: 'hosts' })] }),
    ];
    await edge.publish(snapshot(groups), { serial: 2 });
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
  });
});

test.for([
  ['4294967295', 2 ** 32 - 1],
  ['0', 2 ** 32],
] as const)('the SOA serial is %s', async ([expected, serial]) => {
  const edge = await startEdge({ isOpen: true });
  await edge.register('local');
  await edge.publish(snapshot([]), { serial });
  const answer = await edge.ask('cluster.local', 'SOA');
  expect(answer.answer[0]?.split(' ')[6]).toBe(expected);
});

test('the apex exists in a snapshot without records', async () => {
  const edge = await startEdge({ isOpen: true });
  await edge.register('local');
  await edge.publish(snapshot([], { ttlSeconds: 600 }));
  const answer = await edge.ask('cluster.local', 'A');
  // The SOA is kept for at most 5 minutes, as CoreDNS has it; its MINIMUM is not.
  expect(text(answer)).toEqual([
    'NOERROR',
    ';; authority',
    'cluster.local 300 IN SOA ns.dns.cluster.local hostmaster.cluster.local 1 7200 1800 86400 600',
  ]);
});
