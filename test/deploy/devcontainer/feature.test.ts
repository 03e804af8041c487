/** The Feature, installed and started with folders of the test's own instead of the container's. */
import { spawnSync } from 'node:child_process';
import {
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { bundleCommand } from '../../../deploy/bundle/bundle.ts';
import { leastNode } from '../../../deploy/bundle/opening.ts';
import { DemoProcess } from '../../demo/demo-process.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const source = fileURLToPath(new URL('../../../deploy/devcontainer/kube-doh', import.meta.url));
const description = JSON.parse(readFileSync(join(source, 'devcontainer-feature.json'), 'utf8'));
const scripts = readdirSync(source).filter((name) => name.endsWith('.sh'));

describe('its description', () => {
  test('names its folder, a version, and what runs when the container has started', () => {
    expect(description).toMatchObject({
      id: 'kube-doh',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      name: expect.any(String),
      postStartCommand: '/usr/local/share/kube-doh/start.sh',
    });
  });

  test('has options that the script reads, and no token among them', () => {
    const install = readFileSync(join(source, 'install.sh'), 'utf8');
    const names = Object.keys(description.options);
    expect(names).toEqual(['url', 'zones', 'repository', 'ref']);
    for (const name of names) expect(install).toContain(`${name}=\${${name.toUpperCase()}:-`);
    expect(names.join()).not.toMatch(/token|secret|key/i);
  });
});

test.for(scripts)('%s has nothing for shellcheck to find', (name, { skip }) => {
  const { error, stdout } = spawnSync('shellcheck', ['--shell=sh', join(source, name)], { encoding: 'utf8' });
  if (error !== undefined) skip('shellcheck is not installed');
  expect(stdout).toBe('');
});

describe('in a container', () => {
  let folder: string;
  let feature: string;
  let environment: Record<string, string | undefined>;
  let script: string;

  beforeAll(async () => {
    script = await bundleCommand();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
    feature = join(folder, 'feature');
    cpSync(source, feature, { recursive: true });
    writeFileSync(join(feature, 'kube-doh.mjs'), script);
    const { NODE_OPTIONS: _, ...inherited } = process.env;
    environment = {
      ...inherited,
      PATH: [join(folder, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter),
      KUBE_DOH_LIBRARY: join(folder, 'lib'),
      KUBE_DOH_SHARE: join(folder, 'share'),
      KUBE_DOH_FEATURE: join(folder, 'share'),
      KUBE_DOH_COMMAND: join(folder, 'bin', 'kube-doh'),
      KUBE_DOH_PROFILES: join(folder, 'profiles.json'),
      XDG_RUNTIME_DIR: folder,
    };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function run(path: string, variables: Readonly<Record<string, string>> = {}, ...args: string[]) {
    const env = { ...environment, ...variables };
    const { status, stdout, stderr } = spawnSync(path, args, { env, encoding: 'utf8', cwd: folder });
    return { code: status, stdout, stderr };
  }

  test.for([leastNode, '24.21.0', '100.1.0'])("the image's own Node %s is taken", (version) => {
    giveNode(version);
    expect(run(join(feature, 'install.sh'))).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(folder, 'bin/kube-doh'), 'utf8')).toContain(`exec "${join(folder, 'bin/node')}"`);
  });

  test.for(['20.20.2', '22.9.0', '22.18.0'])('beside Node %s, which is too old, another one is got', (version) => {
    giveNode(version);
    program('npm', 'echo "npm $*" >&2; exit 1');
    const { code, stderr } = run(join(feature, 'install.sh'));
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^npm install .* node@24$/m)]);
  });

  /** In front of all others. */
  function program(name: string, line: string): void {
    mkdirSync(join(folder, 'bin'), { recursive: true });
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  }

  /** One that says it is of this version. */
  function giveNode(version: string): void {
    const pretence = join(folder, 'other-version.cjs');
    const versions = `{ ...process.versions, node: '${version}' }`;
    writeFileSync(pretence, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
    program('node', `exec '${process.execPath}' --require '${pretence}' "$@"`);
  }

  test('the command is installed', () => {
    expect(run(join(feature, 'install.sh'))).toMatchObject({ code: 0, stderr: '' });
    expect(run('kube-doh', {}, 'resolve', '--help')).toMatchObject({ code: 0, stderr: '' });
  });

  test.for([
    ['https://dns.example.com/t/kd1secret/dns-query', 'the option "url" holds a token'],
    ['https://x:kd1secret@dns.example.com/dns-query', 'the option "url" holds a token'],
    ['https://kd1secret.dns.example.com/dns-query', 'the option "url" holds a token'],
  ] as const)('a token in %s is refused', ([url, reason]) => {
    const { code, stderr } = run(join(feature, 'install.sh'), { URL: url });
    expect([code, stderr]).toEqual([1, expect.stringContaining(reason)]);
    expect(stderr).not.toContain('kd1secret');
  });

  test('without the script and without a repository there is nothing to install', () => {
    rmSync(join(feature, 'kube-doh.mjs'));
    const { code, stderr } = run(join(feature, 'install.sh'));
    expect([code, stderr]).toEqual([1, expect.stringContaining('there is no kube-doh.mjs beside install.sh')]);
  });

  test('without an edge it says so, and changes nothing', () => {
    const resolver = join(folder, 'resolv.conf');
    writeFileSync(resolver, 'nameserver 192.0.2.1\n');
    run(join(feature, 'install.sh'));
    const { code, stderr } = run(join(folder, 'share/start.sh'), { KUBE_DOH_RESOLV_CONF: resolver });
    expect([code, stderr]).toEqual([0, expect.stringContaining('no edge is configured')]);
    const away = { KUBE_DOH_RESOLV_CONF: resolver, KUBE_DOH_URL: 'http://127.0.0.1:1/dns-query' };
    const failed = run(join(folder, 'share/start.sh'), away);
    expect([failed.code, failed.stderr]).toEqual([0, expect.stringContaining('the stub did not start')]);
    expect(readFileSync(resolver, 'utf8')).toBe('nameserver 192.0.2.1\n');
  });

  test('what it keeps goes into no folder that somebody else has put there', () => {
    const resolver = join(folder, 'resolv.conf');
    const theirs = join(folder, 'theirs');
    const state = join(folder, `kube-doh-${process.getuid!()}`);
    writeFileSync(resolver, 'nameserver 192.0.2.1\n');
    mkdirSync(theirs);
    run(join(feature, 'install.sh'));
    const variables = { KUBE_DOH_RESOLV_CONF: resolver, KUBE_DOH_URL: 'http://127.0.0.1:1/dns-query' };
    const started = () => {
      const { code, stderr } = run(join(folder, 'share/start.sh'), variables);
      return [code, stderr, readdirSync(theirs)];
    };
    const refused = [0, expect.stringContaining(`${state} is not this user's`), []];
    symlinkSync(theirs, state);
    expect(started()).toEqual(refused);
    if (process.getuid!() !== 0) return;
    rmSync(state);
    renameSync(theirs, state);
    symlinkSync(state, theirs);
    chownSync(state, 12_345, 12_345);
    expect(started()).toEqual(refused);
  });

  describe('with an edge', () => {
    let demo: DemoProcess;
    let variables: Record<string, string>;
    const name = 'redis-0.redis-headless.cache.svc.cluster.local';

    beforeAll(async () => {
      demo = new DemoProcess([]);
      const { url, token, ca } = await demo.ready();
      variables = { KUBE_DOH_TOKEN: token!, KUBE_DOH_AUTHORITY: ca!, URL: `${url}/dns-query` };
    });
    afterAll(() => demo.remove());
    afterEach(() => {
      const [pid] = readFileSync(join(folder, `kube-doh-${process.getuid!()}`, 'pid'), 'utf8').split('\n');
      process.kill(Number(pid), 'SIGKILL');
    });

    test('the stub answers, the resolver leads to it, and the token is written nowhere', () => {
      const resolver = join(folder, 'resolv.conf');
      writeFileSync(resolver, 'nameserver 127.0.0.1\nnameserver 192.0.2.1\n');
      const { KUBE_DOH_TOKEN: token = '' } = variables;
      const { URL: url = '' } = variables;
      expect(run(join(feature, 'install.sh'), { URL: url, ZONES: 'cluster.local' })).toMatchObject({ code: 0 });
      const starting = { ...variables, URL: '', KUBE_DOH_RESOLV_CONF: resolver, KUBE_DOH_LISTEN: '127.0.0.1:0' };
      const started = run(join(folder, 'share/start.sh'), starting);
      expect(started).toEqual({
        code: 0,
        stdout: '',
        stderr: 'kube-doh: names of the cluster resolve in this container\n',
      });
      const state = join(folder, `kube-doh-${process.getuid!()}`);
      const { listen, zones } = JSON.parse(readFileSync(join(state, 'ready'), 'utf8'));
      expect(zones).toEqual(['cluster.local']);
      const program = `
        const resolver = new (require('node:dns').promises.Resolver)();
        resolver.setServers(['${listen[0]}']);
        resolver.resolve4('${name}').then(console.log);`;
      expect(run(process.execPath, {}, '-e', program).stdout).toMatch(/^\[ '10\.[\d.]+' \]\n$/);
      expect(readFileSync(resolver, 'utf8')).toMatch(/^# BEGIN kube-doh\nnameserver 127\.0\.0\.1\n# END kube-doh\n/);
      // Once more, as when the container is attached to.
      const pid = readFileSync(join(state, 'pid'), 'utf8');
      expect(run(join(folder, 'share/start.sh'), starting)).toMatchObject({ code: 0 });
      expect(readFileSync(join(state, 'pid'), 'utf8')).toBe(pid);
      for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (file.isFile()) expect(readFileSync(join(file.parentPath, file.name), 'utf8')).not.toContain(token);
      }
      // The shipped script holds the hook that Node programs load.
      const lookup = `require('node:dns').lookup('${name}', (error, address) => console.log(error ?? address))`;
      const ran = run('kube-doh', { ...variables, KUBE_DOH_URL: url }, 'run', '--', process.execPath, '-e', lookup);
      expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^10\.[\d.]+\n$/) });
    });
  });
});
