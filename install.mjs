/**
 * Installs the packages of package-lock.json when they are not there yet, and does nothing when they are. Every npm script
 * that needs packages runs this first, so a fresh clone needs no other step. Runs on the machine's own Node, from 20 on.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const directory = dirname(fileURLToPath(import.meta.url));
const progressMilliseconds = 10_000;
const parentPollMilliseconds = 250;

if (!isInstalled()) {
  const failure = await install();
  if (failure !== undefined) {
    tell(`cannot install the packages (${failure}): check that npm's registry can be reached, and run this again`);
    process.exitCode = 1;
  }
}

/** Compares what is wanted with what npm noted at the end of its last complete install, and with what is there. */
function isInstalled() {
  try {
    const wanted = packagesOf('package-lock.json');
    const present = packagesOf('node_modules/.package-lock.json');
    const paths = Object.keys(wanted).filter((path) => path !== '' && isNeeded(wanted[path]));
    return (
      paths.every((path) => present[path]?.version === wanted[path].version && existsSync(join(directory, path))) &&
      // Brought by an install script, which settings can switch off.
      existsSync(join(directory, 'node_modules/.bin/node'))
    );
  } catch {
    return false;
  }
}

function packagesOf(path) {
  return JSON.parse(readFileSync(join(directory, path), 'utf8')).packages;
}

/** Optional packages that name a system are binaries for it; without the one for this system nothing runs. */
function isNeeded({ optional = false, os, cpu, libc }) {
  if (!optional) return true;
  return os?.includes(process.platform) === true && cpu?.includes(process.arch) === true && libc === undefined;
}

/** Why it failed; undefined when it did not. */
async function install() {
  tell('installing packages (once; half a minute or so) …');
  const startedAt = Date.now();
  const progress = setInterval(() => {
    tell(`still installing, ${Math.round((Date.now() - startedAt) / 1000)} s`);
  }, progressMilliseconds);
  // What an interrupted install left behind may look whole and not be.
  rmSync(join(directory, 'node_modules'), { recursive: true, force: true });
  const npm = startNpm();
  // Who is started by npm hears nothing of the end of npm.
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid === parent || npm.kill(), parentPollMilliseconds);
  process.once('SIGTERM', () => npm.kill());
  let said = '';
  npm.stderr.setEncoding('utf8').on('data', (part) => {
    said += part;
  });
  const failure = await new Promise((resolve) => {
    npm.on('error', (error) => resolve(error.message));
    npm.on('close', (code, signal) => resolve(code === 0 ? undefined : (signal ?? reasonIn(said))));
  });
  clearInterval(progress);
  clearInterval(watch);
  return failure;
}

/** The first sentence among npm's many. */
function reasonIn(said) {
  const lines = said.split('\n').map((line) => /^npm (?:error|ERR!) (?!code |syscall |errno )(.*\S)/.exec(line)?.[1]);
  return lines.find((line) => line !== undefined) ?? 'npm gives no reason';
}

/** `npm ci` would ask for the binaries of every other system too, and a mirror of the registry may not have them. */
function startNpm() {
  const args = [
    ...['install', '--no-save', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
    // Most packages want a newer Node than this one; a script of one of them brings it.
    ...['--engine-strict=false', '--ignore-scripts=false'],
  ];
  return spawn('npm', args, {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: process.platform === 'win32',
  });
}

function tell(line) {
  process.stderr.write(`kube-doh: ${line}\n`);
}
