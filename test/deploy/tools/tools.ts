/** Programs of others that hold what is released to its rules: built with Go once a machine, from the modules that go/ pins. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';

const goFolder = join(import.meta.dirname, 'go');

const mainPackages = {
  actionlint: 'github.com/rhysd/actionlint/cmd/actionlint',
  dockerfile: './dockerfile',
} as const;

/** The path of the program. Takes about a minute the first time; throws an error that has what Go said. */
export function toolOf(name: keyof typeof mainPackages): string {
  const folder = join(cacheFolder(), 'release-tools', cacheKey());
  const tool = join(folder, name);
  if (existsSync(tool)) return tool;
  mkdirSync(folder, { recursive: true });
  const partial = `${tool}.partial-${process.pid}`;
  const flags = ['-trimpath', '-gcflags=all=-dwarf=false', '-ldflags=-s -w'];
  execFileSync('go', ['build', ...flags, '-o', partial, mainPackages[name]], {
    cwd: goFolder,
    // go.sum decides what is built, and the repository around it is no part of the program.
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false', GOWORK: 'off' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // Whoever finds it finds it whole.
  renameSync(partial, tool);
  return tool;
}

function cacheKey(): string {
  const hash = createHash('sha256');
  for (const file of ['go.sum', 'dockerfile/main.go']) hash.update(readFileSync(join(goFolder, file)));
  return `${hash.digest('hex').slice(0, 16)}-${process.platform}-${process.arch}`;
}
