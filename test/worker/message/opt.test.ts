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
    const options = [
      ...option(3),
      ...option(8, [0, 1, 0, 0]),
      ...option(10, [1, 2, 3, 4, 5, 6, 7, 8]),
      ...option(19),
      ...option(100),
    ];
    expect(decoded(reply(query(name, [options]))).opt?.options).toEqual([]);
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
  test.for([
    ['without padding', [], 12 + 259 + 11 + 6 + 255],
    ['with padding', option(12), 2 * 468],
  ] as const)('%s', ([, options, octets]) => {
    const to = queryFor(nameOfOctets(255), [options]);
    const error = { code: 'Not Ready', text: 'x'.repeat(255) } as const;
    for (const given of [errorReply(to, 'REFUSED', error), reply(to, { extendedError: error })]) {
      const encoded = encodeAnswer(given, inOrder);
      expect(encoded.length).toBe(octets);
      expect(decodeAnswer(encoded).opt?.options[0]).toEqual({
        code: 15,
        data: [0, 14, ...new Array<number>(255).fill(0x78)],
      });
    }
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

  test('it comes last, after an extended error', () => {
    const octets = encodeAnswer(errorReply(padded, 'REFUSED', extendedError), inOrder);
    expect(octets.length).toBe(468);
    expect(decodeAnswer(octets).opt?.options.map(({ code }) => code)).toEqual([15, 12]);
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
