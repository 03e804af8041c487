/** How a process ends that logs as the agent does. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** Runs the code in a process with a log of its own. */
function run(code: string): { status: number | null; stderr: string } {
  const setUp = `
    import { endAtFault, listenForSignals } from '${root}/client/commands/agent/ending.ts';
    import { LogWriter } from '${root}/sync-agent/log-writer.ts';
    const write = (line) => process.stderr.write(line);
    const log = new LogWriter({ format: 'text', level: 'info', write, now: () => 0 });
    setInterval(() => {}, 1000);
    endAtFault(log);
    const { signal } = listenForSignals(() => log);
  `;
  return spawnSync(process.execPath, ['--input-type=module', '-e', setUp + code], { encoding: 'utf8' });
}

test.for<[what: string, code: string]>([
  ['a promise that nobody waits for', `Promise.reject(new Error('boom\\nin detail'));`],
  ['an error that nobody catches', `setTimeout(() => { throw new Error('boom\\nin detail'); });`],
])('%s ends it with one line', ([, code]) => {
  const { status, stderr } = run(code);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^1970-01-01T00:00:00\.000Z ERROR boom in detail at=\S.*\n$/);
});

test('a failure that was foreseen has its code', () => {
  const { status, stderr } = run(`Promise.reject(Object.assign(new Error('boom'), { code: 'KNOWN' }));`);
  expect([status, stderr]).toEqual([1, '1970-01-01T00:00:00.000Z ERROR boom code=KNOWN\n']);
});

test('a signal that comes before there is a log ends it in order too', () => {
  const code = `
    const early = listenForSignals(() => undefined);
    early.signal.addEventListener('abort', () => setTimeout(() => process.exit(7), 50));
    process.kill(process.pid, 'SIGTERM');
  `;
  expect(run(code)).toMatchObject({ status: 7 });
});

test('once they are forgotten, signals end it as they do without', () => {
  const code = `
    const early = listenForSignals(() => undefined);
    early.forget();
    process.removeAllListeners('SIGTERM');
    process.kill(process.pid, 'SIGTERM');
  `;
  expect(run(code).status).toBe(null);
});

test('one signal that comes twice at once is one', () => {
  const code = `
    signal.addEventListener('abort', () => setTimeout(() => process.exit(7), 50));
    for (const _ of [1, 2]) process.kill(process.pid, 'SIGINT');
  `;
  const { status, stderr } = run(code);
  expect([status, stderr]).toEqual([7, '1970-01-01T00:00:00.000Z ending: SIGINT came\n']);
});
