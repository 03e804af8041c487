/** The workflows of CI: what they use cannot be exchanged beneath them, and they may do no more than they need. */
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { leastNode } from '../../../deploy/bundle/opening.ts';
import { root } from '../../../deploy/source-package.ts';

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly 'timeout-minutes'?: number;
  readonly uses?: string;
  readonly steps?: readonly { readonly run?: string }[];
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
}

interface Dependabot {
  readonly updates: readonly { readonly 'package-ecosystem': string; readonly directories?: readonly string[] }[];
}

const folder = `${root}.github/workflows/`;
const files = readdirSync(folder);
const textOf = (file: string): string => readFileSync(`${folder}${file}`, 'utf8');
const read = (file: string): Workflow => parse(textOf(file));

test('these are all', () => {
  expect(files.sort()).toEqual(['release.yml', 'test.yml']);
});

describe.for(files)('%s', (file) => {
  test('takes actions by the hash of a commit, and says of which version', () => {
    const uses = textOf(file).match(/^.*\buses: .*$/gm)!;
    expect(uses.length).toBeGreaterThan(1);
    const ours = / uses: \.\/\.github\/workflows\/test\.yml$/;
    const pinned = / uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
    expect(uses.filter((line) => !pinned.test(line) && !ours.test(line))).toEqual([]);
  });

  test('takes images by their hash', () => {
    const images = textOf(file).match(/\b(image|IMAGE): \S+:\S+$/gm) ?? [];
    expect(images.filter((line) => !/@sha256:[0-9a-f]{64}$/.test(line))).toEqual([]);
  });

  test('keeps no token in a clone, and puts nothing of an event into a script', () => {
    const text = textOf(file);
    expect(text.match(/persist-credentials: false/g)!.length).toBe(text.match(/uses: actions\/checkout@/g)!.length);
    const scripts = Object.values(read(file).jobs).flatMap(({ steps = [] }) => steps.flatMap(({ run }) => run ?? []));
    expect(scripts.length).toBeGreaterThan(1);
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
    expect(text).not.toMatch(/pull_request_target|secrets\./);
  });

  test('ends by itself', () => {
    const endless = Object.entries(read(file).jobs).filter(([, job]) => !job.uses && !job['timeout-minutes']);
    expect(endless).toEqual([]);
  });
});

test('only a release writes anything, each job what it is for, in an environment that can ask for a reviewer', () => {
  expect(read('test.yml').permissions).toEqual({ contents: 'read' });
  expect(Object.values(read('test.yml').jobs).filter(({ permissions }) => permissions)).toEqual([]);
  const { permissions, jobs } = read('release.yml');
  expect(permissions).toEqual({});
  const writing = Object.entries(jobs).flatMap(([name, job]) => {
    const written = Object.entries(job.permissions ?? {}).filter(([, right]) => right === 'write');
    return written.length === 0 ? [] : [[name, job.environment, written.map(([right]) => right).join()]];
  });
  expect(writing).toEqual([
    ['npm', 'release', 'id-token'],
    ['image', 'release', 'packages,id-token,attestations'],
    ['chart', 'release', 'packages'],
    ['release', 'release', 'contents,id-token,attestations'],
  ]);
});

test('every Go module moves by pull requests', () => {
  const { updates } = parse(readFileSync(`${root}.github/dependabot.yml`, 'utf8')) as Dependabot;
  const directories = updates.find((each) => each['package-ecosystem'] === 'gomod')!.directories!;
  const modules = globSync('test/**/go.mod', { cwd: root }).map((path) => `/${dirname(path)}`);
  const watched = globSync(
    directories.map((directory) => `${directory.slice(1)}/go.mod`),
    { cwd: root },
  );
  expect(modules.length).toBeGreaterThan(3);
  expect(watched.map((path) => `/${dirname(path)}`).sort()).toEqual(modules.sort());
});

test('the package is installed on the oldest Node that it runs on', () => {
  expect(read('test.yml').jobs['install']!.strategy!.matrix['node']).toContain(leastNode);
});
