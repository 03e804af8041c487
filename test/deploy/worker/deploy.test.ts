/** `npm run deploy` and `npm run secrets`, with a wrangler that asks no account. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deployWorker } from '../../../deploy/worker/deploy-worker.ts';
import { makeSecrets } from '../../../deploy/worker/secrets/make-secrets.ts';
import { StandInWrangler } from './stand-in-wrangler.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

let wrangler: StandInWrangler;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-deploy-'));
});
afterEach(() => {
  wrangler.remove();
  rmSync(folder, { recursive: true });
});

async function run(command: typeof deployWorker, args: readonly string[]) {
  const lines: string[] = [];
  const terminal = { variables: wrangler.environment, print: (line: string) => void lines.push(line) };
  try {
    return { code: await command(args, terminal), lines, refusal: '' };
  } catch (error) {
    const { code, message } = error as Error & { readonly code: string };
    return { code, lines, refusal: message };
  }
}

const deploy = (...args: readonly string[]) => run(deployWorker, args);
const secrets = (...args: readonly string[]) => run(makeSecrets, args);

/** wrangler.toml with what a user fills in. */
function filledIn(...changes: readonly (readonly [string, string])[]): string {
  const own: readonly (readonly [string, string])[] = [
    ['# routes = [{ pattern = "dns.example.com"', 'routes = [{ pattern = "dns.corp.test"'],
    ['routes = []', 'routes = [{ pattern = "staging.corp.test", custom_domain = true }]'],
    [`id = "${'0'.repeat(32)}"`, `id = "${'a'.repeat(32)}"`],
    [`id = "${'0'.repeat(32)}"`, `id = "${'b'.repeat(32)}"`],
    // Beside this file there is no such script.
    ['main = "dist', `main = "${root}dist`],
  ];
  const text = readFileSync(join(root, 'wrangler.toml'), 'utf8');
  const path = join(folder, 'wrangler.toml');
  const filled = [...own, ...changes].reduce((before, [old, chosen]) => {
    expect(before).toContain(old);
    return before.replace(old, chosen);
  }, text);
  writeFileSync(path, filled);
  return path;
}

const bothSecrets = { secrets: ['ADMIN_KEY_SHA256', 'TOKEN_KEY'] };

describe('deploy', () => {
  test('what is as it came is not deployed, and every reason is told', async () => {
    wrangler = new StandInWrangler({ secrets: [] });
    const { code, lines } = await deploy();
    expect(code).toBe(1);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^WRONG {2}host +there is none/),
        expect.stringMatching(/^WRONG {2}store +no KV namesp/),
        expect.stringMatching(/^WRONG {2}secrets +ADMIN_KEY_S/),
        expect.stringMatching(/^ok {5}logs +on, without/),
        'not deployed: 3 things are wrong',
      ]),
    );
    expect(wrangler.calls.map(({ args }) => args)).toEqual([['secret', 'list', '--format', 'json', '--env=']]);
  });

  test.for([
    ['production', [], '', 'dns.corp.test'],
    ['staging', ['--env', 'staging'], 'staging', 'staging.corp.test'],
  ] as const)('%s is deployed once all is well', async ([, flags, name, host]) => {
    wrangler = new StandInWrangler(bothSecrets);
    const config = filledIn();
    const { code, lines } = await deploy('--config', config, ...flags);
    expect({ code, wrong: lines.filter((line) => line.startsWith('WRONG')) }).toEqual({ code: 0, wrong: [] });
    const message = expect.stringMatching(/^kube-doh \d+\.\d+\.\d+, script SHA-256 [0-9a-f]{64}$/);
    expect(wrangler.calls.map(({ args }) => args)).toEqual([
      ['secret', 'list', '--format', 'json', `--env=${name}`, `--config=${config}`],
      ['deploy', '--message', message, `--env=${name}`, `--config=${config}`],
    ]);
    expect(lines.at(-1)).toBe(`  npx kube-doh setup CLUSTER --edge https://${host} --admin-key-file FILE`);
  });

  test('open access stops it', async () => {
    wrangler = new StandInWrangler(bothSecrets);
    const config = filledIn(['OUTSIDE_ZONE = "refuse"', 'OUTSIDE_ZONE = "refuse"\nOPEN = "true"']);
    const { code, lines } = await deploy('--config', config);
    expect(code).toBe(1);
    expect(lines).toContain('WRONG  open access  OPEN lets everybody ask: take it out of [vars]');
    expect(wrangler.calls).toHaveLength(1);
  });

  test('a dry run asks no account, and ends with 1 where something is wrong', async () => {
    wrangler = new StandInWrangler({ secrets: [] });
    const { code, lines } = await deploy('--dry-run', '--env=staging');
    expect(lines).toContain('-      secrets      a dry run does not ask the account');
    expect(code).toBe(1);
    expect(wrangler.calls.map(({ args }) => args)).toEqual([['deploy', '--dry-run', '--env=staging']]);
    expect((await deploy('--dry-run', '--config', filledIn())).code).toBe(0);
  });

  test('an account that cannot be asked is one thing that is wrong', async () => {
    wrangler = new StandInWrangler({ failure: 'Not logged in.' });
    const { code, lines } = await deploy();
    expect(code).toBe(1);
    expect(lines).toContain('WRONG  secrets      wrangler cannot list the secrets: Not logged in.');
    expect(lines).toContain('not deployed: 3 things are wrong');
  });

  test.for([
    [['--env', 'nowhere'], 'wrangler.toml has no environment "nowhere": it has production, staging'],
    [['--force'], "Unknown option '--force'; see npm run deploy -- --help"],
  ] as const)('%j is refused', async ([args, refusal]) => {
    wrangler = new StandInWrangler(bothSecrets);
    expect(await deploy(...args)).toEqual({ code: 'USAGE', lines: [], refusal });
    expect(wrangler.calls).toEqual([]);
  });
});

describe('secrets', () => {
  test('of a new edge: the key stays here, its hash and the token key go through a pipe', async () => {
    wrangler = new StandInWrangler({ secrets: [] });
    const path = join(folder, 'admin.key');
    expect(await secrets('--admin-key-file', path, '--env', 'staging')).toEqual({
      code: 0,
      lines: [`made the administrator's key: ${path}`, 'set ADMIN_KEY_SHA256 and TOKEN_KEY for staging'],
      refusal: '',
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const key = readFileSync(path, 'utf8').trim();
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    const [, put] = wrangler.calls;
    expect(put?.args).toEqual(['secret', 'bulk', '--env=staging']);
    expect(JSON.parse(put!.input)).toEqual({
      ADMIN_KEY_SHA256: sha256(key),
      TOKEN_KEY: expect.stringMatching(/^[0-9a-f]{64}$/),
    });

    expect(await secrets('--admin-key-file', path, '--env', 'staging')).toMatchObject({
      code: 0,
      lines: ['ADMIN_KEY_SHA256 and TOKEN_KEY are set: nothing is done'],
    });
    expect(readFileSync(path, 'utf8').trim()).toBe(key);
    expect(wrangler.calls).toHaveLength(3);
  });

  test('a run that got no further than the file is taken up by the next', async () => {
    wrangler = new StandInWrangler({ secrets: [] });
    const path = join(folder, 'admin.key');
    writeFileSync(path, `${'k'.repeat(40)}\n`);
    expect((await secrets('--admin-key-file', path)).code).toBe(0);
    expect(JSON.parse(wrangler.calls[1]!.input)).toMatchObject({ ADMIN_KEY_SHA256: sha256('k'.repeat(40)) });
  });

  test.for([
    ['token', ['TOKEN_KEY']],
    ['administrator', ['ADMIN_KEY_SHA256']],
  ] as const)('--replace %s makes that one anew', async ([name, set]) => {
    wrangler = new StandInWrangler(bothSecrets);
    expect((await secrets('--replace', name, '--admin-key-file', join(folder, 'new.key'))).code).toBe(0);
    expect(Object.keys(JSON.parse(wrangler.calls[1]!.input))).toEqual(set);
  });

  test.for([
    [['--replace', 'both'], bothSecrets, 'USAGE', '--replace "both" is neither administrator nor token'],
    [[], { secrets: [] }, 'USAGE', "--admin-key-file is missing: pass the path of a file for the administrator's key"],
    [
      ['--admin-key-file', 'FOLDER/short'],
      { secrets: [] },
      'KEY_FILE',
      "FOLDER/short: it holds no administrator's key, which is one line of at least 32 characters",
    ],
    [
      ['--admin-key-file', 'FOLDER/no/where'],
      { secrets: [] },
      'KEY_FILE',
      'FOLDER/no/where: it cannot be written (ENOENT)',
    ],
    [
      ['--replace', 'administrator', '--admin-key-file', 'FOLDER/short'],
      bothSecrets,
      'USAGE',
      'FOLDER/short exists already: pass another path for the new key',
    ],
    [
      ['--admin-key-file', 'FOLDER/a'],
      { failure: 'Not logged in.' },
      'WRANGLER',
      'wrangler cannot list the secrets: Not logged in.',
    ],
  ] as const)('%j is refused, and nothing is set', async ([args, account, code, refusal]) => {
    wrangler = new StandInWrangler(account);
    writeFileSync(join(folder, 'short'), 'guess\n');
    const here = (text: string) => text.replace('FOLDER', folder);
    expect(await secrets(...args.map(here))).toEqual({ code, lines: [], refusal: here(refusal) });
    expect(wrangler.calls.filter((call) => call.args[1] === 'bulk')).toEqual([]);
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
