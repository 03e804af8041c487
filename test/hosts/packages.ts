/**
 * The programs that the hosts have beyond the machine's. They are downloaded, and unpacked only inside the room of the
 * test: installed, some of them would take the machine's own resolution over, or start to serve it.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Debian's names. What they depend on comes with them. */
const packages = [
  'dnsmasq',
  'iputils-ping',
  'libnss-mdns',
  'libnss-resolve',
  'musl-tools',
  'network-manager',
  'systemd-resolved',
  'unbound',
];

/** What the machine itself must have, and the packages that it comes from. */
const machinePrograms: Readonly<Record<string, string>> = {
  'apt-get': 'apt',
  curl: 'curl',
  dig: 'bind9-dnsutils',
  'dpkg-deb': 'dpkg',
  gcc: 'gcc and libc6-dev',
  go: 'golang-go',
  ip: 'iproute2',
  nsenter: 'util-linux',
  python3: 'python3',
  setpriv: 'util-linux',
  unshare: 'util-linux',
};

/** The folder of the .deb files, in the cache of the test. Throws an error that says what is missing. */
export function downloadedPackages(): string {
  checkMachine();
  const wanted = apt('--simulate')
    .split('\n')
    .filter((line) => line.startsWith('Inst '));
  const key = createHash('sha256').update(wanted.join('\n')).digest('hex').slice(0, 16);
  const directory = join(cacheDirectory(), 'hosts', key);
  mkdirSync(join(directory, 'partial'), { recursive: true });
  apt('--download-only', '-o', `Dir::Cache::archives=${directory}`);
  return directory;
}

/** What it prints. When it fails, the lists of packages may be older than what the mirrors hold: they are fetched anew. */
function apt(...args: readonly string[]): string {
  const fixed = ['install', '-qq', '-y', '--no-install-recommends', '-o', 'APT::Sandbox::User=root'];
  const env = { ...process.env, LC_ALL: 'C' };
  const run = (): string =>
    execFileSync('apt-get', [...fixed, ...args, ...packages], { encoding: 'utf8', stdio: 'pipe', env });
  try {
    return run();
  } catch {
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'pipe', env });
    return run();
  }
}

function cacheDirectory(): string {
  return process.env['KUBE_DOH_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kube-doh');
}

function checkMachine(): void {
  if (process.getuid?.() !== 0)
    throw new Error('hosts are made of namespaces, mounts and links: run the tests as root');
  const missing = Object.entries(machinePrograms).filter(([program]) => !isInstalled(program));
  if (missing.length === 0) return;
  const lines = missing.map(([program, name]) => `${program} is missing: apt-get install ${name}`);
  throw new Error(lines.join('\n'));
}

function isInstalled(program: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
