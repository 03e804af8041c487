import { describe, expect, test } from 'vitest';
import { withBlock, withoutBlock } from '../../../client/export/hosts-block.ts';

const lines = ['10.0.0.1 web.default.svc.cluster.local'];
const block = (name: string, end = '\n', all = lines): string =>
  [`# BEGIN kube-doh ${name}`, ...all, `# END kube-doh ${name}`].join(end);

test.for([
  ['an empty file', '', `${block('prod')}\n`],
  ['a file of lines', '127.0.0.1 localhost\n', `127.0.0.1 localhost\n${block('prod')}\n`],
  ['no final line end', '127.0.0.1 localhost', `127.0.0.1 localhost\n${block('prod')}`],
  ['lines as Windows has them', '# x\r\n', `# x\r\n${block('prod', '\r\n')}\r\n`],
  ['mixed lines', '# x\r\n# y\n', `# x\r\n# y\n${block('prod')}\n`],
  ['another profile', `${block('test')}\n`, `${block('test')}\n${block('prod')}\n`],
  ['a name that begins alike', `${block('prod2')}\n`, `${block('prod2')}\n${block('prod')}\n`],
  ['an older block', `a\n${block('prod', '\n', ['old'])}\nb\n`, `a\n${block('prod')}\nb\n`],
  ['an older block at the very end', `a\n${block('prod', '\n', [])}`, `a\n${block('prod')}`],
  ['an older block of Windows', `${block('prod', '\r\n', ['old'])}\r\nb\n`, `${block('prod', '\r\n')}\r\nb\n`],
] as const)('into %s', ([, before, after]) => {
  expect(withBlock(before, 'prod', lines)).toBe(after);
});

test('where no line says how lines end, the system does', () => {
  expect(withBlock('', 'prod', lines, '\r\n')).toBe(`${block('prod', '\r\n')}\r\n`);
  expect(withBlock('# x', 'prod', lines, '\r\n')).toBe(`# x\r\n${block('prod', '\r\n')}`);
});

test.for([
  ['one of two', `a\n${block('prod')}\n${block('test')}\nb\n`, 'prod', `a\n${block('test')}\nb\n`],
  ['all', `a\n${block('prod')}\n${block('test')}\nb\n`, undefined, 'a\nb\n'],
  ['one that is not there', `a\n${block('test')}\n`, 'prod', `a\n${block('test')}\n`],
  ['two of one name', `${block('prod')}\na\n${block('prod')}\n`, 'prod', 'a\n'],
  ['one behind which somebody wrote', `a\n${block('prod')}\nb`, 'prod', 'a\nb'],
] as const)('out of a file: %s', ([, before, name, after]) => {
  expect(withoutBlock(before, name)).toBe(after);
});

describe('a file that was not there', () => {
  const first = '# This file was made by kube-doh hosts, and goes with the last of its names.';

  test.for(['\n', '\r\n'] as const)('says so, and goes with its last block (%j)', (end) => {
    const made = withBlock(undefined, 'prod', lines, end);
    expect(made).toBe(`${first}${end}${block('prod', end)}${end}`);
    expect(withoutBlock(made)).toBeUndefined();
    expect(withoutBlock(made, 'prod')).toBeUndefined();
    const both = withBlock(made, 'test', lines, end);
    expect(withoutBlock(both, 'prod')).toBe(`${first}${end}${block('test', end)}${end}`);
    expect(withoutBlock(withoutBlock(both, 'prod'), 'test')).toBeUndefined();
  });

  test('stays with what somebody else has written into it', () => {
    const made = withBlock(undefined, 'prod', lines);
    expect(withoutBlock(`${made}127.0.0.1 localhost\n`)).toBe('127.0.0.1 localhost\n');
  });

  test('has nothing to take out', () => expect(withoutBlock(undefined)).toBeUndefined());

  test('is no empty file', () => expect(withoutBlock(withBlock('', 'prod', lines))).toBe(''));
});

describe('marks that somebody edited', () => {
  test.for([
    ['no end', '# BEGIN kube-doh prod\nx\n', '# BEGIN kube-doh prod'],
    ['no beginning', 'x\n# END kube-doh prod\n', '# END kube-doh prod'],
    ['another end', '# BEGIN kube-doh prod\n# END kube-doh test\n', '# END kube-doh test'],
    ['one within the other', '# BEGIN kube-doh prod\n# BEGIN kube-doh test\n', '# BEGIN kube-doh prod'],
  ] as const)('%s', ([, text, line]) => {
    const error = expect.objectContaining({ code: 'HOSTS_BLOCK', message: expect.stringContaining(`"${line}"`) });
    expect(() => withBlock(text, 'prod', lines)).toThrow(error);
    expect(() => withoutBlock(text)).toThrow(error);
  });

  test.for(['# BEGIN kube-doh', '#BEGIN kube-doh prod', ' # BEGIN kube-doh prod', '# BEGIN kube-doh prod x'])(
    '"%s" is none',
    (line) => expect(withoutBlock(`${line}\n`)).toBe(`${line}\n`),
  );
});
