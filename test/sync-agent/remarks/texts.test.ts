/** Every sentence, as people read it: texts.golden. Write it anew with KUBE_DOH_WRITE_GOLDEN=1, and read the difference. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Observed } from './observed.ts';
import { everywhere, type SetUp, setUps } from './set-ups.ts';

const golden = new URL('texts.golden', import.meta.url);

/** Readable in two lines and a half of a terminal. */
const maxCharacters = 200;

function observed({ options, services = [], slices = [] }: SetUp): Observed {
  return new Observed({ ...everywhere, services, slices }, options);
}

describe.each(setUps)('$title', (setUp) => {
  const { asked, code } = setUp;
  const world = observed(setUp);
  const remark = world.remarkOn(asked);

  test('the name has no records, and the remark says why', () => {
    expect(world.owners).not.toContain(asked);
    expect(remark?.code).toBe(code);
  });

  test('one plain sentence says it, and one what to do', () => {
    for (const text of [remark!.cause, remark!.next]) {
      expect(text).toMatch(/^["A-Za-z0-9_][ -~]*[^.]\.$/);
      expect(text).not.toMatch(/\. [A-Z]|[{}]|undefined|\bnull\b|! /);
      expect(text.length).toBeLessThanOrEqual(maxCharacters);
    }
  });
});

test('the texts are those of texts.golden', () => {
  const text = setUps
    .map((setUp) => {
      const { code, cause, next } = observed(setUp).remarkOn(setUp.asked)!;
      return `# ${setUp.title}: ${setUp.asked}\n${code}\n${cause}\n${next}\n`;
    })
    .join('\n');
  if (process.env['KUBE_DOH_WRITE_GOLDEN'] !== undefined) writeFileSync(golden, text);
  expect(text).toBe(readFileSync(golden, 'utf8'));
});

test('no set-up is there twice', () => {
  expect(new Set(setUps.map(({ title }) => title)).size).toBe(setUps.length);
});
