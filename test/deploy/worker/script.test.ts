/** What wrangler would upload, in every environment, is the script that the other servers of this repository run. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { production, readConfigurations } from '../../../deploy/worker/configuration.ts';
import { bundleWorker } from '../../../edge/program/bundle.ts';
import { loadProgram } from '../../../edge/program/program.ts';
import { quietWrangler } from './quiet-wrangler.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const template = `${root}deploy/worker/template`;
const wrangler = join(root, 'node_modules/.bin/wrangler');
const folder = mkdtempSync(join(tmpdir(), 'kube-doh-script-'));
afterAll(() => rmSync(folder, { recursive: true }));

const configurations = await readConfigurations(undefined);
/** What `npm start`, `kube-doh edge` and the conformance tests run; and what the benchmark does. */
const ours = sha256((await loadProgram()).worker);

test('there is one script', async () => {
  expect(sha256(await bundleWorker(`${root}worker/index.ts`))).toBe(ours);
  expect([...configurations.keys()]).toEqual([production, 'staging']);
});

test.for([...configurations.keys()])('%s', (environment) => {
  const outdir = join(folder, environment);
  const name = environment === production ? '' : environment;
  const args = ['deploy', '--dry-run', `--env=${name}`, `--outdir=${outdir}`];
  // It warns of what an environment lacks that the top level has.
  expect(run(wrangler, args, root)).toEqual({ status: 0, stderr: '' });
  expect(uploadedTo(outdir)).toEqual({ 'worker.mjs': ours });
});

describe('the template', () => {
  test('uploads the same, from the package alone', () => {
    const copy = join(folder, 'template');
    cpSync(template, copy, { recursive: true });
    const bin = join(copy, 'node_modules/.bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'kube-doh'), `#!/bin/sh\nexec '${process.execPath}' '${root}client/start.mjs' "$@"\n`);
    chmodSync(join(bin, 'kube-doh'), 0o755);
    const outdir = join(copy, 'uploaded');
    const path = [bin, process.env['PATH']].join(delimiter);
    expect(run(wrangler, ['deploy', '--dry-run', `--outdir=${outdir}`], copy, path)).toEqual({ status: 0, stderr: '' });
    expect(uploadedTo(outdir)).toEqual({ 'worker.mjs': ours });
  });

  test('is deployed as the production is, but for what only an account can fill in', async () => {
    const own = (await readConfigurations(`${template}/wrangler.toml`)).get(production)!;
    const topLevel = configurations.get(production)!;
    const differing = Object.keys({ ...topLevel, ...own }).filter((member) => {
      const [here, there] = [own, topLevel].map((each) => JSON.stringify((each as Record<string, unknown>)[member]));
      return here !== there;
    });
    const paths = ['configPath', 'userConfigPath', 'main', 'build', 'definedEnvironments'];
    const filledIn = ['workers_dev', 'kv_namespaces', 'secrets', 'limits'];
    expect(differing.filter((member) => !paths.includes(member)).toSorted()).toEqual(filledIn.toSorted());
    expect(own.kv_namespaces).toEqual([{ binding: 'STORE' }]);
  });

  test('wants the wrangler that the tests ran, and the package of this version', () => {
    const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
    const own = read(`${template}/package.json`);
    const ourPackage = read(`${root}package.json`);
    expect(own.devDependencies.wrangler).toBe(ourPackage.devDependencies.wrangler);
    expect(own.dependencies['kube-doh']).toBe(ourPackage.version);
  });

  test('has no example of a secret that would be one', () => {
    const lines = readFileSync(`${template}/.dev.vars.example`, 'utf8').split('\n');
    const values = lines.flatMap((line) => /^(\w+)=(.*)$/.exec(line)?.slice(1) ?? []);
    expect(values.filter((_, i) => i % 2 === 0)).toEqual(['ADMIN_KEY_SHA256', 'TOKEN_KEY']);
    expect(values.filter((value) => /^[0-9a-f]{64}$/i.test(value))).toEqual([]);
  });
});

function run(program: string, args: readonly string[], cwd: string, path = process.env['PATH']) {
  const env = { ...quietWrangler(join(folder, 'logs')), PATH: path };
  const { status, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', env });
  return { status, stderr: stderr.replace(/^npm warn .*\n/gm, '') };
}

/** The hash of each file. */
function uploadedTo(outdir: string): Readonly<Record<string, string>> {
  const names = readdirSync(outdir).filter((name) => name !== 'README.md');
  return Object.fromEntries(names.map((name) => [name, sha256(readFileSync(join(outdir, name)))]));
}

function sha256(octets: string | Buffer): string {
  return createHash('sha256').update(octets).digest('hex');
}
