/**
 * The OPT record of answers: there when the query had one, with nothing in it that was not asked for.
 */
import { describe, expect, test } from 'vitest';
import { encodeAnswer } from '../../../worker/message/answer.ts';
import { type ExtendedErrorCode, extendedErrorCodes } from '../../../worker/message/extended-error.ts';
import { parseQuery } from '../../../worker/message/query.ts';
import { type ErrorReply, errorReply, questionOwner, type RecordsReply } from '../../../worker/message/reply.ts';
import { dotted, header, message, nameOfOctets, opt, option, question } from './build-query.ts';
import { type DecodedAnswer, decodeAnswer } from './decode-answer.ts';
import { addresses, apexSoa, inOrder, query, queryFor, reply, texts } from './replies.ts';

const name = 'web.shop.svc.cluster.local';
const plain = query(name);
const withOpt = query(name, []);
const padded = query(name, [option(12)]);
const extendedError = { code: 'Stale Answer', text: 'age=412s' } as const;

function decoded(given: RecordsReply | ErrorReply): DecodedAnswer {
  return decodeAnswer(encodeAnswer(given, inOrder));
}

describe('presence (RFC 6891 §7)', () => {
  test.for([
    ['an answer', (to) => reply(to, { answer: [{ owner: questionOwner, rrset: addresses('A', '10.0.0.1') }] })],
    ['a negative answer', (to) => reply(to, { rcode: 'NXDOMAIN', authority: [apexSoa] })],
    ['an error', (to) => errorReply(to, 'REFUSED')],
    ['an error with its reason', (to) => errorReply(to, 'SERVFAIL', extendedError)],
  ] as const satisfies [string, (to: typeof plain) => RecordsReply | ErrorReply][])('%s', ([, given]) => {
    expect(decoded(given(plain)).opt).toBeUndefined();
    expect(decoded(given(withOpt)).opt).toMatchObject({ size: 1232, version: 0, dnssecOk: false });
  });

  test.for([
    ['DO', 0x8000, 0x8000],
    ['all flags', 0xffff, 0x8000],
    ['all but DO', 0x7fff, 0],
  ] as const)('%s: only DO is repeated', ([, flags, repeated]) => {
    const octets = encodeAnswer(reply(query(name, [[], { flags }])), inOrder);
    expect([...octets.subarray(-11)]).toEqual(opt([], { flags: repeated }));
  });

  test('options of the query are not returned', () => {
    const options = [...option(8, [0, 1, 0, 0]), ...option(10, [1, 2, 3, 4, 5, 6, 7, 8]), ...option(100)];
    expect(decoded(reply(query(name, [options]))).opt?.options).toEqual([]);
  });
});

describe('which server it is (RFC 5001)', () => {
  const identity = 'AMS serial=412 age=3s';
  const asking = query(name, [option(3)]);
  const said = (given: RecordsReply | ErrorReply, as: string) =>
    decodeAnswer(encodeAnswer(given, inOrder, false, as)).opt?.options;

  test.for<[string, RecordsReply | ErrorReply]>([
    ['an answer', reply(asking, { answer: [{ owner: questionOwner, rrset: addresses('A', '10.0.0.1') }] })],
    ['a negative answer', reply(asking, { rcode: 'NXDOMAIN', authority: [apexSoa] })],
    ['an error', errorReply(asking, 'SERVFAIL')],
  ])('%s', ([, given]) => {
    expect(said(given, identity)).toEqual([{ code: 3, data: octetsOf(identity) }]);
  });

  test('BADVERS', () => {
    const options = opt(option(3), { version: 1 });
    const parsed = parseQuery(message(header({ counts: [1, 0, 0, 1] }), question(dotted(name)), options));
    if (parsed.kind !== 'error') throw new Error('no error');
    expect(said(errorReply(parsed.to, parsed.rcode), identity)).toEqual([{ code: 3, data: octetsOf(identity) }]);
  });

  test('not unless asked for', () => {
    expect(said(reply(withOpt), identity)).toEqual([]);
    expect(said(reply(plain), identity)).toBeUndefined();
  });

  test.for([
    ['nothing is known', '', ''],
    ['64 characters', 'x'.repeat(64), 'x'.repeat(64)],
    ['what is longer is cut', 'x'.repeat(65), 'x'.repeat(64)],
  ] as const)('%s', ([, as, sent]) => {
    expect(said(reply(asking), as)).toEqual([{ code: 3, data: octetsOf(sent) }]);
  });
});

describe('which version of the zone it is (RFC 9660)', () => {
  const asking = query(name, [option(19)]);
  const zoneVersion = { labelCount: 2, serial: 4_294_967_295 };

  test.for<[string, RecordsReply]>([
    [
      'an answer',
      reply(asking, { answer: [{ owner: questionOwner, rrset: addresses('A', '10.0.0.1') }], zoneVersion }),
    ],
    ['a negative answer', reply(asking, { rcode: 'NXDOMAIN', authority: [apexSoa], zoneVersion })],
  ])('%s', ([, given]) => {
    expect(decoded(given).opt?.options).toEqual([{ code: 19, data: [2, 0, 255, 255, 255, 255] }]);
  });

  test('not unless asked for', () => {
    expect(decoded(reply(withOpt, { zoneVersion })).opt?.options).toEqual([]);
    expect(decoded(reply(plain, { zoneVersion })).opt).toBeUndefined();
  });

  test('not where no zone answers', () => {
    expect(decoded(reply(asking)).opt?.options).toEqual([]);
    expect(decoded(errorReply(asking, 'REFUSED')).opt?.options).toEqual([]);
  });
});

describe('extended RCODE (RFC 6891 §6.1.3)', () => {
  test('BADVERS has its upper bits in the OPT record', () => {
    const parsed = parseQuery(
      message(header({ counts: [1, 0, 0, 1] }), question(dotted(name)), opt([], { version: 1 })),
    );
    if (parsed.kind !== 'error') throw new Error('no error');
    const octets = encodeAnswer(errorReply(parsed.to, parsed.rcode), inOrder);
    expect(octets[3]! & 0x0f).toBe(0);
    expect(decodeAnswer(octets)).toMatchObject({ rcode: 16, flags: 'QR RD', answer: [], opt: { version: 0 } });
  });
});

describe('extended errors (RFC 8914)', () => {
  const utf8 = (text: string) => [...new TextEncoder().encode(text)];

  test.for(Object.entries(extendedErrorCodes) as [ExtendedErrorCode, number][])('%s is %i', ([code, number]) => {
    const { opt } = decoded(errorReply(withOpt, 'SERVFAIL', { code, text: '' }));
    expect(opt?.options).toEqual([{ code: 15, data: [0, number] }]);
  });

  test('text follows the code', () => {
    expect(decoded(reply(withOpt, { extendedError })).opt?.options).toEqual([
      { code: 15, data: [0, 3, ...utf8('age=412s')] },
    ]);
  });

  test('no error, no option', () => {
    expect(decoded(reply(withOpt)).opt?.options).toEqual([]);
  });

  test.for([
    ['255 octets', 'x'.repeat(255), 255],
    ['256 octets', 'x'.repeat(256), 255],
    ['70,000 octets', 'x'.repeat(70_000), 255],
    ['a character across the limit', `${'x'.repeat(254)}é`, 254],
    ['a character up to the limit', `${'x'.repeat(253)}é`, 255],
  ] as const)('text of %s', ([, text, sent]) => {
    const { opt } = decoded(errorReply(withOpt, 'SERVFAIL', { code: 'Not Ready', text }));
    expect(opt?.options[0]?.data.slice(2)).toEqual(utf8(text).slice(0, sent));
  });
});

describe('the longest question and the longest text', () => {
  const longest = 'x'.repeat(64);

  test.for([
    ['without padding', [], 12 + 259 + 11 + 6 + 255],
    ['with all that can be asked for', [...option(3), ...option(19)], 12 + 259 + 11 + 6 + 255 + 4 + 64 + 4 + 6],
    ['with padding', option(12), 2 * 468],
    ['with all of it', [...option(3), ...option(12), ...option(19)], 2 * 468],
  ] as const)('%s', ([, options, octets]) => {
    const to = queryFor(nameOfOctets(255), [options]);
    const error = { code: 'Not Ready', text: 'x'.repeat(255) } as const;
    const zoneVersion = { labelCount: 1, serial: 1 };
    const encoded = encodeAnswer(reply(to, { extendedError: error, zoneVersion }), inOrder, false, longest);
    expect(encoded.length).toBe(octets);
    expect(decodeAnswer(encoded).opt?.options[0]).toEqual({
      code: 15,
      data: [0, 14, ...new Array<number>(255).fill(0x78)],
    });
  });

  test.for([
    ['without padding', [], 12 + 259 + 11 + 6 + 255],
    ['with padding', option(12), 2 * 468],
  ] as const)('an error, %s', ([, options, octets]) => {
    const to = queryFor(nameOfOctets(255), [options]);
    const encoded = encodeAnswer(errorReply(to, 'REFUSED', { code: 'Not Ready', text: 'x'.repeat(255) }), inOrder);
    expect(encoded.length).toBe(octets);
    expect(decodeAnswer(encoded).opt?.options[0]?.data.length).toBe(257);
  });
});

describe('padding (RFC 7830, RFC 8467 §4.1)', () => {
  /** A padded answer that would take `octets` without its padding, beside the padding option's own header. */
  function answerOf(octets: number): { length: number; padding: number | undefined } {
    const empty = 12 + padded.question.length + 11 + 4;
    const strings: string[] = [];
    // Each TXT record takes 12 octets and one for each string's length.
    let left = octets - empty - 12;
    while (left > 0) {
      const length = Math.min(255, left - 1);
      strings.push('x'.repeat(length));
      left -= 1 + length;
    }
    const encoded = encodeAnswer(reply(padded, { answer: [{ owner: questionOwner, rrset: texts(strings) }] }), inOrder);
    const { answer, opt } = decodeAnswer(encoded);
    expect(answer.length).toBe(1);
    const padding = opt?.options.find(({ code }) => code === 12);
    expect(padding?.data.every((octet) => octet === 0)).toBe(true);
    return { length: encoded.length, padding: padding?.data.length };
  }

  test('is not sent unless asked for', () => {
    expect(encodeAnswer(reply(withOpt), inOrder).length).toBe(12 + withOpt.question.length + 11);
  });

  test.for([
    [467, 468, 1],
    [468, 468, 0],
    [469, 936, 467],
    [511, 936, 425],
    [513, 936, 423],
    [936, 936, 0],
    [10_000, 10_296, 296],
  ] as const)('%i octets become %i', ([octets, length, padding]) => {
    expect(answerOf(octets)).toEqual({ length, padding });
  });

  test('errors are padded as well', () => {
    expect(encodeAnswer(errorReply(padded, 'REFUSED'), inOrder).length).toBe(468);
  });

  test('it comes last, after what was asked', () => {
    const to = query(name, [[...option(12), ...option(19), ...option(3)]]);
    const octets = encodeAnswer(
      reply(to, { extendedError, zoneVersion: { labelCount: 2, serial: 1 } }),
      inOrder,
      false,
      'AMS',
    );
    expect(octets.length).toBe(468);
    expect(decodeAnswer(octets).opt?.options.map(({ code }) => code)).toEqual([15, 3, 19, 12]);
  });

  test('it comes last, after an extended error', () => {
    const octets = encodeAnswer(errorReply(padded, 'REFUSED', extendedError), inOrder);
    expect(octets.length).toBe(468);
    expect(decodeAnswer(octets).opt?.options.map(({ code }) => code)).toEqual([15, 12]);
  });

  test('the largest answer has room for all that is asked', () => {
    const to = query(name, [[...option(3), ...option(12), ...option(19)]]);
    const all = addresses('AAAA', ...Array.from({ length: 3_000 }, (_, i) => `fd00::${i.toString(16)}`));
    const error = { code: 'Not Ready', text: 'x'.repeat(255) } as const;
    const zoneVersion = { labelCount: 2, serial: 1 };
    const given = reply(to, { answer: [{ owner: questionOwner, rrset: all }], extendedError: error, zoneVersion });
    const octets = encodeAnswer(given, inOrder, false, 'x'.repeat(64));
    expect(octets.length).toBe(140 * 468);
    expect(
      decodeAnswer(octets)
        .opt?.options.map(({ code, data }) => [code, data.length])
        .slice(0, 3),
    ).toEqual([
      [15, 257],
      [3, 64],
      [19, 6],
    ]);
  });

  test('the largest answer is a whole number of blocks', () => {
    const all = addresses('AAAA', ...Array.from({ length: 3_000 }, (_, i) => `fd00::${i.toString(16)}`));
    const largest = { code: 'Not Ready', text: 'x'.repeat(255) } as const;
    for (const error of [undefined, extendedError, largest]) {
      const given = reply(padded, { answer: [{ owner: questionOwner, rrset: all }], extendedError: error });
      const octets = encodeAnswer(given, inOrder);
      expect(octets.length).toBe(140 * 468);
      expect(decodeAnswer(octets).answer.length).toBeGreaterThan(2_300);
    }
  });
});

function octetsOf(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}
