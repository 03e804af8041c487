/** The first cause in broken set-ups, read as from an API server. */
import { describe, expect, test } from 'vitest';
import { askedName } from '../../../../client/why/kube/asked-name.ts';
import { findCause } from '../../../../client/why/kube/find-cause.ts';
import { type Finding, findingCodes } from '../../../../client/why/kube/finding.ts';
import { readObjects } from '../../../../client/why/kube/read-objects.ts';
import { columns, wrapped } from '../../../../client/why/wrapped.ts';
import { parseRelativeName } from '../../../../zone/name.ts';
import { PocketApi } from './pocket-api.ts';
import { type SetUp, setUps } from './set-ups.ts';

async function causeIn({ name, objects, forbidden = [] }: SetUp): Promise<Finding | undefined> {
  const asked = askedName(parseRelativeName(name))!;
  return findCause({ ...asked, zone: 'cluster.local' }, await readObjects(new PocketApi(objects, forbidden), asked));
}

describe.each(setUps)('$what: $name', (setUp) => {
  test(`is ${setUp.code}`, async () => {
    expect((await causeIn(setUp))?.code).toBe(setUp.code);
  });
});

test('every cause has a set-up', () => {
  const codes: readonly (string | undefined)[] = setUps.map(({ code }) => code);
  expect(findingCodes.filter((code) => !codes.includes(code))).toEqual([]);
});

test('what is said is as in the golden file, in 80 columns', async () => {
  const found = await Promise.all(setUps.map(async (setUp) => ({ setUp, finding: await causeIn(setUp) })));
  const blocks = found.flatMap(({ setUp, finding }) => {
    if (finding === undefined) return [];
    return [
      [`# ${setUp.what}: ${setUp.name}`, ...wrapped('Cause: ', finding.text), ...wrapped('Next:  ', finding.next)],
    ];
  });
  const lines = blocks.flatMap(([, ...all]) => all);
  // A command is never broken: somebody copies it.
  for (const line of lines) expect(line.length <= columns || /^ *"[^"]*"\S*$/.test(line)).toBe(true);
  await expect(`${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`).toMatchFileSnapshot(
    '../golden/kubernetes.txt',
  );
});

test.each(setUps.filter(({ code }) => code !== undefined))('$what: one sentence each, which ends', async (setUp) => {
  const finding = (await causeIn(setUp))!;
  expect(finding.text).toMatch(/^[A-Z][^\n]*\.$/);
  expect(finding.next).toMatch(/^[A-Z][^\n]*\.$/);
  expect(finding.text).not.toMatch(/undefined|null|\[object/);
});
