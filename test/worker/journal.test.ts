/** That nothing is logged beside the URL of a client, and that nothing is lost without being counted. */
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { JournalCalls, JournalLine } from '../../worker/environment.ts';
import worker from '../../worker/index.ts';
import { RequestLog } from '../../worker/journal.ts';
import { asParameter, queryFor } from './support/question.ts';
import { TestMachine } from './support/test-machine.ts';

/** The object, as the Worker calls it. */
class JournalFake implements JournalCalls {
  readonly texts: string[] = [];
  readonly kinds: (JournalLine['kind'] | undefined)[] = [];
  calls = 0;
  answer: () => Promise<void> = async () => {};

  readonly binding = { getByName: (): JournalCalls => this };

  async write(lines: readonly JournalLine[]): Promise<void> {
    this.calls += 1;
    await this.answer();
    this.texts.push(...lines.map(({ text }) => text));
    this.kinds.push(...lines.map(({ kind }) => kind));
  }
}

/** What the platform gives with a request; `settled` is when all work behind the answer has ended. */
function startContext() {
  const works: Promise<unknown>[] = [];
  const waitUntil = (work: Promise<unknown>): void => void works.push(work);
  const context = { waitUntil };
  const settled = async (): Promise<void> => {
    for (let done = 0; done < works.length; done += 1) await works[done];
  };
  return { context, settled };
}

describe('the log of a request', () => {
  const machine = new TestMachine();
  const answer = () => new Response('an answer');
  let journal: JournalFake;
  let log: RequestLog;

  beforeEach(() => {
    journal = new JournalFake();
    log = new RequestLog(journal.binding, machine);
  });

  async function request(...lines: string[]): Promise<void> {
    const { context, settled } = startContext();
    const respond = () => {
      for (const line of lines) log.log(line);
      return answer();
    };
    expect(await (await log.during(context, respond)).text()).toBe('an answer');
    await settled();
  }

  test('is handed over, with what was said before', async () => {
    log.log('at the start', 'event');
    await request('one', 'two');
    expect(journal.texts).toEqual(['at the start', 'one', 'two']);
    expect(journal.kinds).toEqual(['event', undefined, undefined]);
    await request();
    expect(journal.texts).toHaveLength(3);
  });

  test('is not waited for', async () => {
    journal.answer = () => new Promise(() => {});
    const { context } = startContext();
    log.log('a line');
    expect(await (await log.during(context, answer)).text()).toBe('an answer');
  });

  test('holds what the work behind the answer says, also when it fails', async () => {
    const { context, settled } = startContext();
    let end = (): void => {};
    const work = new Promise<void>((resolve) => {
      end = resolve;
    }).then(() => {
      log.log('behind the answer');
      throw new Error('a failure');
    });
    await log.during(context, (own) => {
      own.waitUntil(work.catch(() => {}));
      return answer();
    });
    expect(journal.texts).toEqual([]);
    end();
    await settled();
    expect(journal.texts).toEqual(['behind the answer']);
  });

  test('is handed over where there is no answer, at once or later', async () => {
    const fail = (): never => {
      log.log('a line');
      throw new Error('no answer');
    };
    for (const respond of [fail, async () => fail()]) {
      const { context, settled } = startContext();
      await expect(async () => log.during(context, respond)).rejects.toThrow('no answer');
      await settled();
    }
    expect(journal.texts).toEqual(['a line', 'a line']);
  });

  test('is counted where it is lost, and the next line says so', async () => {
    journal.answer = () => Promise.reject(new Error('no journal today'));
    await request('one', 'two');
    await request('three');
    journal.answer = async () => {};
    await request();
    expect(journal.texts).toEqual([]);
    await request('four');
    expect(journal.texts).toEqual(['3 lines of the log are lost: the journal could not be reached', 'four']);
    await request('five');
    expect(journal.texts.slice(2)).toEqual(['five']);
  });

  test('is lost when it is not taken within ten seconds', async () => {
    journal.answer = () => new Promise(() => {});
    const slow = request('one');
    await vi.waitFor(() => expect(journal.calls).toBe(1));
    machine.advance(10_000);
    await slow;
    journal.answer = async () => {};
    await request('two');
    expect(journal.texts).toEqual(['1 line of the log is lost: the journal could not be reached', 'two']);
  });
});

const consoleCalls = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

describe('the console', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  function watch() {
    return consoleCalls.map((name) => vi.spyOn(console, name).mockImplementation(() => {}));
  }

  const written = (spies: ReturnType<typeof watch>): unknown[] => spies.flatMap(({ mock }) => mock.calls.flat());

  test('is not called by requests, whatever they are; the journal is', async () => {
    const journal = new JournalFake();
    const bindings = { STORE: env.STORE, JOURNAL: journal.binding, TOKEN_KEY: 'no key', ACCESS: '{' };
    const spies = watch();
    const token = `kd1${'a'.repeat(56)}`;
    for (const [path, init] of [
      [`/t/${token}/dns-query${asParameter(queryFor('secret.shop.svc.cluster.local'))}`, {}],
      [`/t/${token}/c/local/dns-query`, { method: 'POST', body: 'x' }],
      ['/v1/clusters', { headers: { authorization: `Bearer ${token}` } }],
      ['/v1/clusters/local/snapshot', { method: 'PUT', body: 'x' }],
      ['/healthz', {}],
    ] as const) {
      const { context, settled } = startContext();
      await worker.fetch(new Request(`https://edge.test${path}`, init), bindings, context);
      await settled();
    }
    expect(written(spies)).toEqual([]);
    expect(journal.texts).toEqual([
      expect.stringContaining('REGISTRY, PUBLICATIONS and JOURNAL are not all bound'),
      expect.stringContaining('TOKEN_KEY'),
      expect.stringContaining('ACCESS counts as absent'),
      'refused a request without a good credential: UNAUTHORIZED',
    ]);
    expect(journal.texts.join()).not.toMatch(new RegExp(`${token}|secret`));
  });

  test('is what the object writes to: problems and events', async () => {
    const spies = watch();
    await env.JOURNAL.getByName('journal').write([
      { text: 'a problem', kind: undefined },
      { text: 'an event', kind: 'event' },
    ]);
    expect(written(spies)).toEqual(['an event', 'a problem']);
    expect(spies[consoleCalls.indexOf('error')]?.mock.calls).toEqual([['a problem']]);
  });
});
