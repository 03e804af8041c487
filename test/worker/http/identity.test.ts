/** Which server and which snapshot an answer comes from, for those who ask (RFC 5001). */
import { beforeEach, describe, expect, test } from 'vitest';
import { dotted, header, message, opt, option, question, zeros } from '../message/build-query.ts';
import { decodeAnswer } from '../message/decode-answer.ts';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { post } from '../support/question.ts';
import { webAt } from '../support/zone.ts';

const web = 'web.shop.svc.cluster.local';
const nsid = option(3);

function asking(name: string, options: readonly number[], fields: { type?: number; version?: number } = {}) {
  const { type = 1, version = 0 } = fields;
  const parts = [question(dotted(name), type), opt(options, { version })];
  return Uint8Array.from(message(header({ counts: [1, 0, 0, 1] }), ...parts));
}

/** The options of the answer; `cf` is what the platform says of the request. */
async function optionsOf(edge: Edge, query: Uint8Array<ArrayBuffer>, cf?: object) {
  const request = new Request('https://edge.test/dns-query', post(query));
  if (cf !== undefined) Object.defineProperty(request, 'cf', { value: cf });
  const response = await edge.receive(request);
  return decodeAnswer(new Uint8Array(await response.arrayBuffer())).opt?.options;
}

async function identity(edge: Edge, query: Uint8Array<ArrayBuffer>, cf?: object): Promise<string | undefined> {
  const data = (await optionsOf(edge, query, cf))?.find(({ code }) => code === 3)?.data;
  return data && new TextDecoder().decode(Uint8Array.from(data));
}

let edge: Edge;
beforeEach(async () => {
  edge = await startOpenEdge(webAt('10.0.0.1'));
});

describe('the data centre and the snapshot', () => {
  test.for([
    ['where nothing is known of the place', undefined, 'serial=1 age=0s'],
    ['at a data centre', { colo: 'AMS' }, 'AMS serial=1 age=0s'],
    ['at what is none', { colo: 'a\nb' }, 'serial=1 age=0s'],
    ['at a number', { colo: 7 }, 'serial=1 age=0s'],
  ] as const)('%s', async ([, cf, expected]) => {
    expect(await identity(edge, asking(web, nsid), cf)).toBe(expected);
  });

  test('the age goes on, also of an answer that was given before', async () => {
    for (const [milliseconds, expected] of [
      [900, 'serial=1 age=0s'],
      // Sooner than KV is looked at again.
      [500, 'serial=1 age=1s'],
      [60_000, 'serial=1 age=61s'],
      [15 * 60_000, 'serial=1 age=961s'],
      [24 * 3_600_000, 'serial=1 age=87361s'],
    ] as const) {
      edge.machine.advance(milliseconds);
      expect(await identity(edge, asking(web, nsid))).toBe(expected);
    }
  });

  test('a newer snapshot', async () => {
    await identity(edge, asking(web, nsid));
    await edge.publish(webAt('10.0.0.2'), { serial: 7 });
    edge.machine.advance(3_000);
    expect(await identity(edge, asking(web, nsid))).toBe('serial=7 age=3s');
  });
});

describe('every RCODE', () => {
  test.for([
    ['NXDOMAIN', asking('nope.cluster.local', nsid), 'AMS serial=1 age=0s'],
    ['REFUSED, since no zone holds the name', asking('example.com', nsid), 'AMS serial=1 age=0s'],
    ['REFUSED, whatever the zones', asking(web, nsid, { type: 252 }), 'AMS'],
    ['FORMERR', asking(web, nsid, { type: 41 }), 'AMS'],
    ['BADVERS', asking(web, nsid, { version: 1 }), 'AMS'],
  ] as const)('%s', async ([, query, expected]) => {
    expect(await identity(edge, query, { colo: 'AMS' })).toBe(expected);
  });

  test('SERVFAIL', async () => {
    const empty = await startEdge({ isOpen: true });
    expect(await identity(empty, asking(web, nsid), { colo: 'AMS' })).toBe('AMS');
    expect(await identity(empty, asking(web, nsid))).toBe('');
  });
});

test('not unless asked for, and what stands in the question is not repeated', async () => {
  expect(await optionsOf(edge, asking(web, []), { colo: 'AMS' })).toEqual([]);
  expect(await optionsOf(edge, asking(web, option(3, zeros(100))), { colo: 'AMS' })).toEqual([
    { code: 3, data: [...new TextEncoder().encode('AMS serial=1 age=0s')] },
  ]);
});

test('with padding it is a whole block', async () => {
  const response = await edge.fetch('/dns-query', post(asking(web, [...nsid, ...option(12), ...option(19)])));
  const octets = new Uint8Array(await response.arrayBuffer());
  expect(octets.length).toBe(468);
  expect(decodeAnswer(octets).opt?.options.map(({ code }) => code)).toEqual([3, 19, 12]);
});
