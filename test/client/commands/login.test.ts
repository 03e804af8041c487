/** `kube-doh login`, `logout` and `profiles` against the real Worker in workerd, over HTTPS. */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ran } from '../kube-doh.ts';
import { type EdgesToLogInTo, startEdges } from './edges-to-log-in-to.ts';

const main = fileURLToPath(new URL('../../../client/start.mjs', import.meta.url));

let edges: EdgesToLogInTo;

let home: string;
const everyOutput: string[] = [];

beforeAll(async () => {
  edges = await startEdges();
}, 60_000);
afterAll(() => edges.stop());

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kube-doh-home-'));
});
afterEach(() => {
  chmodSync(home, 0o700);
  rmSync(home, { recursive: true });
});

function kubeDoh(args: readonly string[], { env = {}, input = '' }: { env?: NodeJS.ProcessEnv; input?: string } = {}) {
  const { KUBE_DOH_TOKEN: _, KUBE_DOH_AUTHORITY: __, KUBE_DOH_PROFILES: ___, ...others } = process.env;
  const environment = { ...others, HOME: home, XDG_CONFIG_HOME: '', ...env };
  return new Promise<Ran>((resolve) => {
    const child = execFile(process.execPath, [main, ...args], { env: environment }, (____, stdout, stderr) => {
      everyOutput.push(stdout, stderr);
      resolve({ code: child.exitCode, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

/** With the token in the environment, and the authority. */
function login(token: string, ...args: readonly string[]): Promise<Ran> {
  const env = token === '' ? {} : { KUBE_DOH_TOKEN: token };
  return kubeDoh(['login', '--authority', edges.authority, ...args], { env });
}

function profilesFile(): string {
  return join(home, '.config', 'kube-doh', 'profiles.json');
}

function kept(): unknown {
  return JSON.parse(readFileSync(profilesFile(), 'utf8'));
}

/** Serials are times. */
function withoutSerials(text: string): string {
  return text.replace(/serial \d+/g, 'serial N');
}

const prodZones = ['cluster.local', 'prod.example'];

describe('a token for one cluster', () => {
  test('is kept with what the edge tells, for its owner alone', async () => {
    const { code, stdout, stderr } = await login(edges.prodToken, edges.closed.url);
    expect([code, withoutSerials(stdout), stderr]).toEqual([
      0,
      `kept profile prod (the default): ${edges.closed.url}, cluster prod\n  cluster.local: answered, serial N\n  prod.example: answered, serial N\n`,
      '',
    ]);
    expect(kept()).toEqual({
      default: 'prod',
      profiles: {
        prod: {
          edge: edges.closed.url,
          cluster: 'prod',
          token: edges.prodToken,
          zones: prodZones,
          authorityFile: edges.authority,
        },
      },
    });
    const folder = join(profilesFile(), '..');
    expect([statSync(profilesFile()).mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(readdirSync(folder)).toEqual(['profiles.json']);
    expect(await kubeDoh(['profiles'])).toEqual({
      code: 0,
      stdout: `PROFILE  EDGE                     CLUSTER  ZONES                       TOKEN  AUTHORITY\nprod *   ${edges.closed.url}  prod     cluster.local,prod.example  kept   ${edges.authority}\n`,
      stderr: '',
    });
  });

  test.for<[string, (url: string) => [args: string[], more: Parameters<typeof kubeDoh>[1]]]>([
    [
      'in a file',
      (url) => {
        const path = join(home, 'token');
        writeFileSync(path, `${edges.prodToken}\n`, { mode: 0o600 });
        return [[url, '--token-file', path], { env: { KUBE_DOH_TOKEN: 'another' } }];
      },
    ],
    ['on the standard input', (url) => [[url, '--token-file', '-'], { input: `${edges.prodToken}\n` }]],
    ['in the URL', (url) => [[`${url}/t/${edges.prodToken}/c/prod/dns-query`], {}]],
    [
      'in the environment, before that in the URL',
      (url) => [[`${url}/t/another/dns-query`], { env: { KUBE_DOH_TOKEN: edges.prodToken } }],
    ],
  ])('%s', async ([, given]) => {
    const [args, more] = given(edges.closed.url);
    const ran = await kubeDoh(['login', ...args], {
      ...more,
      env: { KUBE_DOH_AUTHORITY: edges.authority, ...more?.env },
    });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(kept()).toMatchObject({ profiles: { prod: { token: edges.prodToken, zones: prodZones } } });
  });

  test('with a name, and a part of the zones', async () => {
    expect((await login(edges.prodToken, edges.closed.url, '--name', 'work', '--zone', 'svc.prod.example')).code).toBe(
      0,
    );
    expect(kept()).toMatchObject({
      default: 'work',
      profiles: { work: { cluster: 'prod', zones: ['svc.prod.example'] } },
    });
  });
});

describe('a token for several clusters', () => {
  test('makes a profile for each that can be asked, and tells of the others', async () => {
    const { code, stdout, stderr } = await login(edges.allToken, edges.closed.url);
    expect(code).toBe(0);
    expect(withoutSerials(stdout)).toBe(
      `kept profile prod (the default): ${edges.closed.url}, cluster prod\n  cluster.local: answered, serial N\n  prod.example: answered, serial N\nkept profile staging: ${edges.closed.url}, cluster staging\n  cluster.local: SERVFAIL\n  staging.example: SERVFAIL\n`,
    );
    expect(stderr).toBe(
      'kube-doh: no profile for cluster nowhere: it is not registered at the edge\nkube-doh: cluster staging: nothing is published yet: its names are answered once its agent publishes\n',
    );
    expect(kept()).toMatchObject({
      default: 'prod',
      profiles: { prod: { zones: prodZones }, staging: { zones: ['cluster.local', 'staging.example'] } },
    });
  });

  test('or for one alone, which may become the default', async () => {
    await login(edges.prodToken, edges.closed.url);
    expect((await login(edges.allToken, edges.closed.url, '--cluster', 'staging', '--default')).code).toBe(0);
    expect(kept()).toMatchObject({ default: 'staging', profiles: { prod: { token: edges.prodToken } } });
  });

  test.for<[string[], string]>([
    [['--cluster', 'other'], 'this token is not for cluster other: it is for nowhere, prod, staging'],
    [['--cluster', 'nowhere'], 'no profile for cluster nowhere: it is not registered at the edge'],
    [['--name', 'work'], '--name is for one profile, and this token is for prod, staging: choose with --cluster'],
    [
      ['--zone', 'other.example'],
      'this token has no zone other.example: it has cluster.local, prod.example, staging.example',
    ],
  ])('%j', async ([args, reason]) => {
    expect(await login(edges.allToken, edges.closed.url, ...args)).toEqual({
      code: 1,
      stdout: '',
      stderr: `kube-doh: ${reason}\n`,
    });
    expect(existsSync(profilesFile())).toBe(false);
  });
});

describe('an edge that answers everybody', () => {
  test('needs a zone, and no token', async () => {
    const port = new URL(edges.open.url).port;
    expect(await login('', edges.open.url)).toMatchObject({
      code: 1,
      stderr: `kube-doh: ${edges.open.url} answers without a token: say which zones it has with --zone NAME\n`,
    });
    const ran = await login('', edges.open.url, '--zone', 'cluster.local');
    expect([ran.code, withoutSerials(ran.stdout)]).toEqual([
      0,
      `kept profile 127.0.0.1-${port} (the default): ${edges.open.url}\n  cluster.local: answered, serial N\n`,
    ]);
    const profile = { edge: edges.open.url, zones: ['cluster.local'], authorityFile: edges.authority };
    expect(kept()).toEqual({ default: `127.0.0.1-${port}`, profiles: { [`127.0.0.1-${port}`]: profile } });
  });

  test('a zone that it does not have is not kept', async () => {
    expect(await login('', edges.open.url, '--zone', 'other.example')).toMatchObject({
      code: 1,
      stderr: 'kube-doh: the edge does not answer for other.example (REFUSED): check --zone; nothing is kept\n',
    });
    expect(existsSync(profilesFile())).toBe(false);
  });
});

describe('what is refused, and nothing is kept', () => {
  const wrong = `kd1${'a7'.repeat(28)}`;

  test.for<[string, () => string[], () => string, string]>([
    [
      'a token that the edge does not know',
      () => [edges.closed.url],
      () => wrong,
      'the edge URL does not know this token: it has a slip, has expired, or was revoked',
    ],
    [
      "the administrator's key",
      () => [edges.closed.url],
      () => edges.closed.workerd.administratorKey,
      'this is the administrator\'s key and no token: make one with "kube-doh token create"',
    ],
    [
      'a token of two words',
      () => [edges.closed.url],
      () => `${wrong} x`,
      'KUBE_DOH_TOKEN holds no token: a token is one line',
    ],
    [
      'no authority',
      () => [edges.closed.url, '--authority', join(home, 'none')],
      () => wrong,
      'none is no file: name a PEM file',
    ],
    ['no PEM', () => [edges.closed.url, '--authority', main], () => wrong, 'holds no certificate: name a PEM file'],
    [
      'an authority that is not its own',
      () => [edges.closed.url, '--authority', ''],
      () => wrong,
      'the certificate is not trusted (unable to verify the first certificate)',
    ],
    [
      'no host',
      () => ['https://no-such-host.invalid'],
      () => wrong,
      'cannot reach the edge at https://no-such-host.invalid: ',
    ],
    [
      'no TLS',
      () => [edges.closed.workerd.url.origin.replace('http:', 'https:')],
      () => wrong,
      'it does not speak TLS there: check the port',
    ],
  ])('%s', async ([, args, token, reason]) => {
    const ran = await login(token(), ...args());
    expect(ran).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(reason.replace('URL', edges.closed.url)),
    });
    expect(ran.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(profilesFile())).toBe(false);
  });

  test('no token, and nobody to ask for it', async () => {
    expect(await login('', edges.closed.url)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'kube-doh: a token is missing: pass --token-file FILE, or set KUBE_DOH_TOKEN in the environment\n',
    });
  });

  test.for<[string[], string]>([
    [[], 'the command is "kube-doh login URL"'],
    [['a', 'b'], 'the command is "kube-doh login URL"'],
    [[wrong], 'the URL is no URL of an edge'],
    [[`https://e.example/x/${wrong}`], 'the URL is no URL of an edge'],
    [[`https://e.example/dns-query?token=${wrong}`], 'the URL is no URL of an edge'],
    [[`https://me:${wrong}@e.example/dns-query`], 'the URL is no URL of an edge'],
    [[`https://${wrong}.e.example/dns-query`], 'the URL has a token in the name of its host'],
    [['http://e.example'], 'the URL "http://e.example" is not an https URL'],
    [['https://e.example', '--name', 'a b'], '--name is not 1 to 64 of'],
    [['https://e.example', '--cluster', 'A'], '--cluster "A" is no ID'],
    [['https://e.example', '--zone', '.'], '--zone "." is not a domain name below the root'],
    [['https://e.example', '--zone', 'a..b'], '--zone "a..b" is not a domain name below the root'],
  ])('a wrong command line: %j', async ([args, reason]) => {
    const ran = await login(wrong, ...args);
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(reason) });
    expect(ran.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('a profile that is there', () => {
  test('is replaced by another login to the same, and by no other', async () => {
    await login(edges.allToken, edges.closed.url, '--cluster', 'prod');
    expect((await login(edges.prodToken, edges.closed.url)).code).toBe(0);
    expect(kept()).toMatchObject({ profiles: { prod: { token: edges.prodToken } } });
    const before = readFileSync(profilesFile(), 'utf8');
    const other = await login('', edges.open.url, '--zone', 'cluster.local', '--name', 'prod');
    expect(other).toEqual({
      code: 1,
      stdout: '',
      stderr: `kube-doh: there is a profile prod for ${edges.closed.url}, cluster prod: choose another --name, or "kube-doh logout prod" first\n`,
    });
    expect(readFileSync(profilesFile(), 'utf8')).toBe(before);
  });

  test('is forgotten by logout', async () => {
    await login(edges.allToken, edges.closed.url);
    expect(await kubeDoh(['logout', 'other'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'kube-doh: there is no such profile: there are prod, staging\n',
    });
    expect(await kubeDoh(['logout', 'prod'])).toEqual({ code: 0, stdout: 'forgot profile prod\n', stderr: '' });
    expect(kept()).toMatchObject({ default: 'staging', profiles: { staging: {} } });
    await kubeDoh(['logout', 'staging']);
    expect(kept()).toEqual({ profiles: {} });
    expect((await kubeDoh(['profiles'])).stdout).toBe('there is no profile: log in with "kube-doh login URL"\n');
  });

  test('in a file that is damaged is not lost', async () => {
    await login(edges.prodToken, edges.closed.url);
    const damaged = readFileSync(profilesFile(), 'utf8').replace('"zones"', '"zone"');
    writeFileSync(profilesFile(), damaged);
    for (const args of [['profiles'], ['logout', 'prod'], ['login', edges.closed.url]]) {
      const ran = await kubeDoh(args, {
        env: { KUBE_DOH_TOKEN: edges.prodToken, KUBE_DOH_AUTHORITY: edges.authority },
      });
      expect(ran).toMatchObject({
        code: 1,
        stdout: '',
        stderr: `kube-doh: ${profilesFile()}: "profiles.prod" has a member "zone", which is unknown: there are edge, cluster, token, zones, authorityFile; correct it, or remove the file and log in again\n`,
      });
    }
    expect(readFileSync(profilesFile(), 'utf8')).toBe(damaged);
  });

  test('that others can read is told of', async () => {
    await login(edges.prodToken, edges.closed.url);
    chmodSync(profilesFile(), 0o644);
    expect((await kubeDoh(['profiles'])).stderr).toBe(
      `kube-doh: others on this machine can read your tokens: chmod 600 ${profilesFile()}\n`,
    );
  });
});

describe.skipIf(process.platform !== 'linux')('typed on a terminal', () => {
  /** A terminal by `script` of util-linux, on which what is shown can be seen. */
  function onTerminal(typed: string): Promise<{ code: number | null; shown: string }> {
    const command = [process.execPath, main, 'login', edges.closed.url].map((word) => `'${word}'`).join(' ');
    const { KUBE_DOH_TOKEN: _, ...others } = process.env;
    const env = { ...others, HOME: home, XDG_CONFIG_HOME: '', KUBE_DOH_AUTHORITY: edges.authority };
    return new Promise((resolve) => {
      let hasTyped = false;
      let shown = '';
      const child = execFile('script', ['--quiet', '--return', '--command', command, '/dev/null'], { env }, () => {
        everyOutput.push(shown);
        resolve({ code: child.exitCode, shown });
      });
      child.stdout?.on('data', (part) => {
        shown += String(part);
        if (hasTyped || !shown.includes('Token (it is not shown): ')) return;
        hasTyped = true;
        child.stdin?.write(typed);
      });
    });
  }

  test('a token is not shown', async () => {
    const { code, shown } = await onTerminal(`${edges.prodToken}\r`);
    expect([code, shown]).toEqual([0, expect.stringContaining('kept profile prod (the default)')]);
    expect(shown).not.toContain(edges.prodToken.slice(0, 12));
    expect(kept()).toMatchObject({ profiles: { prod: { token: edges.prodToken } } });
  });

  test.for([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s ends it', async ([, typed]) => {
    const { code, shown } = await onTerminal(typed!);
    expect([code, shown]).toEqual([1, expect.stringContaining('kube-doh: nothing was typed: nothing is kept')]);
    expect(existsSync(profilesFile())).toBe(false);
  });
});

test('nothing of all this has shown a token or a key', () => {
  const shown = everyOutput.join('\n');
  expect(shown).toContain('kept profile');
  for (const secret of [
    edges.prodToken,
    edges.allToken,
    edges.closed.workerd.administratorKey,
    `kd1${'a7'.repeat(28)}`,
  ]) {
    expect(shown).not.toContain(secret);
  }
});
