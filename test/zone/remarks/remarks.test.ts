/** Lines of remarks: what is one, and which remark fits a name. */
import { describe, expect, test } from 'vitest';
import { formatRemarkLine } from '../../../zone/remarks/format.ts';
import { fillIn, type NameRemarks, type Remark, readRemarkLine, remarkOn } from '../../../zone/remarks/remarks.ts';
import { maxLineOctets } from '../../../zone/supplement/supplement.ts';

function remark(code: string, cause = 'It is so.', next = 'Do this.'): Remark {
  return { code, cause, next };
}

const line: NameRemarks = {
  name: 'redis.cache.svc',
  at: remark('AT_NAME'),
  below: remark('BELOW'),
  service: remark('NO_PORT'),
  names: { 'redis-2': remark('NOT_READY'), '_http._tcp': remark('PORT_MISSING') },
};

describe('a line', () => {
  test('is written with its name first, and read again', () => {
    const text = formatRemarkLine(line)!;
    expect(text).toMatch(
      /^\{"name":"redis\.cache\.svc","at":\{"code":"AT_NAME","cause":"It is so\.","next":"Do this\."\},/,
    );
    expect(readRemarkLine(text)).toEqual(line);
  });

  test.for<[string, NameRemarks]>([
    ['of the zone itself', { name: '', below: remark('BELOW') }],
    ['with nothing but its name', { name: 'svc' }],
  ])('%s', ([, remarks]) => {
    expect(readRemarkLine(formatRemarkLine(remarks)!)).toEqual({ ...remarks, names: {} });
  });

  test.for<[string, string]>([
    ['nothing', ''],
    ['no JSON', '{"name":"svc"'],
    ['null', 'null'],
    ['a list', '["svc"]'],
    ['without a name', '{"names":{}}'],
    ['with a number as its name', '{"name":5}'],
    ['with capitals in its name', '{"name":"Svc"}'],
    ['with a final dot', '{"name":"svc."}'],
    ['with an empty label', '{"name":"a..b"}'],
    ['with a label that is too long', `{"name":"${'x'.repeat(64)}"}`],
    ['with a name that is too long', `{"name":"${'x.'.repeat(126)}xx"}`],
    ['with an escape in its name', '{"name":"a\\\\.b"}'],
    ['that is too long', `{"name":"svc"}${' '.repeat(maxLineOctets)}`],
  ])('is none: %s', ([, text]) => {
    expect(readRemarkLine(text)).toBeUndefined();
  });

  test.for<[string, unknown]>([
    ['no object', 'NOT_READY'],
    ['null', null],
    ['a list', [remark('NOT_READY')]],
    ['without a code', { cause: 'It is so.', next: 'Do this.' }],
    ['with a code of another form', remark('not-ready')],
    ['without a cause', { code: 'NOT_READY', next: 'Do this.' }],
    ['with an empty cause', remark('NOT_READY', '')],
    ['with a line feed', remark('NOT_READY', 'It is\nso.')],
    ['with an escape sequence of a terminal', remark('NOT_READY', 'It is \u001b[31mso.')],
    ['with letters beyond ASCII', remark('NOT_READY', 'It is s\u00f6.')],
    ['with a sentence that is too long', remark('NOT_READY', 'x'.repeat(401))],
    ['with an object as what to do', { ...remark('NOT_READY'), next: {} }],
  ])('leaves out what is no remark: %s', ([, value]) => {
    const text = JSON.stringify({
      name: 'svc',
      at: value,
      below: remark('BELOW'),
      names: { x: value, y: remark('YES') },
    });
    expect(readRemarkLine(text)).toEqual({ name: 'svc', below: remark('BELOW'), names: { y: remark('YES') } });
  });

  test('leaves out names that are none, and members that nobody knows', () => {
    const names = { Redis: remark('X'), 'a b': remark('X'), 'a..b': remark('X'), 'redis-2': remark('YES') };
    const read = readRemarkLine(JSON.stringify({ name: 'svc', names, more: ['redis-0'] }));
    expect(read).toEqual({ name: 'svc', names: { 'redis-2': remark('YES') } });
  });

  test('has no names but those that it lists', () => {
    const { names } = readRemarkLine('{"name":"svc","names":{"__proto__":{"code":"OWN","cause":"So.","next":"Do."}}}')!;
    expect(Object.keys(names!)).toEqual(['__proto__']);
    for (const label of ['constructor', 'tostring', 'valueOf']) expect(names![label]).toBeUndefined();
    expect(Object.values(names!)).toEqual([remark('OWN', 'So.', 'Do.')]);
  });
});

describe('what is too long', () => {
  const long = remark('NOT_READY', 'x'.repeat(180));
  const namesOf = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`redis-${i}`, long] as const));

  test('loses its names first', () => {
    const read = (count: number) => readRemarkLine(formatRemarkLine({ ...line, names: namesOf(count) })!)!;
    expect(read(1000)).toEqual({ ...line, names: namesOf(1000) });
    expect(read(2000)).toEqual({ ...line, names: {} });
  });

  test('is not written at last', () => {
    expect(formatRemarkLine({ name: 'svc', at: remark('AT_NAME', 'x'.repeat(maxLineOctets)) })).toBeUndefined();
  });

  test('may be told to be shorter at once', () => {
    expect(readRemarkLine(formatRemarkLine(line, 'without-names')!)).toEqual({ ...line, names: {} });
  });
});

test.for<[labels: string, code: string | undefined]>([
  ['', 'AT_NAME'],
  ['redis-2', 'NOT_READY'],
  ['redis-9', 'BELOW'],
  ['x.redis-2', 'BELOW'],
  ['_http._tcp', 'PORT_MISSING'],
  ['_https._tcp', 'NO_PORT'],
  ['_tcp', 'NO_PORT'],
  ['constructor', 'BELOW'],
])('the remark on "%s"', ([labels, code]) => {
  expect(remarkOn(line, labels)?.code).toBe(code);
});

test('where a line says nothing of ports, what it says of all names holds for them too', () => {
  expect(remarkOn({ name: 'svc', below: remark('BELOW') }, '_http._tcp')?.code).toBe('BELOW');
  expect(remarkOn({ name: 'svc', at: remark('AT_NAME') }, 'x')).toBeUndefined();
  expect(remarkOn({ name: 'svc', below: remark('BELOW') }, '')).toBeUndefined();
});

test.for<[string, string]>([
  ['Nothing to fill in.', 'Nothing to fill in.'],
  ['{label}.svc.{zone}', 'redis-0.redis.cahce.svc.cluster.local'],
  ['Namespace {child}, {child} and {other}', 'Namespace cahce, cahce and {other}'],
])('what was asked is filled in: %s', ([text, expected]) => {
  expect(fillIn(text, 'cluster.local', 'redis-0.redis.cahce')).toBe(expected);
});

test('what is filled in is filled in once', () => {
  expect(fillIn('{label} {zone}', '{label}', '{zone}$&')).toBe('{zone}$& {label}');
});
