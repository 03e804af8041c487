/** What an isolate answers while KV shows old values, fails, or does not answer; and how often it asks. */
import { describe, expect, test } from 'vitest';
import { Reading } from '../support/isolate.ts';
import { outcome } from '../support/outcome.ts';
import { webAt } from '../support/zone.ts';

const key = 'cluster/local/snapshot';
const reads = ({ store }: Reading): number => store.count('get', key);

function together<T>(count: number, ask: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, ask));
}

/** An isolate that remembers nothing of what is published. */
async function startCold(): Promise<Reading> {
  const reading = await Reading.startWith(webAt('10.0.0.1'));
  reading.restart();
  return reading;
}

describe('KV that shows old values', () => {
  test('an isolate never goes back', async () => {
    const reading = await Reading.startAsked(webAt('10.0.0.1'));
    const showOld = await reading.store.capture(key);
    await reading.publish(webAt('10.0.0.2'), { serial: 2 });
    reading.machine.advance(1000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.2');
    showOld();
    reading.machine.advance(1000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.2');
    const [mine, other] = [reading.isolate, reading.restart()];
    expect(outcome(await other.ask('web.shop.svc.cluster.local'))).toBe('NOERROR 10.0.0.1');
    reading.store.catchUp();
    await reading.publish(webAt('10.0.0.3'), { serial: 3 });
    reading.machine.advance(1000);
    expect(outcome(await mine.ask('web.shop.svc.cluster.local'))).toBe('NOERROR 10.0.0.3');
  });

  test('a value that is not there for a while takes nothing away', async () => {
    const reading = await Reading.start();
    await reading.register('local');
    const showNothing = await reading.store.capture(key);
    await reading.publish(webAt('10.0.0.1'));
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
    showNothing();
    reading.machine.advance(1000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
    reading.restart();
    expect(outcome(await reading.ask())).toBe('SERVFAIL EDE 14');
  });

  test('nor does a registry that is not there for a while', async () => {
    const reading = await Reading.start();
    const showNothing = await reading.store.capture('registry');
    await reading.register('local');
    await reading.publish(webAt('10.0.0.1'));
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
    showNothing();
    reading.machine.advance(30_000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
    expect(reading.machine.lines).toEqual(['the registry is not read: it is not there any more']);
    reading.restart();
    expect(outcome(await reading.ask())).toBe('SERVFAIL EDE 14');
  });
});

describe('KV that fails', () => {
  test('what is in memory goes on answering; KV is asked once a second, and the log says it once', async () => {
    const reading = await Reading.startAsked(webAt('10.0.0.1'));
    reading.store.fail('get', 'KV GET failed: 500');
    for (let second = 0; second < 5; second += 1) {
      reading.machine.advance(1000);
      const answers = await together(3, async () => outcome(await reading.ask()));
      expect(answers).toEqual(Array(3).fill('NOERROR 10.0.0.1'));
    }
    expect(reads(reading)).toBe(5);
    expect(reading.machine.lines).toEqual(['cluster local is not read: KV GET failed: 500']);
    reading.store.recover();
    await reading.publish(webAt('10.0.0.2'), { serial: 2 });
    reading.machine.advance(1000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.2');
  });

  test('for hours, the last good snapshot answers as long as its age allows', async () => {
    const reading = await Reading.startAsked(webAt('10.0.0.1'));
    reading.store.fail('get', 'KV GET failed: 500');
    for (const [hours, expected] of [
      [0.2, 'NOERROR 10.0.0.1'],
      [0.3, 'NOERROR 10.0.0.1 EDE 3'],
      [23.5, 'NOERROR 10.0.0.1 EDE 3'],
      [0.1, 'SERVFAIL EDE 22'],
    ] as const) {
      reading.machine.advance(hours * 3_600_000);
      expect(outcome(await reading.ask())).toBe(expected);
    }
  });

  test('with nothing in memory it is SERVFAIL, until KV answers', async () => {
    const reading = await startCold();
    reading.store.fail('get');
    expect(outcome(await reading.ask())).toBe('SERVFAIL EDE 23');
    reading.store.recover();
    expect(outcome(await reading.ask())).toBe('SERVFAIL EDE 23');
    reading.machine.advance(1000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
  });
});

describe('KV that does not answer', () => {
  test('a question is answered from memory after a second, others at once', async () => {
    const reading = await Reading.startAsked(webAt('10.0.0.1'));
    reading.machine.advance(1000);
    const hold = reading.store.hold();
    const asking = reading.ask();
    await hold.reached;
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
    reading.machine.advance(1000);
    expect(outcome(await asking)).toBe('NOERROR 10.0.0.1');
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
    expect(reads(reading)).toBe(1);
  });

  test('so it is when the registry is due', async () => {
    const reading = await Reading.startAsked(webAt('10.0.0.1'));
    reading.machine.advance(30_000);
    const hold = reading.store.hold();
    const asking = reading.ask();
    await hold.reached;
    reading.machine.advance(1000);
    expect(outcome(await asking)).toBe('NOERROR 10.0.0.1');
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
    expect(reading.store.calls).toEqual(['get registry']);
  });

  test('with nothing in memory it is SERVFAIL after five seconds', async () => {
    const reading = await startCold();
    await reading.isolate.directory.readBeside('token/x');
    const hold = reading.store.hold();
    const asking = together(3, () => reading.ask());
    await hold.reached;
    reading.machine.advance(5000);
    expect((await asking).map(outcome)).toEqual(Array(3).fill('SERVFAIL EDE 23'));
    hold.letOthersPass();
    reading.machine.advance(1000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
  });

  test('a request whose patience is over does not send others where one that took over still asks', async () => {
    const reading = await startCold();
    await reading.isolate.directory.readBeside('token/x');
    const hold = reading.store.hold();
    const first = reading.ask();
    await hold.reached;
    reading.machine.jump(5000);
    const again = reading.store.hold();
    const second = reading.ask();
    await again.reached;
    reading.machine.advance(0);
    expect(outcome(await first)).toBe('SERVFAIL EDE 23');
    reading.machine.jump(1000);
    again.letOthersPass();
    const third = reading.ask();
    // Time to poll, and to read, if it did.
    await reading.machine.sleep(1);
    await reading.machine.sleep(1);
    again.release();
    expect([await second, await third].map(outcome)).toEqual(Array(2).fill('NOERROR 10.0.0.1'));
    expect(reads(reading)).toBe(2);
    hold.release();
  });

  test('what comes late is taken all the same', async () => {
    const reading = await Reading.startAsked(webAt('10.0.0.1'));
    const late = await startLateRead(reading);
    await reading.publish(webAt('10.0.0.2'), { serial: 2 });
    await late.end();
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.2');
  });

  test('unless something newer came before', async () => {
    const reading = await Reading.startAsked(webAt('10.0.0.1'));
    const late = await startLateRead(reading);
    await reading.publish(webAt('10.0.0.2'), { serial: 2 });
    const showSecond = await reading.store.capture(key);
    await reading.publish(webAt('10.0.0.3'), { serial: 3 });
    reading.machine.advance(1000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.3');
    showSecond();
    await late.end();
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.3');
  });

  /** A question whose patience is over while its read goes on. */
  async function startLateRead(reading: Reading): Promise<{ end(): Promise<void> }> {
    reading.machine.advance(1000);
    const hold = reading.store.hold();
    let ending: Promise<void> | undefined;
    const background = (work: Promise<void>): void => {
      ending = work;
    };
    const asking = reading.ask(undefined, { background });
    await hold.reached;
    reading.machine.advance(1000);
    expect(outcome(await asking)).toBe('NOERROR 10.0.0.1');
    hold.letOthersPass();
    return {
      end: async () => {
        hold.release();
        await ending;
      },
    };
  }
});

describe('a request that is cut off while it asks KV', () => {
  test('with nothing in memory, leaves the others waiting for five seconds at most', async () => {
    const reading = await startCold();
    await reading.isolate.directory.readBeside('token/x');
    await cutOff(reading);
    reading.machine.jump(5000);
    expect(await together(3, async () => outcome(await reading.ask()))).toEqual(Array(3).fill('NOERROR 10.0.0.1'));
  });

  test('while it asks for the registry, for five seconds too', async () => {
    const reading = await startCold();
    await cutOff(reading);
    reading.machine.jump(5000);
    expect(await together(3, async () => outcome(await reading.ask()))).toEqual(Array(3).fill('NOERROR 10.0.0.1'));
    expect(reading.store.calls).toEqual(['get registry', 'get registry', `get ${key}`]);
  });

  test('with something in memory, for one second', async () => {
    const reading = await Reading.startAsked(webAt('10.0.0.1'));
    await reading.publish(webAt('10.0.0.2'), { serial: 2 });
    reading.machine.advance(1000);
    await cutOff(reading);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
    reading.machine.jump(1000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.2');
  });

  /** It is never heard of again. */
  async function cutOff(reading: Reading): Promise<void> {
    const hold = reading.store.hold();
    void reading.ask();
    await hold.reached;
    hold.letOthersPass();
  }
});
