/** A new edge with the real wrangler, from no Worker to a deployed one, as docs/deploying-the-worker.md has it. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { deployWorker } from '../../../deploy/worker/deploy-worker.ts';
import { makeSecrets } from '../../../deploy/worker/secrets/make-secrets.ts';
import { loadProgram } from '../../../edge/program/program.ts';
import { quietWrangler } from './quiet-wrangler.ts';
import { StandInAccount } from './stand-in-account.ts';

// wrangler takes a second or two to start, on a busy machine ten.
vi.setConfig({ testTimeout: 90_000 });

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kube-doh-account-'));
const config = join(folder, 'wrangler.toml');
const keyFile = join(folder, 'admin.key');

let account: StandInAccount;
const printed: string[] = [];

beforeAll(async () => {
  account = await StandInAccount.start();
  const filledIn = readFileSync(join(root, 'wrangler.toml'), 'utf8')
    .replace('# routes = [{ pattern = "dns.example.com"', 'routes = [{ pattern = "dns.corp.test"')
    .replace(`id = "${'0'.repeat(32)}"`, `id = "${'b'.repeat(32)}"`)
    .replace('main = "dist', `main = "${root}dist`);
  writeFileSync(config, filledIn);
});
afterAll(async () => {
  await account.stop();
  rmSync(folder, { recursive: true });
});

function terminal() {
  const path = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  const variables = { ...quietWrangler(folder), ...account.environment, PATH: path };
  return { variables, print: (line: string) => void printed.push(line) };
}

test('without its secrets it is not deployed', async () => {
  expect(await deployWorker(['--config', config], terminal())).toBe(1);
  expect(printed).toContain(
    'WRONG  secrets      ADMIN_KEY_SHA256 and TOKEN_KEY are not set: "npm run secrets -- --admin-key-file FILE" makes them',
  );
  expect(account.uploads).toEqual([]);
});

test('its secrets are set, before there is a Worker', async () => {
  const args = ['--admin-key-file', keyFile, '--config', config];
  expect(await makeSecrets(args, terminal())).toBe(0);
  const secrets = account.secrets.get('kube-doh')!;
  expect(secrets.get('ADMIN_KEY_SHA256')).toBe(sha256(readFileSync(keyFile, 'utf8').trim()));
  expect(secrets.get('TOKEN_KEY')).toMatch(/^[0-9a-f]{64}$/);
  // What wrangler puts there for the secrets to belong to answers nothing.
  expect(account.uploads.splice(0).map(({ metadata }) => metadata['bindings'])).toEqual([[]]);
});

test('what is uploaded is the script, with what it needs and its secrets', async () => {
  expect(await deployWorker(['--config', config], terminal())).toBe(0);
  const [upload, ...others] = account.uploads;
  expect(others).toEqual([]);
  const hash = sha256((await loadProgram()).worker);
  expect(upload?.worker).toBe('kube-doh');
  expect(Object.entries(upload!.modules).map(([name, octets]) => [name, sha256(octets)])).toEqual([
    ['worker.mjs', hash],
  ]);
  const { bindings, ...metadata } = upload!.metadata;
  expect((bindings as { name: string; type: string }[]).map(({ name, type }) => `${name} ${type}`).toSorted()).toEqual([
    'ADMIN_KEY_SHA256 inherit',
    'JOURNAL durable_object_namespace',
    'METRICS analytics_engine',
    'OUTSIDE_ZONE plain_text',
    'PUBLICATIONS durable_object_namespace',
    'RATE_BY_ADDRESS ratelimit',
    'RATE_BY_TOKEN ratelimit',
    'REGISTRY durable_object_namespace',
    'STORE kv_namespace',
    'TOKEN_KEY inherit',
  ]);
  expect(metadata).toMatchObject({
    main_module: 'worker.mjs',
    compatibility_date: '2026-11-01',
    limits: { cpu_ms: 1000 },
    annotations: { 'workers/message': expect.stringContaining(`script SHA-256 ${hash}`) },
    observability: { enabled: true, logs: { invocation_logs: false }, traces: { enabled: false } },
  });
  expect(account.hosts).toEqual(['dns.corp.test']);
  expect(printed.at(-1)).toBe('  npx kube-doh setup CLUSTER --edge https://dns.corp.test --admin-key-file FILE');
});

function sha256(octets: string | Buffer): string {
  return createHash('sha256').update(octets).digest('hex');
}
