/**
 * Installs the packages of package-lock.json when they are not there yet, and does nothing when they are. Every npm script
 * that needs packages runs this first, so a fresh clone needs no other step. Runs on the machine's own Node, from 20 on.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const directory = dirname(fileURLToPath(import.meta.url));

if (!isInstalled()) {
  const code = await install();
  if (code !== 0) {
    process.stderr.write('kube-doh: installing the packages failed, see above; try again with "npm ci"\n');
    process.exit(1);
  }
}

/** Compares what is wanted with what npm noted of its last complete install. */
function isInstalled() {
  try {
    const wanted = packagesOf('package-lock.json');
    const present = packagesOf('node_modules/.package-lock.json');
    return Object.entries(wanted).every(
      ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
    );
  } catch {
    return false;
  }
}

function packagesOf(path) {
  return JSON.parse(readFileSync(join(directory, path), 'utf8')).packages;
}

function install() {
  process.stderr.write('kube-doh: installing packages (once; about 400 MB, half a minute or so) …\n');
  const startedAt = Date.now();
  const progress = setInterval(() => {
    process.stderr.write(`kube-doh: still installing, ${Math.round((Date.now() - startedAt) / 1000)} s\n`);
  }, 10_000);
  // Most packages want a newer Node than this one and say so; one of them brings it.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const child =
    npm === undefined
      ? spawn('npm', args, { cwd: directory, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
      : spawn(process.execPath, [npm, ...args], { cwd: directory, stdio: ['ignore', 2, 2] });
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (code) => {
      clearInterval(progress);
      resolve(code ?? 1);
    });
  });
}
