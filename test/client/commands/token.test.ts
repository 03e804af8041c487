/** `kube-doh token` against an edge that says what a test wants. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tokenTable } from '../../../client/commands/token/listing.ts';
import { readTime } from '../../../client/commands/token/time.ts';
import type { Ran } from '../kube-doh.ts';

const main = fileURLToPath(new URL('../../../client/start.mjs', import.meta.url));
const adminKey = 'an-administrator-key';
const token = `kd1${'a7'.repeat(28)}`;

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

let server: Server;
let edge: string;
let asked: Asked[];
let answer: { status: number; body: unknown };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    const { method, url, headers } = request;
    asked.push({ method, url, authorization: headers.authorization, body: text === '' ? undefined : JSON.parse(text) });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  edge = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  asked = [];
  answer = { status: 201, body: { id: 'abcdefgh', token } };
});

afterAll(() => {
  server.close();
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}

function kubeDohToken(...args: readonly string[]): Promise<Ran> {
  const env = { ...process.env, KUBE_DOH_ADMIN_KEY: adminKey };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, 'token', ...args], { env }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

describe('create', () => {
  test('prints the token alone, and tells people what it allows', async () => {
    const ran = await kubeDohToken('create', '--edge', edge, '--name', 'ci', '--cluster', 'prod');
    expect(ran).toEqual({
      code: 0,
      stdout: `${token}\n`,
      stderr: 'token abcdefgh: for prod, all namespaces, until it is revoked\n',
    });
    const body = { name: 'ci', clusters: ['prod'], namespaces: null, zone: null, expiresAt: null };
    expect(asked).toEqual([{ method: 'POST', url: '/v1/tokens', authorization: `Bearer ${adminKey}`, body }]);
  });

  test('says what is limited', async () => {
    const limits = ['--namespace', 'shop', '--namespace', 'cache', '--zone', 'prod.example', '--expires', '2100-01-31'];
    const ran = await kubeDohToken(
      'create',
      '--edge',
      edge,
      '--name',
      'x',
      '--cluster',
      'a',
      '--cluster',
      'b',
      ...limits,
    );
    expect(ran.stderr).toBe('token abcdefgh: for a, b, the namespaces shop, cache, until 2100-01-31T00:00:00.000Z\n');
    expect(asked[0]?.body).toEqual({
      name: 'x',
      clusters: ['a', 'b'],
      namespaces: ['shop', 'cache'],
      zone: 'prod.example',
      expiresAt: Date.parse('2100-01-31'),
    });
  });

  test('tells why the edge does not make it', async () => {
    answer = { status: 400, body: { error: '"namespaces" must be null', code: 'BAD_REQUEST' } };
    const ran = await kubeDohToken('create', '--edge', edge, '--name', 'x', '--cluster', 'a', '--namespace', 'A.B');
    expect(ran).toEqual({
      code: 1,
      stdout: '',
      stderr: `kube-doh: the edge ${edge} answered 400: "namespaces" must be null\n`,
    });
  });

  test('does not print what is no token', async () => {
    answer = { status: 201, body: { id: 'abcdefgh' } };
    const ran = await kubeDohToken('create', '--edge', edge, '--name', 'x', '--cluster', 'a');
    expect(ran).toEqual({ code: 1, stdout: '', stderr: 'kube-doh: the edge gave no token; check its address\n' });
  });
});

test('list prints a table', async () => {
  const grant = { name: 'ci', clusters: ['prod'], namespaces: null, zone: null, expiresAt: null, createdAt: 0 };
  answer = { status: 200, body: { tokens: [{ id: 'abcdefgh', ...grant }] } };
  expect(await kubeDohToken('list', '--edge', edge)).toEqual({
    code: 0,
    stdout: `ID        NAME  CLUSTERS  NAMESPACES  ZONE  EXPIRES  CREATED\nabcdefgh  ci    prod      all         -     never    1970-01-01T00:00:00Z\n`,
    stderr: '',
  });
  expect(asked[0]).toMatchObject({ method: 'GET', url: '/v1/tokens' });
});

test('revoke names the token by its id', async () => {
  answer = { status: 200, body: { id: 'abcdefgh', revoked: true } };
  expect(await kubeDohToken('revoke', 'abcdefgh', '--edge', edge)).toEqual({
    code: 0,
    stdout: 'revoked token abcdefgh\n',
    stderr: '',
  });
  expect(asked[0]).toMatchObject({ method: 'DELETE', url: '/v1/tokens?id=abcdefgh' });
});

describe('the administrator’s key in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kube-doh-token-'));
  const path = join(folder, 'admin.key');
  afterAll(() => rmSync(folder, { recursive: true }));

  const warning = `kube-doh: others on this machine can read the administrator's key: chmod 600 ${path}\n`;

  test.for([
    [0o600, ''],
    [0o400, ''],
    [0o700, ''],
    [0o640, warning],
    [0o604, warning],
    [0o644, warning],
  ] as const)('that is of mode %i', async ([mode, stderr]) => {
    rmSync(path, { force: true });
    writeFileSync(path, `${adminKey}\n`);
    chmodSync(path, mode);
    answer = { status: 200, body: { tokens: [] } };
    const ran = await kubeDohToken('list', '--edge', edge, '--admin-key-file', path);
    expect(ran).toEqual({ code: 0, stdout: 'there is no token\n', stderr });
    expect(asked[0]?.authorization).toBe(`Bearer ${adminKey}`);
  });

  test('or in what is no file', async () => {
    const ran = await kubeDohToken('list', '--edge', edge, '--admin-key-file', '/dev/null');
    expect(ran.stderr).not.toContain('can read');
  });
});

describe('a wrong command line', () => {
  test.for([
    [[], 'the command is "kube-doh token create|list|revoke"; see kube-doh token --help'],
    [['toString'], 'the command is "kube-doh token create|list|revoke"; see kube-doh token --help'],
    [['list', 'x'], '"kube-doh token list" takes no more words; see kube-doh token --help'],
    [['list', '--cluster', 'a'], '"kube-doh token list" takes no --cluster; see kube-doh token --help'],
    [['revoke'], '"kube-doh token revoke" takes the ID of one token; see kube-doh token --help'],
    [['revoke', token], 'that is no ID of a token: "kube-doh token list" shows them'],
    [['create', '--name', 'x'], '--cluster is missing: pass the ID of what the token may ask'],
    [
      ['create', '--cluster', 'A.b', '--expires', 'soon'],
      '--name is missing: say whose token it is, or what for; --cluster "A.b" is no cluster\'s ID: that is 1 to 32 of a-z, 0-9 and "-"; --expires "soon" is neither a time such as 12h or 30d nor a date such as 2027-01-31',
    ],
    [['create', '--name', 'x', '--cluster', 'a'], '--edge is missing: pass the URL of the edge'],
  ] as const)('%j', async ([args, line]) => {
    expect(await kubeDohToken(...args)).toEqual({ code: 2, stdout: '', stderr: `kube-doh: ${line}\n` });
    expect(asked).toEqual([]);
  });
});

describe('--expires', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');

  test.for([
    ['90m', now + 90 * 60_000],
    ['12h', now + 12 * 3_600_000],
    ['30d', now + 30 * 86_400_000],
    ['2w', now + 14 * 86_400_000],
    ['2027-01-31', Date.parse('2027-01-31T00:00:00Z')],
    ['2027-01-31T12:30Z', Date.parse('2027-01-31T12:30:00Z')],
    ['2027-01-31T12:30:15+02:00', Date.parse('2027-01-31T10:30:15Z')],
    ['2028-02-29', Date.parse('2028-02-29T00:00:00Z')],
  ] as const)('%s', ([text, time]) => {
    expect(readTime('--expires', text, now)).toBe(time);
  });

  test.for([
    '',
    '0d',
    '-1d',
    '1y',
    '30',
    '1.5h',
    'd',
    '2027',
    '2027-13-01',
    '2027-02-29',
    '2027-02-30T00:00Z',
    '31.1.2027',
  ])('not "%s"', (text) => {
    expect(() => readTime('--expires', text, now)).toThrow('is neither a time such as');
  });

  test.for(['2026-11-21', '2026-11-21T12:00:00Z'])('not %s, which is over', (text) => {
    expect(() => readTime('--expires', text, now)).toThrow('is in the past');
  });
});

describe('the table', () => {
  test('says when there is nothing', () => {
    expect(tokenTable([])).toEqual(['there is no token']);
    expect(tokenTable(undefined)).toEqual(['there is no token']);
  });

  test('has the oldest first, and stays in its columns whatever the edge says', () => {
    const lines = tokenTable([
      {
        id: 'bbbbbbbb',
        name: 'new\u001b[31m',
        clusters: ['a', 'b'],
        namespaces: ['shop'],
        zone: 'p.example',
        expiresAt: 1e12,
        createdAt: 2,
      },
      { id: 'aaaaaaaa', name: '', clusters: 'x', namespaces: 1, zone: null, expiresAt: 1e99, createdAt: 1 },
      { id: 'cccccccc' },
    ]);
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      ['ID', 'NAME', 'CLUSTERS', 'NAMESPACES', 'ZONE', 'EXPIRES', 'CREATED'],
      ['cccccccc', '(damaged; revoke it)', '-', '-', '-', '-', '-'],
      ['aaaaaaaa', '-', '-', '-', '-', '-', '1970-01-01T00:00:00Z'],
      ['bbbbbbbb', 'new?[31m', 'a,b', 'shop', 'p.example', '2001-09-09T01:46:40Z', '1970-01-01T00:00:00Z'],
    ]);
  });
});
