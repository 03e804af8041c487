/** The Worker in workerd, asked over HTTP, does what every case says. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { topics } from './cases/all.ts';
import { runCase } from './run.ts';
import { rowsOf, tables } from './table.ts';
import type { Target } from './targets/target.ts';
import { startWorker } from './targets/worker.ts';

// Five edges are started.
vi.setConfig({ hookTimeout: 30_000 });

const cases = topics.flatMap((topic) => topic.cases);
let worker: Target;

beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker?.stop());

describe.for(topics)('$name', ({ cases: own }) => {
  test.for([...own])('$id, $source: $title', async (given) => {
    expect(await runCase(given, worker)).toEqual({ kind: 'pass' });
  });
});

describe('the cases themselves', () => {
  test('have ids that nobody else has', () => {
    const ids = cases.map(({ id }) => id);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    expect(ids.filter((id) => !/^[a-z0-9][a-z0-9.-]+$/.test(id))).toEqual([]);
  });

  test('name a document, and a section where it has some', () => {
    const isNamed = (source: string) => /^RFC \d{4}( §\d+(\.\d+)*)?$|^[A-Z].+, .+$/.test(source);
    expect(cases.filter(({ source }) => !isNamed(source)).map(({ id, source }) => `${id}: ${source}`)).toEqual([]);
  });

  test('fail when there is no answer at all', async () => {
    const silent: Target = {
      ...worker,
      send: async () => ({ status: 0, headers: {}, body: new Uint8Array(0), failure: 'none' }),
    };
    const verdicts = await Promise.all(cases.map(async (given) => [given.id, (await runCase(given, silent)).kind]));
    const passing = verdicts.filter(([, kind]) => kind !== 'fail').map(([id]) => id);
    expect(passing).toEqual([]);
  });

  test('are those of docs/conformance.md', () => {
    const page = readFileSync(fileURLToPath(new URL('../../docs/conformance.md', import.meta.url)), 'utf8');
    const own = tables(topics, [{ description: 'ours', verdicts: new Map(), isOurs: true }]);
    const facts = (text: string) => rowsOf(text).map(([id, source, level, title]) => [id, source, level, title]);
    expect(facts(page)).toEqual(facts(own));
  });
});
