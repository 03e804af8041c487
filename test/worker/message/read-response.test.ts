import { describe, expect, test } from 'vitest';
import { headerFlags, type ResponseMessage, readResponse } from '../../../worker/message/read-response.ts';
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

type Octets = readonly number[];

const response = 0x8180;
const toQuestion: Octets = [0xc0, 12];
const asked = question(dotted('web.example'));
const a = record(toQuestion, 1, [10, 0, 0, 1]);

/** A response to `asked`. */
function withSections(
  answer: readonly Octets[],
  authority: readonly Octets[] = [],
  additional: readonly Octets[] = [],
) {
  const counts = [1, answer.length, authority.length, additional.length] as const;
  return message(header({ flags: response, counts }), asked, ...answer, ...authority, ...additional);
}

function read(octets: Uint8Array): ResponseMessage {
  const found = readResponse(octets);
  if (found === undefined) throw new Error('not read');
  return found;
}

function text(wire: Octets): string {
  return String.fromCharCode(...wire);
}

describe('header and question', () => {
  test('id, flags, question and records, letters as they came', () => {
    const octets = message(
      header({ id: 0xcafe, flags: 0x8510, counts: [1, 1, 0, 0] }),
      question(dotted('WeB.example'), 28, 3),
      a,
    );
    expect(read(octets)).toEqual({
      id: 0xcafe,
      flags: 0x8510,
      rcode: 0,
      question: { qname: text(dotted('WeB.example')), qtype: 28, qclass: 3 },
      answer: [
        { owner: text(dotted('WeB.example')), type: 1, class: 1, ttlSeconds: 30, data: Uint8Array.of(10, 0, 0, 1) },
      ],
      authority: [],
      additional: [],
      edns: undefined,
    });
  });

  test('flags have names', () => {
    const set = (flags: number) =>
      Object.entries(headerFlags).flatMap(([flag, bit]) => ((flags & bit) === 0 ? [] : [flag]));
    expect(set(0x8180)).toEqual(['response', 'recursionDesired', 'recursionAvailable']);
    expect(set(0x8630)).toEqual(['response', 'authoritative', 'truncated', 'authenticData', 'checkingDisabled']);
  });

  test('an error may repeat no question', () => {
    expect(read(message(header({ flags: 0x8001, counts: [0, 0, 0, 0] })))).toMatchObject({
      question: undefined,
      rcode: 1,
    });
  });

  test('sections keep their records in order', () => {
    const owned = (label: string) => record(name(label), 1, [10, 0, 0, 1]);
    const found = read(withSections([owned('a'), owned('b')], [owned('c')], [owned('d'), owned('e')]));
    const owners = (records: ResponseMessage['answer']) => records.map(({ owner }) => owner.charAt(1)).join('');
    expect([found.answer, found.authority, found.additional].map(owners)).toEqual(['ab', 'c', 'de']);
  });

  test('a TTL of 32 bits', () => {
    const highest = [...toQuestion, 0, 1, 0, 1, 255, 255, 255, 255, 0, 0];
    expect(read(withSections([highest])).answer[0]?.ttlSeconds).toBe(4_294_967_295);
  });
});

describe('names in data are written out', () => {
  const ns = [...name('ns').slice(0, -1), ...toQuestion];
  const whole = dotted('ns.web.example');

  test.for<[string, number, Octets, Octets]>([
    ['NS', 2, ns, whole],
    ['CNAME', 5, ns, whole],
    ['PTR', 12, toQuestion, dotted('web.example')],
    ['SOA', 6, [...ns, ...toQuestion, ...repeat(20, [7])], [...whole, ...dotted('web.example'), ...repeat(20, [7])]],
    ['MINFO', 14, [...ns, ...ns], [...whole, ...whole]],
    ['MX', 15, [0, 10, ...ns], [0, 10, ...whole]],
    ['RP', 17, [...ns, ...ns], [...whole, ...whole]],
    ['AFSDB', 18, [0, 1, ...ns], [0, 1, ...whole]],
    ['PX', 26, [0, 1, ...ns, ...ns], [0, 1, ...whole, ...whole]],
    ['SRV', 33, [0, 0, 0, 50, 0, 80, ...ns], [0, 0, 0, 50, 0, 80, ...whole]],
    ['SRV, uncompressed', 33, [0, 0, 0, 50, 0, 80, ...whole], [0, 0, 0, 50, 0, 80, ...whole]],
    ['data of other types as it is', 16, [2, 0xc0, 12], [2, 0xc0, 12]],
    ['no data', 1, [], []],
  ])('%s', ([, type, data, written]) => {
    expect(read(withSections([record(toQuestion, type, data)])).answer[0]?.data).toEqual(Uint8Array.from(written));
  });

  test('through a pointer into other data', () => {
    const first = record(toQuestion, 5, dotted('a.b'));
    const at = 12 + asked.length + 2 + 10;
    const second = record([0xc0, at], 5, [1, 0x63, 0xc0, at + 2]);
    expect(read(withSections([first, second])).answer[1]).toMatchObject({
      owner: text(dotted('a.b')),
      data: Uint8Array.from(dotted('c.b')),
    });
  });

  test('a pointer that leads to a pointer', () => {
    const first = record(toQuestion, 5, toQuestion);
    const at = 12 + asked.length + 2 + 10;
    expect(read(withSections([first, record([0xc0, at], 1, [])])).answer[1]?.owner).toBe(text(dotted('web.example')));
  });

  test('255 octets, and no more', () => {
    const longest = nameOfOctets(255);
    const of = (owner: Octets) =>
      readResponse(message(header({ flags: response, counts: [1, 1, 0, 0] }), question(longest), record(owner, 1, [])));
    expect(of(toQuestion)?.answer[0]?.owner).toBe(text(longest));
    expect(of(longest)?.answer[0]?.owner).toBe(text(longest));
    expect(of([1, 0x61, ...toQuestion])).toBeUndefined();
    expect(of(nameOfOctets(256))).toBeUndefined();
  });
});

describe('the OPT record', () => {
  test('is no record of the additional section', () => {
    const found = read(withSections([], [], [a, opt()]));
    expect(found.additional.length).toBe(1);
    expect(found.edns).toEqual({ upperRcode: 0, extendedErrors: [] });
  });

  test('has the upper bits of the RCODE', () => {
    expect(read(withSections([], [], [opt([], { rcode: 1, flags: 0x8000 })])).rcode).toBe(16);
  });

  test('has extended errors', () => {
    const said = (words: string) => [...new TextEncoder().encode(words)];
    const options = [
      ...option(3, [1, 2]),
      ...option(15, [0, 22, ...said('zu spät')]),
      ...option(15, [1, 0]),
      ...option(15, [0, 3, ...said('ended'), 0]),
      ...option(15, [9]),
      ...option(15, [0, 0, 0xff]),
    ];
    expect(read(withSections([], [], [opt(options)])).edns?.extendedErrors).toEqual([
      { code: 22, text: 'zu spät' },
      { code: 256, text: '' },
      { code: 3, text: 'ended' },
      { code: 0, text: '\u{fffd}' },
    ]);
  });

  test.for<[string, Uint8Array]>([
    ['twice', withSections([], [], [opt(), opt()])],
    ['in the answer', withSections([opt()])],
    ['in the authority section', withSections([], [opt()])],
    ['with an owner', withSections([], [], [opt([], { owner: toQuestion })])],
    ['an option longer than the record', withSections([], [], [opt(option(3, [1], 2))])],
    ['half an option', withSections([], [], [opt([0, 3, 0])])],
  ])('malformed: %s', ([, octets]) => {
    expect(readResponse(octets)).toBeUndefined();
  });
});

describe('malformed', () => {
  test.for<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['half a header', Uint8Array.from(header({ flags: response }).slice(0, 11))],
    ['a query', message(header(), asked)],
    ['two questions', message(header({ flags: response, counts: [2, 0, 0, 0] }), asked, asked)],
    ['a missing question', message(header({ flags: response }))],
    ['a missing record', message(header({ flags: response, counts: [1, 1, 0, 0] }), asked)],
    ['65,535 records claimed', message(header({ flags: response, counts: [1, 65535, 65535, 65535] }), asked)],
    [
      '65,536 octets',
      withSections([record(toQuestion, 16, zeros(65_536 - withSections([record(toQuestion, 16, [])]).length))]),
    ],
    ['one octet left over', message(withSections([a]) as unknown as Octets, [0])],
    ['a record too many', message(header({ flags: response }), asked, a)],
    ['RDLENGTH past the end', withSections([record(toQuestion, 1, [10, 0, 0, 1], 5)])],
    ['a name past RDLENGTH', withSections([record(toQuestion, 5, dotted('a.b'), 4), a])],
    ['a name short of RDLENGTH', withSections([record(toQuestion, 5, [...dotted('a.b'), 0])])],
    ['an SOA without its numbers', withSections([record(toQuestion, 6, [...toQuestion, ...toQuestion])])],
    ['an MX without a name', withSections([record(toQuestion, 15, [0, 1]), a])],
    ['a CNAME without data', withSections([record(toQuestion, 5, []), a])],
    ['a label type of 01', withSections([record([0x41, 0], 1, [])])],
    ['a label type of 10', withSections([record([0x81, 0], 1, [])])],
    ['a pointer into the header', withSections([record([0xc0, 4], 1, [])])],
    ['a pointer without its second octet', message(header({ flags: response, counts: [1, 1, 0, 0] }), asked, [0xc0])],
    ['a label past the end', message(header({ flags: response, counts: [1, 1, 0, 0] }), asked, [63, 1])],
  ])('%s', ([, octets]) => {
    expect(readResponse(octets)).toBeUndefined();
  });

  test('cut anywhere', () => {
    const whole = withSections(
      [a, record(toQuestion, 5, dotted('a.b'))],
      [record(toQuestion, 2, toQuestion)],
      [a, opt(option(15, [0, 3]))],
    );
    expect(readResponse(whole)).toBeDefined();
    for (let length = 0; length < whole.length; length += 1) {
      expect(readResponse(whole.subarray(0, length)), `${length} octets`).toBeUndefined();
    }
  });

  test('with any octet changed, it is read or not, and nothing is thrown', () => {
    const whole = withSections([a, record(toQuestion, 5, dotted('a.b'))], [], [opt(option(15, [0, 3]))]);
    for (let at = 0; at < whole.length; at += 1) {
      for (const value of [0, 1, 12, 63, 64, 0xc0, 0xff]) {
        const changed = Uint8Array.from(whole);
        changed[at] = value;
        expect(() => readResponse(changed)).not.toThrow();
      }
    }
  });
});

describe('pointers that lead nowhere', () => {
  const start = 12 + asked.length;
  const pointer = (at: number): Octets => [0xc0 | (at >> 8), at & 255];

  test.for<[string, Octets]>([
    ['itself', pointer(start)],
    ['its own labels', [1, 0x61, ...pointer(start)]],
    ['the middle of itself', [1, 0x61, 1, 0x62, ...pointer(start + 2)]],
    ['what comes later', pointer(start + 2)],
    ['past the end', pointer(0x3fff)],
  ])('%s', ([, owner]) => {
    expect(readResponse(withSections([record(owner, 1, [])]))).toBeUndefined();
  });

  test('two that lead to each other', () => {
    const first = record(pointer(start + 12), 1, []);
    const second = record(pointer(start), 1, []);
    expect(readResponse(withSections([first, second]))).toBeUndefined();
  });
});

describe('messages made to be slow', () => {
  const pointer = (at: number): Octets => [0xc0 | (at >> 8), at & 255];
  /** A record of a type without names, so its data is only ever pointed into; what follows it begins at `after`. */
  const pit = (data: Octets): { record: Octets; at: number; after: number } => {
    const at = 12 + asked.length + 2 + 10;
    return { record: record(toQuestion, 16, data), at, after: at + data.length };
  };

  test('a chain of pointers is followed 127 times', () => {
    const chain = (length: number) => {
      const { record: hidden, at } = pit([1, 0x61, 0]);
      const hops = Array.from({ length }, (_, i) => pointer(i === 0 ? at : at + 3 + (i - 1) * 2)).flat();
      const { record: whole, at: from } = pit([1, 0x61, 0, ...hops]);
      expect(hidden.length).toBeLessThan(whole.length);
      return readResponse(withSections([whole, record(pointer(from + 3 + (length - 1) * 2), 1, [])]));
    };
    expect(chain(126)?.answer[1]?.owner).toBe('\x01a\0');
    expect(chain(127)).toBeUndefined();
  });

  test('thousands of pointers to places of their own in a pit of labels', () => {
    // Names of 255 octets one behind the other; half of their octets begin a name that was not met before.
    const { record: labels, at } = pit(repeat(55, [...repeat(127, [1, 1]), 0]));
    let next = 0;
    const fresh = (): Octets => {
      next += 1;
      return pointer(at + 255 * (next % 55) + 2 * (Math.floor(next / 55) % 127));
    };
    const records = Array.from({ length: 2_300 }, () => record(fresh(), 14, [...fresh(), ...fresh()]));
    const found = readResponse(withSections([labels, ...records]));
    expect(found?.answer.length).toBe(2_301);
  });

  test('thousands of names that end alike are no attack', () => {
    const longest = nameOfOctets(250);
    const records = Array.from({ length: 3_500 }, (_, i) =>
      record([3, i >> 8, i & 255, 0, ...toQuestion], 2, toQuestion),
    );
    const octets = message(header({ flags: response, counts: [1, 3_500, 0, 0] }), question(longest), ...records);
    expect(octets.length).toBeLessThan(65_535);
    expect(readResponse(octets)?.answer.length).toBe(3_500);
  });

  test('a long chain is read where each of its pointers was met before', () => {
    const start = 12 + asked.length;
    const records = Array.from({ length: 1_000 }, (_, i) =>
      record(pointer(i === 0 ? 12 : start + 12 * (i - 1)), 1, []),
    );
    expect(readResponse(withSections(records))?.answer.at(-1)?.owner).toBe(text(dotted('web.example')));
  });

  test('every label of a long name, pointed to', () => {
    const labels = repeat(125, [1, 0x61]);
    const records = Array.from({ length: 4_000 }, (_, i) => record(pointer(12 + 2 * (i % 125)), 1, []));
    const octets = message(header({ flags: response, counts: [1, 4_000, 0, 0] }), question([...labels, 0]), ...records);
    expect(readResponse(octets)?.answer.map(({ owner }) => owner.length)).toEqual(
      records.map((_, i) => 251 - 2 * (i % 125)),
    );
  });

  test('an OPT record of empty options', () => {
    const octets = withSections([], [], [opt(repeat(16_000, option(15)))]);
    expect(readResponse(octets)?.edns?.extendedErrors).toEqual([]);
  });

  test('zeros', () => {
    expect(readResponse(message(header({ flags: response, counts: [0, 65535, 0, 0] }), zeros(65_000)))).toBeUndefined();
  });
});
