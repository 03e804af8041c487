/** Other versions of Node than the tests' own, from npm's registry, kept in the cache folder of the tests. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';

/** The path of the program. Downloads 50 MB the first time; throws an error that says what npm said. */
export function nodeOf(version: string): string {
  const { platform, arch } = process;
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  const folder = join(cacheFolder(), 'nodes', `${name}-${version}`);
  const node = join(folder, 'node_modules', name, 'bin', platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(node)) return node;
  // Interrupted, it leaves nothing that looks finished.
  const partial = `${folder}.partial-${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const args = ['--prefix', partial, 'install', `${name}@${version}`, '--no-audit', '--no-fund', '--ignore-scripts'];
  execFileSync('npm', [...args, '--loglevel=error'], { stdio: ['ignore', 'ignore', 'pipe'] });
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  return node;
}
