/** The npm package: what is in it, and that it works where nothing else is. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleCommand } from '../../../deploy/bundle/bundle.ts';
import { packageManifest } from '../../../deploy/package/manifest.ts';
import { root, sourcePackage } from '../../../deploy/source-package.ts';
import { testEverydayUse } from './everyday-use.ts';
import { type PackedPackage, packPackage, removeFolder, temporaryFolder } from './installed-package.ts';

testEverydayUse(process.versions.node, () => process.execPath);

describe('the packed files', () => {
  const folder = temporaryFolder();
  let packed: PackedPackage;

  beforeAll(async () => {
    packed = await packPackage(folder, new URL('https://git.example/our/kube-doh'));
  });
  afterAll(() => removeFolder(folder));

  const read = (name: string): string => readFileSync(join(folder, 'package', name), 'utf8');

  test('are these and no others', () => {
    const described = [
      'LICENSE',
      'README.md',
      'THIRD-PARTY-LICENSES.txt',
      'kube-doh.mjs',
      'package.json',
      'sbom.cdx.json',
    ];
    expect(packed.files).toEqual(described);
  });

  test('have the one script, the same in every build, started by a line that every env understands', async () => {
    expect(digest(read('kube-doh.mjs'))).toBe(digest(await bundleCommand()));
    expect(read('kube-doh.mjs')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test('say where they are from, and need no other package', () => {
    const manifest = JSON.parse(read('package.json'));
    expect(manifest).toMatchObject({
      name: 'kube-doh',
      version: sourcePackage().version,
      license: 'Apache-2.0',
      repository: { type: 'git', url: 'git+https://git.example/our/kube-doh.git' },
      bin: { 'kube-doh': './kube-doh.mjs' },
      engines: { node: '>=22.19.0' },
    });
    const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'scripts', 'private'];
    for (const kind of kinds) expect(manifest).not.toHaveProperty(kind);
    expect(packageManifest(sourcePackage(), undefined)).not.toHaveProperty('repository');
  });

  test('list what the script is made of as npm does', () => {
    const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'];
    const all: Sbom = JSON.parse(
      execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    const { components }: Sbom = JSON.parse(read('sbom.cdx.json'));
    const parts = components.map(({ purl }) => purl);
    const names = parts.map((part) => part.replace(/@[^@]*$/, ''));
    // The agent's, the client's, and that of the Worker, which the command has built in.
    expect(names).toEqual(expect.arrayContaining(['pkg:npm/yaml', 'pkg:npm/dns-packet', 'pkg:npm/hono']));
    for (const name of ['undici', 'workerd', 'wrangler', 'vitest']) expect(names).not.toContain(`pkg:npm/${name}`);
    for (const { purl, hashes } of components) expect({ purl, hashes }).toEqual(asListed(all, purl));
  });

  test('have a license text for each part', () => {
    const texts = read('THIRD-PARTY-LICENSES.txt');
    const { components }: Sbom = JSON.parse(read('sbom.cdx.json'));
    for (const { group, name, version } of components) {
      expect(texts).toContain(`\n${group === undefined ? '' : `${group}/`}${name} ${version} (`);
    }
    expect(texts.match(/^={80}$/gm)).toHaveLength(components.length);
    expect(texts.match(/Copyright/g)!.length).toBeGreaterThan(components.length / 2);
  });
});

interface Sbom {
  readonly components: readonly {
    readonly purl: string;
    readonly group?: string;
    readonly name: string;
    readonly version: string;
    readonly hashes: unknown;
  }[];
}

function asListed({ components }: Sbom, wanted: string) {
  const { purl, hashes } = components.find((component) => component.purl === wanted)!;
  return { purl, hashes };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
