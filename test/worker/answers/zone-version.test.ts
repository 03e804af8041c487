/** From which version of which zone an answer is, for those who ask (RFC 9660). */
import { beforeAll, describe, expect, test } from 'vitest';
import { dotted, header, message, opt, option, question, zeros } from '../message/build-query.ts';
import { decodeAnswer } from '../message/decode-answer.ts';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { rcodeName } from '../support/outcome.ts';
import { post } from '../support/question.ts';
import { address, cname, group, node, plain, snapshot, webAt } from '../support/zone.ts';

const zoneVersion = option(19);
const origins = ['cluster.local', 'prod.k8s.example.com', 'inner.cluster.local'];
const serial = 0xfedcba98;

let edge: Edge;
beforeAll(async () => {
  const groups = [
    group('web.shop.svc', {
      own: [address('10.0.0.1'), address('198.51.100.4'), address('fd00::1')],
      nodes: [node('', { addresses: 'base' })],
    }),
    plain('to-set.shop.svc', cname('web.shop.svc.clusterset.local.')),
    plain('outside.shop.svc', cname('db.example.com.')),
  ];
  const shared = [group('web.shop.svc', { own: [address('10.0.0.2')], nodes: [node('', { addresses: 'base' })] })];
  const prefixes = ['10.0.0.0/8', '172.16.0.0/12', 'fc00::/7'];
  const published = snapshot(groups, {
    origins,
    prefixes,
    clusterset: { origins: ['clusterset.local'], groups: shared },
  });
  edge = await startOpenEdge(published, origins, ['clusterset.local']);
  await edge.publish(published, { serial });
  edge.machine.advance(2_000);
});

function asking(name: string, type: number, options = zoneVersion): RequestInit {
  const records = opt(options);
  return post(Uint8Array.from(message(header({ counts: [1, 0, 0, 1] }), question(dotted(name), type), records)));
}

/** The RCODE and, where it is told, the zone as the end of the question's name, with its version. */
async function versionOf(from: Edge, name: string, type = 1, options = zoneVersion): Promise<string> {
  const response = await from.fetch('/dns-query', asking(name, type, options));
  const answer = decodeAnswer(new Uint8Array(await response.arrayBuffer()));
  const told = answer.opt?.options.find(({ code }) => code === 19)?.data;
  if (told === undefined) return rcodeName(answer);
  const [labels = 0, kind, ...octets] = told;
  expect(kind).toBe(0);
  const version = octets.map((octet) => octet.toString(16).padStart(2, '0')).join('');
  return `${rcodeName(answer)} ${name.split('.').slice(-labels).join('.')} ${version}`;
}

describe('the zone that holds the name, with the serial of its SOA', () => {
  test.for([
    ['data', 'web.shop.svc.cluster.local', 1, 'NOERROR cluster.local'],
    ['NODATA', 'web.shop.svc.cluster.local', 15, 'NOERROR cluster.local'],
    ['NXDOMAIN', 'nope.cluster.local', 1, 'NXDOMAIN cluster.local'],
    ['the apex', 'cluster.local', 6, 'NOERROR cluster.local'],
    ['an alias of the zone', 'web.shop.svc.prod.k8s.example.com', 1, 'NOERROR prod.k8s.example.com'],
    ['an alias inside another', 'web.shop.svc.inner.cluster.local', 1, 'NOERROR inner.cluster.local'],
    ['the zone of several clusters', 'web.shop.svc.clusterset.local', 1, 'NOERROR clusterset.local'],
    ['where a chain begins', 'to-set.shop.svc.cluster.local', 1, 'NOERROR cluster.local'],
    ['a chain that leads out', 'outside.shop.svc.cluster.local', 1, 'NOERROR cluster.local'],
    ['an address', '1.0.0.10.in-addr.arpa', 12, 'NOERROR 10.in-addr.arpa'],
    ['no address', '9.0.0.10.in-addr.arpa', 12, 'NXDOMAIN 10.in-addr.arpa'],
    ['a block that ends inside a label', '1.2.20.172.in-addr.arpa', 12, 'NXDOMAIN 20.172.in-addr.arpa'],
    ['the apex of a block', '10.in-addr.arpa', 6, 'NOERROR 10.in-addr.arpa'],
    ['an address outside the blocks', '4.100.51.198.in-addr.arpa', 12, 'NOERROR 4.100.51.198.in-addr.arpa'],
    ['an IPv6 address', `1.${'0.'.repeat(29)}d.f.ip6.arpa`, 12, 'NOERROR d.f.ip6.arpa'],
  ] as const)('%s', async ([, name, type, expected]) => {
    expect(await versionOf(edge, name, type)).toBe(`${expected} fedcba98`);
  });

  test('as the SOA says it', async () => {
    const [soa] = (await edge.ask('cluster.local', 'SOA')).answer;
    expect(soa?.split(' ')[6]).toBe(String(serial));
  });

  test('what stands in the question is passed over', async () => {
    expect(await versionOf(edge, 'web.shop.svc.cluster.local', 1, option(19, [2, 0, 9, 9, 9, 9]))).toBe(
      'NOERROR cluster.local fedcba98',
    );
  });
});

test('also where the zone is too old to answer from', async () => {
  const old = await startOpenEdge(webAt('10.0.0.1'));
  old.machine.advance(25 * 3_600_000);
  expect(await versionOf(old, 'web.shop.svc.cluster.local')).toBe('SERVFAIL cluster.local 00000001');
});

describe('not told', () => {
  test.for([
    ['unless asked for', 'web.shop.svc.cluster.local', 1, [], 'NOERROR'],
    ['to those who ask for something else', 'web.shop.svc.cluster.local', 1, option(3, zeros(2)), 'NOERROR'],
    ['where no zone holds the name', 'example.com', 1, zoneVersion, 'REFUSED'],
    ['where no zone is looked at', 'cluster.local', 252, zoneVersion, 'REFUSED'],
    ['of a question that is none', 'cluster.local', 41, zoneVersion, 'FORMERR'],
  ] as const)('%s', async ([, name, type, options, expected]) => {
    expect(await versionOf(edge, name, type, options)).toBe(expected);
  });

  test('where the zone is not there', async () => {
    expect(await versionOf(await startEdge({ isOpen: true }), 'web.shop.svc.cluster.local')).toBe('SERVFAIL');
  });

  test('to those who may not hear of the name', async () => {
    const closed = await startEdge();
    await closed.register('local');
    await closed.publish(webAt('10.0.0.1'));
    const token = await closed.createToken(['local'], null, { namespaces: ['bank'] });
    const response = await closed.fetch(`/t/${token}/dns-query`, asking('web.shop.svc.cluster.local', 1));
    expect(decodeAnswer(new Uint8Array(await response.arrayBuffer())).opt?.options.map(({ code }) => code)).toEqual([
      15,
    ]);
  });
});
