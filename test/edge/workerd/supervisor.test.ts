import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { endProcessesWith } from '../../../edge/run/processes.ts';
import { runFiles } from '../../../edge/workerd/configuration.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { ask, supervise, workerd } from './here.ts';

const hello = `export default { fetch() {
  console.log('as it\\nshould be');
  console.error('something is wrong');
  return new Response('hello');
} };`;

/** A program that does what a script of the shell says. */
function program(folder: string, script: string): string {
  const path = join(folder, 'workerd');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('what the Worker logs is passed on, line by line', async () => {
  const { supervisor, lines } = await supervise(temporaryFolder(), hello);
  expect(await ask(supervisor.socket!)).toBe('hello');
  await expect
    .poll(() => lines)
    .toEqual([
      { line: 'as it should be', kind: 'event' },
      { line: 'something is wrong', kind: 'problem' },
    ]);
});

test('when it ends, another one takes its place, on another socket', async () => {
  let restarts = 0;
  const { supervisor, lines } = await supervise(temporaryFolder(), hello, { onRestart: () => (restarts += 1) });
  const { pid: first, socket } = supervisor;
  process.kill(first!, 'SIGKILL');
  await expect.poll(() => supervisor.socket).not.toBe(socket);
  const next = await supervisor.socketWithin(10_000);
  expect(next).not.toBe(socket);
  expect(await ask(next!)).toBe('hello');
  expect(supervisor.pid).not.toBe(first);
  expect(restarts).toBe(1);
  expect(lines[0]).toEqual({ line: 'workerd ended (SIGKILL): it is started again', kind: 'problem' });
});

test('whoever waits for it is told when it does not come', async () => {
  const { supervisor } = await supervise(temporaryFolder(), hello);
  await supervisor.stop();
  expect(await supervisor.socketWithin(1)).toBeUndefined();
});

test('what ends it while it is starting again does not leave one behind', async () => {
  const folder = temporaryFolder();
  const { supervisor, lines } = await supervise(folder, hello);
  process.kill(supervisor.pid!, 'SIGKILL');
  await expect.poll(() => lines.length, { interval: 1 }).toBe(1);
  await supervisor.stop();
  expect(supervisor.pid).toBeUndefined();
  expect(await endProcessesWith(join(folder, 'run', runFiles.configuration))).toBe(0);
});

test('it is told nothing by the environment', async () => {
  const folder = temporaryFolder();
  const seen = join(folder, 'seen');
  const path = program(folder, `tr '\\0' '\\n' < /proc/self/environ > ${seen}; exec ${workerd} "$@"`);
  process.env['KUBE_DOH_TEST_SECRET'] = 'secret';
  const { supervisor } = await supervise(folder, hello, { workerd: path });
  delete process.env['KUBE_DOH_TEST_SECRET'];
  expect(await ask(supervisor.socket!)).toBe('hello');
  expect(existsSync(seen)).toBe(true);
  expect(readFileSync(seen, 'utf8')).not.toContain('SECRET');
});

describe('one that does not start is told in one line', () => {
  test.for([
    ['it ends', 'exit 3', 'exit code 3'],
    ['it says why', 'echo "no such feature" >&2; echo more >&2; exit 1', 'no such feature'],
    ['it is killed', 'kill -9 $$', 'SIGKILL'],
  ] as const)('%s', async ([, script, reason]) => {
    const folder = temporaryFolder();
    const path = program(folder, script);
    await expect(supervise(folder, hello, { workerd: path })).rejects.toMatchObject({
      code: 'WORKERD',
      message: `workerd (${path}) does not start: ${reason}`,
    });
  });

  test('it is no program', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'absent');
    await expect(supervise(folder, hello, { workerd: path })).rejects.toMatchObject({
      code: 'WORKERD',
      message: expect.stringContaining('ENOENT'),
    });
  });

  test('the Worker does not compile', async () => {
    await expect(supervise(temporaryFolder(), 'this is no script')).rejects.toMatchObject({
      code: 'WORKERD',
      message: expect.stringContaining('SyntaxError'),
    });
  });
});
