/** Writers share blocks of memory; none sees another's octets. */
import { expect, test } from 'vitest';
import { OctetWriter } from '../../../zone/image/octet-writer.ts';

test('writers in turns', () => {
  // Leaves a block that is not full.
  new OctetWriter().finish();
  const [one, two] = [new OctetWriter(), new OctetWriter()];
  one.text('ab');
  two.text('xy');
  one.text('c');
  const first = one.finish();
  const three = new OctetWriter();
  three.text('123');
  two.text('z');
  expect([first, two.finish(), three.finish()].map(textOf)).toEqual(['abc', 'xyz', '123']);
  expect(textOf(first)).toBe('abc');
});

test('what was finished stays as it is, whatever is written behind it', () => {
  const finished = Array.from({ length: 300 }, (_, i) => {
    const out = new OctetWriter();
    out.text(String(i).repeat(200));
    return out.finish();
  });
  expect(finished.map(textOf)).toEqual(Array.from({ length: 300 }, (_, i) => String(i).repeat(200)));
});

test('a finished writer writes behind nothing that is not its own', () => {
  const out = new OctetWriter();
  out.text('a');
  const finished = out.finish();
  const next = new OctetWriter();
  next.text('b');
  const other = next.finish();
  out.text('c');
  expect([finished, other].map(textOf)).toEqual(['a', 'b']);
});

function textOf(octets: Uint8Array): string {
  return String.fromCharCode(...octets);
}
