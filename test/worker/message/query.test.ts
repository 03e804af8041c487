/**
 * The query parser, limit by limit: what is read, what is refused, and with which answer.
 */
import { describe, expect, test } from 'vitest';
import { type ParsedMessage, parseQuery, type Query } from '../../../worker/message/query.ts';
import {
  dotted,
  header,
  message,
  name,
  nameOfOctets,
  opt,
  option,
  question,
  record,
  repeat,
  zeros,
} from './build-query.ts';

const qname = dotted('redis-0.redis-headless.cache.svc.cluster.local');
const pointerToQuestion = [0xc0, 12];

/** In one word: the fault, the reason, or `query`. */
function verdict(parsed: ParsedMessage): string {
  switch (parsed.kind) {
    case 'query':
      return 'query';
    case 'error':
      return `${parsed.rcode} ${parsed.fault}`;
    case 'malformed':
      return parsed.reason;
  }
}

function verdictOf(...parts: Parameters<typeof message>): string {
  return verdict(parseQuery(message(...parts)));
}

function parsedQuery(...parts: Parameters<typeof message>): Query {
  const parsed = parseQuery(message(...parts));
  if (parsed.kind !== 'query') throw new Error(`expected a query, got ${verdict(parsed)}`);
  return parsed.query;
}

/** One question and one record in the additional section. */
function withAdditional(...records: Parameters<typeof message>): string {
  return verdictOf(header({ counts: [1, 0, 0, records.length] }), question(qname), ...records);
}

describe('header (RFC 1035 §4.1.1)', () => {
  test.for([
    ['nothing', zeros(0), 'SHORTER_THAN_HEADER'],
    ['11 octets', zeros(11), 'SHORTER_THAN_HEADER'],
    ['12 octets', zeros(12), 'FORMERR QUESTION_COUNT'],
    ['an answer', [...header({ flags: 0x8180 }), ...question(qname)], 'NOT_A_QUERY'],
    ['an answer to an UPDATE', header({ flags: 0xa800 }), 'NOT_A_QUERY'],
    ['a query', [...header(), ...question(qname)], 'query'],
  ] as const)('%s', ([, octets, expected]) => {
    expect(verdictOf(octets)).toBe(expected);
  });

  test('fields and question are kept for the answer', () => {
    const parsed = parsedQuery(header({ id: 0xcafe, flags: 0x0110 }), question(qname, 33, 1));
    expect(parsed).toMatchObject({ id: 0xcafe, opcode: 0, recursionDesired: true, checkingDisabled: true });
    expect([...parsed.question]).toEqual(question(qname, 33, 1));
    expect(parsed).toMatchObject({ qtype: 33, qclass: 1, edns: undefined });
  });

  test.for([
    ['none', 0x0000, false, false],
    ['RD', 0x0100, true, false],
    ['CD', 0x0010, false, true],
    ['AA, TC, RA, Z, AD and an RCODE', 0x06ef, false, false],
  ] as const)('flags: %s', ([, flags, recursionDesired, checkingDisabled]) => {
    expect(parsedQuery(header({ flags }), question(qname))).toMatchObject({ recursionDesired, checkingDisabled });
  });
});

describe('opcode (RFC 8906 §3.1.4)', () => {
  test.for([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])('%i is not implemented', (opcode) => {
    const flags = (opcode << 11) | 0x0110;
    const to = { opcode, recursionDesired: false, checkingDisabled: false, question: undefined, edns: undefined };
    const expected = { kind: 'error', rcode: 'NOTIMP', fault: 'OPCODE' };
    expect(parseQuery(message(header({ id: 7, flags }), question(qname)))).toEqual({
      ...expected,
      to: { id: 7, ...to },
    });
    // Whatever the counts say, the body is not looked at.
    const counts = [65535, 65535, 65535, 65535] as const;
    expect(parseQuery(message(header({ id: 8, flags, counts })))).toEqual({ ...expected, to: { id: 8, ...to } });
  });

  test('0 is', () => {
    expect(verdictOf(header({ flags: 0 }), question(qname))).toBe('query');
  });
});

describe('section counts (RFC 9619 §4)', () => {
  const any = record(pointerToQuestion, 1, [10, 0, 0, 1]);

  test.for([
    ['no question', [0, 0, 0, 0], [], 'FORMERR QUESTION_COUNT'],
    ['two questions', [2, 0, 0, 0], question(qname), 'FORMERR QUESTION_COUNT'],
    ['65,535 questions', [65535, 0, 0, 0], [], 'FORMERR QUESTION_COUNT'],
    ['one answer', [1, 1, 0, 0], any, 'query'],
    ['two answers', [1, 2, 0, 0], repeat(2, any), 'FORMERR RECORD_COUNT'],
    ['256 answers', [1, 256, 0, 0], [], 'FORMERR RECORD_COUNT'],
    ['one authority', [1, 0, 1, 0], any, 'query'],
    ['two authorities', [1, 0, 2, 0], repeat(2, any), 'FORMERR RECORD_COUNT'],
    ['two additional records', [1, 0, 0, 2], repeat(2, any), 'query'],
    ['three additional records', [1, 0, 0, 3], repeat(3, any), 'FORMERR RECORD_COUNT'],
    ['the most of each', [1, 1, 1, 2], repeat(4, any), 'query'],
  ] as const)('%s', ([, counts, records, expected]) => {
    expect(verdictOf(header({ counts }), question(qname), records)).toBe(expected);
  });

  test('a refusal by count repeats no question', () => {
    const parsed = parseQuery(message(header({ id: 9, counts: [2, 0, 0, 0] }), question(qname), question(qname)));
    expect(parsed).toMatchObject({ to: { id: 9, opcode: 0, recursionDesired: true, question: undefined } });
  });
});

describe('question (RFC 1035 §4.1.2)', () => {
  test.for([
    ['the root', name(), 'query'],
    ['a label of 63 octets', name('x'.repeat(63)), 'query'],
    ['a length octet of 64', [64, ...zeros(64), 0], 'FORMERR QUESTION'],
    ['label type 10', [0x80, ...zeros(128), 0], 'FORMERR QUESTION'],
    ['a pointer to itself', [0xc0, 12], 'FORMERR QUESTION'],
    ['a pointer behind a label', [1, 0x61, 0xc0, 12], 'FORMERR QUESTION'],
    ['a name of 254 octets', nameOfOctets(254), 'query'],
    ['a name of 255 octets', nameOfOctets(255), 'query'],
    ['a name of 256 octets', nameOfOctets(256), 'FORMERR QUESTION'],
    ['127 labels', name(...new Array<string>(127).fill('x')), 'query'],
    ['128 labels', name(...new Array<string>(128).fill('x')), 'FORMERR QUESTION'],
  ] as const)('%s', ([, octets, expected]) => {
    expect(verdictOf(header(), question(octets))).toBe(expected);
  });

  test('cut anywhere it is no question', () => {
    const whole = message(header(), question(qname));
    expect(verdict(parseQuery(whole))).toBe('query');
    for (let length = 12; length < whole.length; length += 1) {
      expect(verdict(parseQuery(whole.subarray(0, length)))).toBe('FORMERR QUESTION');
    }
  });

  test('where the labels begin', () => {
    const parsed = parsedQuery(header(), question(name('a', 'bc', 'def')));
    expect(parsed.labelOffsets).toEqual([0, 2, 5]);
    expect(parsedQuery(header(), question(name())).labelOffsets).toEqual([]);
  });

  test.for([
    [0, 0],
    [255, 255],
    [65535, 65535],
    [1000, 254],
  ])('type %i and class %i are passed on', ([qtype, qclass]) => {
    expect(parsedQuery(header(), question(qname, qtype, qclass))).toMatchObject({ qtype, qclass });
  });
});

describe('letter case (RFC 4343 §3)', () => {
  test('A to Z are folded for the lookup and kept for the echo', () => {
    const parsed = parsedQuery(header(), question(name('AZaz09-_', '@[`{')));
    expect([...parsed.qname]).toEqual(name('azaz09-_', '@[`{'));
    expect([...parsed.question]).toEqual(question(name('AZaz09-_', '@[`{')));
  });

  test('no other octet changes', () => {
    const others = Array.from({ length: 256 }, (_, octet) => octet).filter((octet) => octet < 0x41 || octet > 0x5a);
    for (const octet of others) {
      const label = String.fromCharCode(octet);
      expect([...parsedQuery(header(), question(name(label))).qname]).toEqual(name(label));
    }
  });

  test('length octets are not letters', () => {
    const labels = Array.from({ length: 10 }, (_, i) => 'x'.repeat(i + 10));
    expect([...parsedQuery(header(), question(name(...labels))).qname]).toEqual(name(...labels));
  });
});

describe('records behind the question', () => {
  test.for([
    ['an owner that points to the question', record([0xc0, 12], 1, [10, 0, 0, 1]), 'query'],
    ['an owner that points into the question', record([0xc0, 20], 1, [10, 0, 0, 1]), 'query'],
    ['an owner of labels and a pointer', record([1, 0x61, 0xc0, 12], 1, [10, 0, 0, 1]), 'query'],
    ['an owner that points into the header', record([0xc0, 11], 1, [10, 0, 0, 1]), 'FORMERR RECORD_OWNER'],
    ['an owner that points to itself', record([0xc0, 12 + qname.length + 4], 1, []), 'FORMERR RECORD_OWNER'],
    ['an owner that points just before itself', record([0xc0, 12 + qname.length + 3], 1, []), 'query'],
    ['an owner that points ahead', record([0xff, 0xff], 1, []), 'FORMERR RECORD_OWNER'],
    ['half a pointer', [0xc0], 'FORMERR RECORD_OWNER'],
    ['an owner with label type 01', record([0x40, ...zeros(64), 0], 1, []), 'FORMERR RECORD_OWNER'],
    ['an owner with label type 10', record([0x80, ...zeros(128), 0], 1, []), 'FORMERR RECORD_OWNER'],
    ['an owner of 255 octets', record(nameOfOctets(255), 1, [10, 0, 0, 1]), 'query'],
    ['an owner of 256 octets', record(nameOfOctets(256), 1, [10, 0, 0, 1]), 'FORMERR RECORD_OWNER'],
    ['an owner that never ends', repeat(200, [1, 0x61]), 'FORMERR RECORD_OWNER'],
    ['an owner without an end', [3, 0x61], 'FORMERR RECORD_OWNER'],
    ['no record at all', [], 'FORMERR RECORD_OWNER'],
    ['nothing behind the owner', [0], 'FORMERR RECORD_CUT'],
    ['a record cut before RDLENGTH ends', record([0], 1, []).slice(0, -1), 'FORMERR RECORD_CUT'],
    ['no data', record([0], 1, []), 'query'],
    ['data cut by one octet', record([0], 1, [1, 2, 3], 4), 'FORMERR RECORD_CUT'],
    ['RDLENGTH of 65,535', record([0], 1, [], 65535), 'FORMERR RECORD_CUT'],
    ['an octet behind the record', [...record([0], 1, []), 0], 'FORMERR TRAILING_OCTETS'],
    ['an A record of 7 octets', record([0], 1, zeros(7)), 'query'],
    ['a TSIG record', record(name('key'), 250, zeros(40)), 'query'],
  ] as const)('%s', ([, octets, expected]) => {
    expect(withAdditional(octets)).toBe(expected);
  });

  test('a second message behind the first is a format error that repeats the question', () => {
    const one = [...header({ id: 5 }), ...question(qname)];
    const parsed = parseQuery(message(one, one));
    expect(parsed).toMatchObject({ kind: 'error', rcode: 'FORMERR', fault: 'TRAILING_OCTETS', to: { id: 5 } });
    expect([...(parsed.kind === 'error' ? (parsed.to.question ?? []) : [])]).toEqual(question(qname));
  });

  test('no length of data hides the OPT record', () => {
    for (const length of [0, 1, 4, 15, 300]) {
      const parsed = parsedQuery(
        header({ counts: [1, 0, 0, 2] }),
        question(qname),
        record(pointerToQuestion, 1, zeros(length)),
        opt([], { flags: 0x8000 }),
      );
      expect(parsed.edns?.dnssecOk).toBe(true);
    }
  });
});

describe('EDNS (RFC 6891 §6.1)', () => {
  test.for([
    ['in the additional section', [1, 0, 0, 1], opt(), 'query'],
    ['before another record', [1, 0, 0, 2], [...opt(), ...record([0], 1, [])], 'query'],
    ['behind another record', [1, 0, 0, 2], [...record([0], 1, []), ...opt()], 'query'],
    ['in the answer section', [1, 1, 0, 0], opt(), 'FORMERR OPT_PLACE'],
    ['in the authority section', [1, 0, 1, 0], opt(), 'FORMERR OPT_PLACE'],
    ['behind an authority', [1, 0, 1, 1], [...record([0], 1, []), ...opt()], 'query'],
    ['with a name', [1, 0, 0, 1], opt([], { owner: name('a') }), 'FORMERR OPT_PLACE'],
    ['with a pointer to a root', [1, 0, 0, 1], opt([], { owner: [0xc0, 11 + qname.length] }), 'FORMERR OPT_PLACE'],
    ['twice', [1, 0, 0, 2], repeat(2, opt()), 'FORMERR OPT_TWICE'],
    ['with a payload size of 0', [1, 0, 0, 1], opt([], { size: 0 }), 'query'],
    ['with an extended RCODE', [1, 0, 0, 1], opt([], { rcode: 255 }), 'query'],
    ['with all reserved flags', [1, 0, 0, 1], opt([], { flags: 0x7fff }), 'query'],
  ] as const)('OPT %s', ([, counts, records, expected]) => {
    expect(verdictOf(header({ counts }), question(qname), records)).toBe(expected);
  });

  test.for([
    ['nothing', [], 0, {}],
    ['DO', [], 0x8000, { dnssecOk: true }],
    ['reserved flags', [], 0x7fff, {}],
    ['padding', option(12, zeros(20)), 0, { wantsPadding: true }],
    ['empty padding', option(12), 0, { wantsPadding: true }],
    ['NSID', option(3), 0, { wantsNsid: true }],
    ['NSID with octets that mean nothing', option(3, [1, 2]), 0, { wantsNsid: true }],
    ['ZONEVERSION', option(19), 0, { wantsZoneVersion: true }],
    ['ZONEVERSION with octets that mean nothing', option(19, [2, 0]), 0, { wantsZoneVersion: true }],
    ['a cookie of 7 octets', option(10, zeros(7)), 0, {}],
    ['a client subnet of 0 octets', option(8), 0, {}],
    ['codes that end alike', [...option(0x0c0c), ...option(0x0300), ...option(0x1313)], 0, {}],
    [
      'everything',
      [...option(100, [1]), ...option(12), ...option(3), ...option(19)],
      0x8000,
      { dnssecOk: true, wantsPadding: true, wantsNsid: true, wantsZoneVersion: true },
    ],
  ] as const)('asked for: %s', ([, options, flags, expected]) => {
    const nothing = { dnssecOk: false, wantsPadding: false, wantsNsid: false, wantsZoneVersion: false };
    const parsed = parsedQuery(header({ counts: [1, 0, 0, 1] }), question(qname), opt(options, { flags }));
    expect(parsed.edns).toEqual({ ...nothing, ...expected });
  });

  test.for([
    ['64 options', opt(repeat(64, option(100))), 'query'],
    ['65 options', opt(repeat(65, option(100))), 'FORMERR OPT_OPTIONS'],
    ['16,383 options', opt(repeat(16383, option(100))), 'FORMERR OPT_OPTIONS'],
    ['an option header cut short', opt([0, 12, 0]), 'FORMERR OPT_OPTIONS'],
    ['an option that fills its record', opt(option(12, zeros(500))), 'query'],
    ['an option one octet too long', opt(option(12, zeros(500), 501)), 'FORMERR OPT_OPTIONS'],
    ['an option one octet too short', opt(option(12, zeros(500), 499)), 'FORMERR OPT_OPTIONS'],
    [
      'an option that reaches into the next record',
      [...opt(option(12, [], 11)), ...record([0], 1, [])],
      'FORMERR OPT_OPTIONS',
    ],
    ['a record longer than the message', opt(option(12), { rdlength: 5 }), 'FORMERR RECORD_CUT'],
  ] as const)('%s', ([, octets, expected]) => {
    expect(withAdditional(octets)).toBe(expected);
  });

  test('a malformed OPT is answered with the question but without OPT', () => {
    const parsed = parseQuery(message(header({ counts: [1, 0, 0, 1] }), question(qname), opt([0])));
    expect(parsed).toMatchObject({
      kind: 'error',
      to: { edns: undefined, question: Uint8Array.from(question(qname)) },
    });
  });

  test('a fault behind a good OPT is answered with OPT', () => {
    const parsed = parseQuery(message(header({ counts: [1, 0, 0, 1] }), question(qname), opt(option(12)), [0]));
    expect(parsed).toMatchObject({ fault: 'TRAILING_OCTETS', to: { edns: { wantsPadding: true } } });
  });
});

describe('EDNS version (RFC 6891 §6.1.3)', () => {
  test.for([1, 2, 255])('%i is BADVERS, with the question and OPT', (version) => {
    const octets = message(
      header({ id: 3, counts: [1, 0, 0, 1] }),
      question(qname),
      opt([], { version, flags: 0x8000 }),
    );
    expect(parseQuery(octets)).toMatchObject({
      kind: 'error',
      rcode: 'BADVERS',
      fault: 'EDNS_VERSION',
      to: { id: 3, recursionDesired: true, question: Uint8Array.from(question(qname)), edns: { dnssecOk: true } },
    });
  });

  test('a format error comes before the version', () => {
    expect(withAdditional([...opt([], { version: 1 }), 0])).toBe('FORMERR TRAILING_OCTETS');
    expect(withAdditional(opt([0], { version: 1 }))).toBe('FORMERR OPT_OPTIONS');
  });

  test('the version comes before class and type', () => {
    const octets = message(header({ counts: [1, 0, 0, 1] }), question(qname, 252, 3), opt([], { version: 1 }));
    expect(verdict(parseQuery(octets))).toBe('BADVERS EDNS_VERSION');
  });
});
