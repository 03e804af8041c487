/** Questions that are answered before any zone is looked at, and clusters of which there is nothing to look at. */
import { beforeAll, describe, expect, test } from 'vitest';
import { dotted, header, message, opt, question } from '../message/build-query.ts';
import { type DecodedAnswer, decodeAnswer } from '../message/decode-answer.ts';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { extendedError, outcome } from '../support/outcome.ts';
import { post, queryFor } from '../support/question.ts';
import { webAt } from '../support/zone.ts';

const web = 'web.shop.svc.cluster.local';

let edge: Edge;
beforeAll(async () => {
  edge = await startOpenEdge(webAt('10.0.0.1'));
});

async function send(octets: Uint8Array, to = edge): Promise<DecodedAnswer> {
  const response = await to.fetch('/dns-query', post(Uint8Array.from(octets)));
  expect(response.headers.get('cache-control')).toBe('no-store');
  return decodeAnswer(new Uint8Array(await response.arrayBuffer()));
}

describe('types', () => {
  test.for([
    ['AXFR', 'REFUSED EDE 21'],
    ['IXFR', 'REFUSED EDE 21'],
    ['OPT', 'FORMERR EDE 30'],
    ['TSIG', 'FORMERR EDE 30'],
    ['TKEY', 'FORMERR EDE 30'],
    [0, 'FORMERR EDE 30'],
    [128, 'FORMERR EDE 30'],
  ] as const)('%s: %s, in a zone and outside', async ([type, expected]) => {
    for (const name of [web, 'cluster.local', 'nope.cluster.local', 'example.com', '.']) {
      expect(outcome(await send(queryFor(name, type)))).toBe(expected);
    }
  });
});

describe('classes', () => {
  test.for([
    ['CH', 3],
    ['HS', 4],
    ['NONE', 254],
    ['ANY', 255],
    ['0', 0],
    ['one that nobody knows', 0xff00],
  ] as const)('%s: REFUSED', async ([, qclass]) => {
    for (const type of ['A', 'TXT', 'ANY', 'AXFR']) {
      const answer = await send(queryFor(web, type, qclass));
      expect(outcome(answer)).toBe('REFUSED EDE 21');
      expect(answer.flags).toBe('QR RD');
    }
  });
});

describe('messages', () => {
  test.for([
    ['another opcode', message(header({ id: 7, flags: 0x2800 })), 'NOTIMP'],
    [
      'two questions',
      message(header({ counts: [2, 0, 0, 0] }), question(dotted(web)), question(dotted(web))),
      'FORMERR',
    ],
    ['no question', message(header({ counts: [0, 0, 0, 0] })), 'FORMERR'],
    ['octets behind', message(header(), question(dotted(web)), [0]), 'FORMERR'],
    ['EDNS 1', message(header({ counts: [1, 0, 0, 1] }), question(dotted(web)), opt([], { version: 1 })), 'BADVERS'],
  ] as const)('with %s', async ([, octets, expected]) => {
    expect(outcome(await send(octets))).toBe(expected);
  });
});

test('without EDNS nothing is said of why', async () => {
  const answer = await send(message(header(), question(dotted('example.com'))));
  expect(answer).toMatchObject({ rcode: 5, opt: undefined });
});

test('extended errors say why in words', async () => {
  const words = async (octets: Uint8Array, to?: Edge) => extendedError(await send(octets, to))?.text;
  expect(await words(queryFor('example.com'))).toBe('no zone of this cluster holds the name');
  expect(await words(queryFor(web, 'AXFR'))).toBe('zone transfers are not offered');
  expect(await words(queryFor(web, 'A', 3))).toBe('only class IN is served');
  expect(await words(queryFor(web), await startEdge({ isOpen: true }))).toBe(
    'this cluster has published no snapshot yet',
  );
});

describe('without a snapshot every name is SERVFAIL', () => {
  test.for([web, 'nope.cluster.local', 'example.com', '1.0.0.10.in-addr.arpa', '.'])('%s', async (name) => {
    const empty = await startEdge({ isOpen: true });
    const registered = await startEdge({ isOpen: true });
    await registered.register('local');
    const nameless = await startEdge({ isOpen: true, defaultCluster: undefined });
    for (const to of [empty, registered, nameless]) {
      const answer = await send(queryFor(name), to);
      expect(outcome(answer)).toBe('SERVFAIL EDE 14');
      expect(answer).toMatchObject({ flags: 'QR RD', answer: [], authority: [], additional: [] });
    }
  });

  test('but what needs none is answered', async () => {
    const empty = await startEdge({ isOpen: true });
    expect(outcome(await send(queryFor(web, 'AXFR'), empty))).toBe('REFUSED EDE 21');
    expect(empty.store.calls).toEqual([]);
  });
});
