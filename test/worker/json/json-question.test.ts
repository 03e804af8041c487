/** What is asked by the parameters of a URL, and what is said of wrong ones. */
import { describe, expect, test } from 'vitest';
import { readJsonQuestion } from '../../../worker/json/json-question.ts';
import { queryFor } from '../../../worker/json/query-message.ts';
import { formatName } from '../../../zone/name.ts';

const name = 'web.shop.svc.cluster.local';

function read(search: string): ReturnType<typeof readJsonQuestion> {
  return readJsonQuestion((parameter) => new URLSearchParams(search).get(parameter) ?? undefined);
}

/** What is asked, in one line; or what is wrong. */
function asked(search: string): string {
  const question = read(search);
  if ('reason' in question) return question.reason;
  const { name: asName, qtype, dnssecOk, checkingDisabled } = question;
  return [formatName(asName), qtype, ...(dnssecOk ? ['DO'] : []), ...(checkingDisabled ? ['CD'] : [])].join(' ');
}

describe('name', () => {
  test.for([
    ['without a final dot', name, `${name}.`],
    ['with one', `${name}.`, `${name}.`],
    ['in other letters', 'WeB.Example', 'WeB.Example.'],
    ['the root', '.', '.'],
    ['of one label', 'web', 'web.'],
    ['with underscores', '_http._tcp.web', '_http._tcp.web.'],
    ['in punycode', 'xn--bcher-kva.example', 'xn--bcher-kva.example.'],
    ['with an escaped dot', 'a\\.b.example', 'a\\.b.example.'],
    ['with octets in decimal', '\\000\\255\\065.example', '\\000\\255A.example.'],
    ['with a backslash', 'a\\\\b', 'a\\\\b.'],
    ['with a space', 'a b', 'a\\032b.'],
    ['with an escaped dot at its end', 'a\\.', 'a\\..'],
    ['a label of 63 octets', 'x'.repeat(63), `${'x'.repeat(63)}.`],
    ['253 characters', `${'x'.repeat(63)}.${'x'.repeat(63)}.${'x'.repeat(63)}.${'x'.repeat(61)}`, undefined],
  ] as const)('%s', ([, text, expected]) => {
    expect(asked(`name=${encodeURIComponent(text)}`)).toBe(`${expected ?? `${text}.`} 1`);
  });

  const isNone = (text: string, why: string): string => `"${text}" is not a domain name: ${why}`;
  const needed = 'a "name" parameter is needed, such as name=web.shop.svc.cluster.local';

  test.for([
    ['an empty one', '', needed],
    ['an empty label', 'a..b', isNone('a..b', 'a label is empty')],
    ['a dot in front', '.a', isNone('.a', 'a label is empty')],
    ['two dots', '..', isNone('..', 'a label is empty')],
    ['a label of 64 octets', `${'x'.repeat(64)}.a`, isNone(`${'x'.repeat(64)}.a`, 'a label is longer than 63 octets')],
    ['128 labels', `${'x.'.repeat(127)}x`, isNone(`${'x.'.repeat(40)}…`, 'it is longer than 255 octets')],
    [
      'an octet above 255',
      'a\\256',
      isNone('a\\256', 'a backslash must be followed by a character or by three digits up to 255'),
    ],
    [
      'a backslash at its end',
      'a\\',
      isNone('a\\', 'a backslash must be followed by a character or by three digits up to 255'),
    ],
    [
      'other letters',
      'bücher.example',
      isNone('bücher.example', 'only ASCII is allowed; write other names in punycode ("xn--…")'),
    ],
    [
      'the Kelvin sign',
      '\u212aube',
      isNone('\u212aube', 'only ASCII is allowed; write other names in punycode ("xn--…")'),
    ],
  ] as const)('%s', ([, text, expected]) => {
    expect(asked(`name=${encodeURIComponent(text)}`)).toBe(expected);
  });

  test('none', () => {
    expect(asked('')).toBe(needed);
    expect(asked('Name=a')).toBe(needed);
  });
});

describe('type', () => {
  test.for([
    ['', 1],
    ['&type=A', 1],
    ['&type=a', 1],
    ['&type=AAAA', 28],
    ['&type=aaaa', 28],
    ['&type=Srv', 33],
    ['&type=NSAP-PTR', 23],
    ['&type=HTTPS', 65],
    ['&type=ANY', 255],
    ['&type=*', 255],
    ['&type=CAA', 257],
    ['&type=TYPE65', 65],
    ['&type=type65280', 65280],
    ['&type=1', 1],
    ['&type=65535', 65535],
  ] as const)('%s', ([search, code]) => {
    expect(asked(`name=a${search}`)).toBe(`a. ${code}`);
  });

  test.for([
    '',
    '0',
    '65536',
    '100000',
    '-1',
    '+1',
    '1.0',
    '0x1',
    '01',
    ' 1',
    'TYPE0',
    'TYPE65536',
    'TYPE',
    'AA',
    'constructor',
    '__proto__',
  ])('"%s" is none', (type) => {
    expect(asked(`name=a&type=${encodeURIComponent(type)}`)).toBe(
      '"type" must be a record type such as AAAA or SRV, or a number from 1 to 65535',
    );
  });
});

describe('do and cd', () => {
  test.for([
    ['&do=1', 'a. 1 DO'],
    ['&do=true', 'a. 1 DO'],
    ['&do=TRUE', 'a. 1 DO'],
    ['&do=0', 'a. 1'],
    ['&do=false', 'a. 1'],
    ['&do=', 'a. 1'],
    ['&cd=1', 'a. 1 CD'],
    ['&cd=true&do=1', 'a. 1 DO CD'],
    ['&cd=', 'a. 1'],
    ['&do=2', '"do" must be 0, 1, false or true'],
    ['&do=yes', '"do" must be 0, 1, false or true'],
    ['&cd=-1', '"cd" must be 0, 1, false or true'],
    ['&cd=%00', '"cd" must be 0, 1, false or true'],
  ] as const)('%s', ([search, expected]) => {
    expect(asked(`name=a${search}`)).toBe(expected);
  });
});

describe('as a DNS message', () => {
  test.for([
    ['name=WeB.Example', { dnssecOk: false, checkingDisabled: false }],
    ['name=WeB.Example&do=1', { dnssecOk: true, checkingDisabled: false }],
    ['name=WeB.Example&cd=1', { dnssecOk: false, checkingDisabled: true }],
  ] as const)('%s', ([search, { dnssecOk, checkingDisabled }]) => {
    const question = read(`${search}&type=SRV`);
    if ('reason' in question) throw new Error(question.reason);
    expect(queryFor(question)).toMatchObject({
      id: 0,
      opcode: 0,
      recursionDesired: true,
      checkingDisabled,
      question: Uint8Array.from([3, 0x57, 0x65, 0x42, 7, 0x45, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0, 0, 33, 0, 1]),
      qtype: 33,
      qclass: 1,
      edns: { dnssecOk, wantsPadding: false, wantsNsid: false, wantsZoneVersion: false },
    });
  });

  test('the longest name there is', () => {
    const question = read(`name=${'x.'.repeat(126)}x`);
    if ('reason' in question) throw new Error(question.reason);
    expect(queryFor(question).qname.length).toBe(255);
  });
});
