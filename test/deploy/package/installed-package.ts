/** The npm package as its users get it: packed, and installed from the tarball in a folder where nothing else is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { writePackage } from '../../../deploy/package/write-package.ts';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the tarball has, beside the tarball itself. */
export interface PackedPackage {
  readonly tarball: string;
  /** The files in it, without the folder that npm puts them into. */
  readonly files: readonly string[];
  readonly version: string;
}

export interface InstalledPackage {
  /** What was empty before. */
  readonly folder: string;
  /** `npx kube-doh ARGS`, there. */
  npx(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ran>;
}

/** A folder of the test's own, and how to get rid of it. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'kube-doh-package-'));
}

/** Builds the package below `folder` and packs it. `repository` as for `writePackage`. */
export async function packPackage(folder: string, repository?: URL): Promise<PackedPackage> {
  const source = join(folder, 'package');
  await writePackage(source, repository);
  const { stdout } = await succeed(run(folder, process.execPath, ['npm', 'pack', source, '--json', '--offline']));
  // Since npm 11 by name, before that a list.
  const [packed] = Object.values<{ filename: string; version: string; files: { path: string }[] }>(JSON.parse(stdout));
  const files = packed!.files.map(({ path }) => path).sort();
  return { tarball: join(folder, basename(packed!.filename)), files, version: packed!.version };
}

/** Installs it without a network, so with nothing that is not in the tarball, by the npm of this machine on the Node at `node`. */
export async function installPackage({ tarball }: PackedPackage, node: string): Promise<InstalledPackage> {
  const folder = join(dirname(tarball), 'empty');
  mkdirSync(folder);
  // Or npm would take a folder above that has packages of its own.
  const here = ['--prefix', folder, '--offline'];
  await succeed(run(folder, node, ['npm', ...here, 'install', tarball, '--engine-strict', '--no-audit', '--no-fund']));
  return {
    folder,
    npx: (args, environment) => run(folder, node, ['npx', ...here, 'kube-doh', ...args], environment),
  };
}

/** Octets that all files below `folder` take. */
export function sizeOf(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Programs find this Node first, no settings but these, and nobody's home. */
async function run(
  folder: string,
  node: string,
  [program, ...args]: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const path = [dirname(node), process.env['PATH']].join(delimiter);
  const env = { PATH: path, HOME: folder, npm_config_update_notifier: 'false', ...environment };
  const child = spawn(program!, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await exited;
  return { code, stdout, stderr };
}

async function succeed(running: Promise<Ran>): Promise<Ran> {
  const ran = await running;
  if (ran.code !== 0) throw new Error(ran.stderr);
  return ran;
}
