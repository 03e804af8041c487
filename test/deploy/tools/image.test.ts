/** The container image: what BuildKit says of its Dockerfile, and the agent run as its last stage describes. */
import { chownSync, copyFileSync, cpSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { writePackage } from '../../../deploy/package/write-package.ts';
import { root, sourcePackage } from '../../../deploy/source-package.ts';
import { removeFolder, temporaryFolder } from '../package/installed-package.ts';
import { startWholeSystem, type WholeSystem } from '../package/whole-system.ts';
import { ContainedProcess, canContain, makeRoot } from './contained-process.ts';
import { type ReadDockerfile, readDockerfile } from './read-dockerfile.ts';

const { version } = sourcePackage();
const folder = temporaryFolder();
let image: ReadDockerfile;

beforeAll(() => {
  image = readDockerfile(`${root}deploy/image/Dockerfile`, { VERSION: version });
});
afterAll(() => removeFolder(folder));

describe('the Dockerfile', () => {
  test('has nothing that BuildKit complains of', () => {
    expect(image.warnings).toEqual([]);
    const worse = join(folder, 'Dockerfile');
    writeFileSync(worse, 'FROM scratch as one\nENTRYPOINT node\n');
    expect(readDockerfile(worse, {}).warnings).toEqual([
      expect.stringMatching(/^1: FromAsCasing: /),
      expect.stringMatching(/^2: JSONArgsRecommended: /),
    ]);
  });

  test('builds on images that cannot be exchanged, for any processor on the builder itself', () => {
    expect(image.stages.map(({ base }) => base.replace(/[0-9a-f]{64}$/, 'HASH'))).toEqual([
      'node:24.21.0-trixie-slim@sha256:HASH',
      'gcr.io/distroless/nodejs24-debian13:nonroot@sha256:HASH',
    ]);
    expect(image.stages[0]).toMatchObject({ name: 'build', platform: '$BUILDPLATFORM' });
    expect(image.stages[1]).toMatchObject({ platform: '', runs: 0 });
  });

  test('says who runs what, and which version it is', () => {
    expect(image.config).toMatchObject({
      User: '65532:65532',
      WorkingDir: '/kube-doh',
      Entrypoint: ['/nodejs/bin/node', '/kube-doh/kube-doh.mjs'],
      Cmd: ['--help'],
      Labels: {
        'org.opencontainers.image.version': version,
        'org.opencontainers.image.licenses': 'Apache-2.0',
        'org.opencontainers.image.base.name': image.stages[1]!.base.replace(/@.*/, ''),
      },
    });
  });
});

describe.skipIf(!canContain)('run as the last stage describes', () => {
  const node = realpathSync(process.execPath);
  let system: WholeSystem;
  let place: string;

  beforeAll(async () => {
    const built = join(folder, 'package');
    // One after the other: the bundler ends what others build when it is done.
    await writePackage(built, undefined);
    system = await startWholeSystem(folder);
    place = join(folder, 'root');
    makeRoot(place, node);
    for (const { source, to } of image.stages[1]!.copies) {
      expect(source).toBe('/source/dist/package/');
      cpSync(built, join(place, to), { recursive: true });
    }
  });
  afterAll(() => system?.stop());

  const start = (args: readonly string[], entrypoint = image.config.Entrypoint): ContainedProcess => {
    const started = new ContainedProcess(
      place,
      node,
      { ...image, config: { ...image.config, Entrypoint: entrypoint } },
      args,
    );
    onTestFinished(() => started.kill());
    return started;
  };

  test('it tells its version', async () => {
    const told = start(['--version']);
    expect([await told.exited, told.stdout, told.stderr]).toEqual([0, `kube-doh ${version}\n`, '']);
  });

  test('nothing can be written', async () => {
    const script = `require('node:fs').writeFileSync('/kube-doh/anything', '')`;
    const writing = start(['--eval', script], ['/nodejs/bin/node']);
    expect(await writing.exited).toBe(1);
    expect(writing.stderr).toContain('EROFS');
  });

  test('the agent publishes, without any right, and ends when it is told to', async () => {
    // As a kubelet mounts a Secret: for the container's user alone.
    const mounted = join(place, 'mounted');
    mkdirSync(mounted);
    const args = system.agentFlags.map((flag) => {
      if (!flag.startsWith(folder)) return flag;
      const copy = join(mounted, basename(flag));
      copyFileSync(flag, copy);
      chownSync(copy, 65_532, 65_532);
      return `/mounted/${basename(flag)}`;
    });
    const agent = start(['agent', ...args]);
    await expect.poll(() => agent.stderr, { timeout: 20_000 }).toContain('published epoch');
    const status = agent.status();
    const rights = ['Uid', 'Gid', 'CapPrm', 'CapEff', 'NoNewPrivs'].map((name) => status.get(name)!.split('\t').at(-1));
    expect(rights).toEqual(['65532', '65532', '0'.repeat(16), '0'.repeat(16), '1']);
    // The first process gets no signal that it does not ask for.
    expect(status.get('NSpid')!.split('\t').at(-1)).toBe('1');
    agent.signal('SIGTERM');
    expect(await agent.exited, agent.stderr).toBe(0);
  });
});
