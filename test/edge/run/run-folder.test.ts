import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openRunFolder, type RunFolder } from '../../../edge/run/run-folder.ts';
import { runFiles } from '../../../edge/workerd/configuration.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A run whose socket answers for as long as the test, or until it is closed. */
async function open(
  data: string,
  before: () => Promise<void> = async () => {},
): Promise<RunFolder & { server: Server }> {
  const server = createServer();
  onTestFinished(() => void server.close());
  const run = await openRunFolder(data, async (folder) => {
    server.listen(join(folder, runFiles.kvSocket));
    await once(server, 'listening');
    await before();
  });
  return { ...run, server };
}

test('a run has a folder of its own, that goes with it', async () => {
  const data = temporaryFolder();
  const { path, endedProcesses, remove } = await open(data);
  expect(readdirSync(data)).toEqual([path.slice(data.length + 1)]);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(endedProcesses).toBe(0);
  remove();
  expect(readdirSync(data)).toEqual([]);
});

test('a second one is refused while the first one is alive, and leaves nothing', async () => {
  const data = temporaryFolder();
  const { path } = await open(data);
  await expect(open(data)).rejects.toMatchObject({
    code: 'FOLDER',
    message: `${data} is in use by another run: stop that one first`,
  });
  expect(readdirSync(data).map((name) => join(data, name))).toEqual([path]);
});

test('of two that begin at the same moment at most one goes on', async () => {
  for (let i = 0; i < 20; i += 1) {
    const data = temporaryFolder();
    const results = await Promise.allSettled([open(data), open(data)]);
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
  }
});

test('what one that was killed has left is cleared away, its workerd too', async () => {
  const data = temporaryFolder();
  const earlier = join(data, 'run-0123456789ab');
  mkdirSync(earlier);
  writeFileSync(join(earlier, runFiles.configuration), '');
  // A socket that nobody listens on any more.
  const script = "require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
  await once(spawn(process.execPath, ['-e', script, join(earlier, runFiles.kvSocket)]), 'exit');
  expect(existsSync(join(earlier, runFiles.kvSocket))).toBe(true);
  // It has the file of that run on its command line, the other one that of another run.
  const waiting = ['-e', 'setInterval(() => {}, 1000)'];
  const left = spawn(process.execPath, [...waiting, join(earlier, runFiles.configuration)]);
  const other = spawn(process.execPath, [...waiting, join(data, 'run-ba9876543210', runFiles.configuration)]);
  onTestFinished(() => void other.kill('SIGKILL'));
  const ended = once(left, 'exit');
  await Promise.all([once(left, 'spawn'), once(other, 'spawn')]);
  const { path, endedProcesses } = await open(data);
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(endedProcesses).toBe(1);
  expect(readdirSync(data).map((name) => join(data, name))).toEqual([path]);
  expect(other.exitCode ?? other.signalCode).toBeNull();
});

test('one that was never opened is cleared away when it is old, and not while it may still be', async () => {
  const data = temporaryFolder();
  for (const [name, ageSeconds] of [
    ['opening-old', 61],
    ['opening-new', 1],
  ] as const) {
    const at = Date.now() / 1000 - ageSeconds;
    mkdirSync(join(data, name));
    utimesSync(join(data, name), at, at);
  }
  const { path } = await open(data);
  expect(readdirSync(data).map((name) => join(data, name))).toEqual([join(data, 'opening-new'), path].sort());
});

test('what belongs to nobody stays', async () => {
  const data = temporaryFolder();
  mkdirSync(join(data, 'runs'));
  const { path } = await open(data);
  expect(readdirSync(data).map((name) => join(data, name))).toEqual([path, join(data, 'runs')].sort());
});

test('a path that is too long for a socket is told in one line', async () => {
  const data = join(temporaryFolder(), 'x'.repeat(100));
  mkdirSync(data);
  await expect(open(data)).rejects.toMatchObject({
    code: 'FOLDER',
    message: expect.stringMatching(/ is too long a path for sockets, by \d+ octets: choose a shorter one$/),
  });
  expect(readdirSync(data)).toEqual([]);
});

test('when it cannot be opened nothing is left', async () => {
  const data = temporaryFolder();
  await expect(
    open(data, async () => {
      throw new Error('not now');
    }),
  ).rejects.toThrow('not now');
  expect(readdirSync(data)).toEqual([]);
});
