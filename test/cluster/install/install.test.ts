/**
 * docs/install.md followed word by word by somebody who has a cluster, kubectl and helm, in each of the three ways to run the
 * agent: every block of commands in its order, but for those that need an account. The tests of a way follow each other.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMilliseconds } from '../control-plane/cached-program.ts';
import { system } from '../support/system.ts';
import { type Block, blocksIn, blocksOf, promiseOf, type Way } from './page.ts';
import { Reader } from './reader.ts';

const started = system();
const blocks = blocksIn(readFileSync(new URL('../../../docs/install.md', import.meta.url), 'utf8'));

const ways: readonly Way[] = [
  { agent: '4a', hasOwnAuthority: true },
  { agent: '4b', hasOwnAuthority: false },
  { agent: '4c', hasOwnAuthority: false },
];

test('every block belongs to some way, or needs an account', () => {
  const followed = new Set(ways.flatMap((way) => blocksOf(blocks, way)));
  const others = blocks.filter((block) => !followed.has(block));
  expect(others.length).toBeGreaterThan(0);
  expect([...new Set(others.map(({ part }) => part))]).toEqual(['2a. On Cloudflare (account)']);
  expect([...followed].map(promiseOf).filter((promise) => promise !== undefined)).toEqual(['ok', 'absent', 'fresh']);
});

describe.for(ways)('with the agent as in $agent', (way) => {
  let reader: Reader;
  let before: ReadonlySet<string>;
  beforeAll(async () => {
    reader = await Reader.start(started, way);
    before = await reader.objects.everything();
  }, buildMilliseconds);
  afterAll(() => reader?.close());

  test.for(blocksOf(blocks, way).map((block) => [titleOf(block), block] as const))('%s', async ([, block]) => {
    const said = await reader.follow(block);
    // It says that nothing sends names from this machine to the edge, which step 6 would change.
    const isDiagnosis = block.commands.startsWith('npx kube-doh why');
    expect(said.code, reader.told(said)).toBe(isDiagnosis ? 1 : 0);
    if (isDiagnosis)
      expect(said.output).toMatch(/^ok {2}redis-0\.redis-headless\.cache\.svc\.cluster\.local has an answer$/m);
    if (block.commands.includes('npx kube-doh resolve')) expect(said.output).toMatch(/ IN A 10\./);
    const promise = promiseOf(block);
    if (promise !== undefined) expect(said.output).toMatch(new RegExp(`\\b${promise}\\b`));
  });

  test('nothing of it is left', async () => {
    const rest = async (): Promise<string[]> =>
      [...(await reader.objects.everything())].filter((title) => !before.has(title));
    await expect.poll(rest, { timeout: 40_000 }).toEqual([]);
  });
});

function titleOf({ step, part, commands }: Block): string {
  return [step, part, commands.split('\n')[0]].filter((text) => text !== '').join(' / ');
}
