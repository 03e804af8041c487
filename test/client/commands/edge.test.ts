/** `kube-doh edge` as a user runs it. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EdgeProcess } from '../../edge/survival/edge-process.ts';
import { kubeDoh } from '../kube-doh.ts';

vi.setConfig({ testTimeout: 30_000 });

/** As root on Linux, where such file systems can be made. */
const canMount = process.platform === 'linux' && process.getuid?.() === 0;

let folder: string;
let edge: EdgeProcess;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-edge-command-'));
  edge = new EdgeProcess(folder, ['--metrics-listen', '127.0.0.1:0']);
});
afterEach(async () => {
  await edge.remove();
  rmSync(folder, { recursive: true, force: true });
});

const question = '/dns-query?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB';

test('it answers, closed, with an administrator, metrics and a log', async () => {
  const { url, metrics, adminKeyFile } = await edge.start();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok\n');
  expect((await fetch(url + question)).status).toBe(401);
  const key = readFileSync(adminKeyFile, 'utf8').trim();
  expect((await fetch(`${url}/v1/tokens`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
  expect(await (await fetch(metrics!)).text()).toContain('kube_doh_edge_workerd_restarts_total 0\n');
  expect(edge.stderr).toContain(`answering on ${url}, in plain HTTP; the administrator's key is in ${adminKeyFile}\n`);
  await expect.poll(() => edge.stderr).toContain('refused a request without a good credential: UNAUTHORIZED');
});

test('SIGTERM ends it and all that it started, and a second start goes on with what is there', async () => {
  const { adminKeyFile } = await edge.start();
  const key = readFileSync(adminKeyFile, 'utf8');
  const socket = await openConnection(edge);
  expect(await edge.end('SIGTERM')).toEqual([0, null]);
  socket.destroy();
  if (process.platform === 'linux') expect(edge.workerdPids()).toEqual([]);
  expect(readdirSync(edge.data).sort()).toEqual(['admin.key', 'kv', 'objects', 'token.key']);
  await edge.start();
  expect(readFileSync(adminKeyFile, 'utf8')).toBe(key);
  for (const signal of ['SIGINT', 'SIGHUP'] as const) {
    expect(await edge.end(signal)).toEqual([0, null]);
    await edge.start();
  }
});

test('Ctrl-C ends it without starting workerd again', async () => {
  await edge.start();
  expect(await edge.end('SIGINT', 'group')).toEqual([0, null]);
  expect(edge.stderr.split('\n').map((line) => line.replace(/^\S+ /, ''))).toEqual([
    expect.stringMatching(/^answering on /),
    expect.stringMatching(/^metrics are on /),
    'ending: SIGINT came',
    'ended',
    '',
  ]);
});

describe.runIf(process.platform === 'linux')('what others on the machine see', () => {
  test('is no credential: not on a command line, in no environment, in no file, in no log', async () => {
    const { url, adminKeyFile } = await edge.start();
    const key = readFileSync(adminKeyFile, 'utf8').trim();
    const tokenKey = readFileSync(join(edge.data, 'token.key'), 'utf8').trim();
    const made = await fetch(`${url}/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'x', clusters: ['prod'], expiresAt: null }),
    });
    const { token } = (await made.json()) as { token: string };
    expect((await fetch(`${url}/t/${token}${question}`)).status).toBe(200);
    const pids = [edge.pid, ...edge.workerdPids()];
    expect(pids).toHaveLength(2);
    const shown = pids.flatMap((pid) =>
      ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1')),
    );
    for (const secret of [key, tokenKey, token]) {
      expect([...shown, edge.stderr].filter((text) => text.includes(secret))).toEqual([]);
    }
    // And workerd is told nothing at all by its environment.
    expect(readFileSync(`/proc/${pids[1]}/environ`, 'latin1')).toBe('');
  });

  test('is no file', async () => {
    const { url } = await edge.start();
    await fetch(url + question);
    expect(statSync(edge.data).mode & 0o777).toBe(0o700);
    const modes = readdirSync(edge.data, { recursive: true, encoding: 'utf8' }).map((name) => {
      const { mode } = statSync(join(edge.data, name));
      return [name, (mode & 0o077).toString(8)];
    });
    expect(modes.length).toBeGreaterThan(10);
    expect(modes.filter(([, mode]) => mode !== '0')).toEqual([]);
  });

  test('are its two ports on loopback, and nothing else that listens', async () => {
    const { url, metrics } = await edge.start();
    const wanted = [url, metrics!].map((each) => `127.0.0.1:${new URL(each).port}`);
    const inodes = new Set([edge.pid, ...edge.workerdPids()].flatMap(socketInodes));
    expect(
      listening('tcp')
        .filter(({ inode }) => inodes.has(inode))
        .map(({ address }) => address)
        .sort(),
    ).toEqual(wanted.sort());
    expect(listening('tcp6').filter(({ inode }) => inodes.has(inode))).toEqual([]);
  });
});

describe('what cannot be is told in one line', () => {
  const failing = (...args: readonly string[]) => kubeDoh('edge', ...args);

  test('a wrong command line', () => {
    expect(failing()).toMatchObject({
      code: 2,
      stderr: 'kube-doh: --data is missing: pass the folder to keep everything in\n',
    });
  });

  test('a workerd that is not there', () => {
    expect(failing('--data', edge.data, '--workerd', '/absent')).toMatchObject({
      code: 1,
      stderr:
        'kube-doh: --workerd /absent is no program: "npm install workerd" beside kube-doh brings it, or pass --workerd FILE\n',
    });
    expect(existsSync(edge.data)).toBe(false);
  });

  test('a workerd that does not start', () => {
    const program = join(folder, 'workerd');
    writeFileSync(program, '#!/bin/sh\necho "*** no such library" >&2\nexit 127\n');
    chmodSync(program, 0o755);
    expect(failing('--data', edge.data, '--workerd', program)).toMatchObject({
      code: 1,
      stderr: `kube-doh: workerd (${program}) does not start: *** no such library\n`,
    });
    expect(readdirSync(edge.data).filter((name) => name.startsWith('run-'))).toEqual([]);
  });

  test('objects that workerd cannot read, and that can be moved away', async () => {
    const { url, adminKeyFile } = await edge.start();
    const administrator = { authorization: `Bearer ${readFileSync(adminKeyFile, 'utf8').trim()}` };
    const body = JSON.stringify({ name: 'x', clusters: ['prod'], expiresAt: null });
    const made = await fetch(`${url}/v1/tokens`, { method: 'POST', headers: administrator, body });
    const { token } = (await made.json()) as { token: string };
    await edge.end('SIGKILL');
    const objects = join(edge.data, 'objects');
    for (const name of readdirSync(objects, { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.sqlite')) writeFileSync(join(objects, name), 'x'.repeat(4096));
      // What is in there would mend it.
      if (/-(wal|shm)$/.test(name)) rmSync(join(objects, name));
    }
    await expect(edge.start()).rejects.toThrow(
      /kube-doh: \S+\/objects cannot be read by workerd \(.*\): move it away, and start again: what is needed is learned from kv\/\n$/,
    );
    renameSync(objects, join(folder, 'objects'));
    await edge.start();
    expect((await fetch(`${url}/t/${token}${question}`)).status).toBe(200);
  });

  test('a folder that is a file', () => {
    writeFileSync(edge.data, '');
    expect(failing('--data', edge.data)).toMatchObject({
      code: 1,
      stderr: `kube-doh: ${edge.data} is no folder: choose another path\n`,
    });
  });

  test('a store that is none', () => {
    mkdirSync(edge.data, { mode: 0o700 });
    writeFileSync(join(edge.data, 'kv'), '');
    expect(failing('--data', edge.data)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^kube-doh: \S+\/data cannot be used \(ENOTDIR: .*\): see to that, or choose another\n$/,
      ),
    });
  });

  test.runIf(canMount)('a full disk', () => {
    const { code, stderr } = onFileSystem(edge.data, 'size=64k,mode=0700', () => {
      const ran = failing('--data', edge.data);
      expect(readdirSync(edge.data).sort()).toEqual(['admin.key', 'kv', 'objects', 'token.key']);
      return ran;
    });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `kube-doh: ${edge.data} cannot be used (ENOSPC: no space left on device, write): see to that, or choose another\n`,
    });
  });

  test.runIf(canMount)('a file system that cannot be written to', () => {
    const above = join(folder, 'above');
    expect(onFileSystem(above, 'ro', () => failing('--data', join(above, 'data')))).toMatchObject({
      code: 1,
      stderr: `kube-doh: ${above}/data cannot be made: EROFS: read-only file system, mkdir '${above}/data'\n`,
    });
  });

  test('a folder that others can look into', () => {
    mkdirSync(edge.data);
    chmodSync(edge.data, 0o755);
    expect(failing('--data', edge.data)).toMatchObject({
      code: 1,
      stderr: `kube-doh: ${edge.data} is open to others: chmod 700 ${edge.data}\n`,
    });
  });

  test('a folder that another one uses', async () => {
    await edge.start();
    expect(failing('--data', edge.data, '--listen', '127.0.0.1:0')).toMatchObject({
      code: 1,
      stderr: `kube-doh: ${edge.data} is in use by another run: stop that one first\n`,
    });
    // Which goes on.
    await edge.end('SIGTERM');
  });

  test.for(['--listen', '--metrics-listen'])('an address of %s that is taken', async (flag) => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(taken.address() as { port: number }).port}`;
    const other = flag === '--listen' ? [] : ['--listen', '127.0.0.1:0'];
    expect(failing('--data', edge.data, ...other, flag, address)).toMatchObject({
      code: 1,
      stderr: `kube-doh: cannot listen on ${address}: another program listens there: stop it, or choose another with ${flag} HOST:PORT\n`,
    });
    taken.close();
    if (process.platform === 'linux') expect(edge.workerdPids()).toEqual([]);
  });
});

/** While a file system in memory is mounted there. */
function onFileSystem<T>(path: string, options: string, run: () => T): T {
  mkdirSync(path);
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'test', path]);
  try {
    return run();
  } finally {
    execFileSync('umount', [path]);
  }
}

/** A client that stays connected. */
async function openConnection(running: EdgeProcess): Promise<Socket> {
  const port = /answering on http:\/\/127\.0\.0\.1:(\d+)/.exec(running.stderr)![1];
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  await new Promise((resolve) => socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n', resolve));
  return socket;
}

function socketInodes(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return (
        /^socket:\[(\d+)\]$/.exec(
          execFileSync('readlink', [`/proc/${pid}/fd/${fd}`], { encoding: 'utf8' }).trim(),
        )?.[1] ?? []
      );
    } catch {
      return [];
    }
  });
}

/** proc_net_tcp(5): sockets in state 0A listen; an IPv4 address is a number in hexadecimal, in the machine's order. */
function listening(protocol: 'tcp' | 'tcp6'): { readonly address: string; readonly inode: string }[] {
  const rows = readFileSync(`/proc/net/${protocol}`, 'utf8').split('\n').slice(1, -1);
  return rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
    if (state !== '0A') return [];
    const [host = '', port = ''] = local.split(':');
    const address = Buffer.from(host, 'hex').reverse().join('.');
    return [{ address: `${address}:${Number.parseInt(port, 16)}`, inode }];
  });
}
