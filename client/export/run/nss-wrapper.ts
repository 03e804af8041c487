/** Where nss_wrapper is, which lets programs that use glibc read another hosts file. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Debian keeps libraries in a folder for each machine type, others do not. */
const folders = ['/usr/lib64', '/usr/lib', '/usr/local/lib64', '/usr/local/lib'];
const library = 'libnss_wrapper.so';

/** Undefined where it is not installed, or the system is none that has it. */
export function findNssWrapper(platform: NodeJS.Platform): string | undefined {
  if (platform !== 'linux') return undefined;
  const candidates = [...tripletFolders(), ...folders].flatMap((folder) => [
    join(folder, library),
    join(folder, `${library}.0`),
  ]);
  return candidates.find((path) => existsSync(path));
}

/** Of this machine's own type first, should there be others. */
function tripletFolders(): string[] {
  const machine = process.arch === 'x64' ? 'x86_64' : process.arch === 'arm64' ? 'aarch64' : process.arch;
  try {
    const names = readdirSync('/usr/lib').filter((name) => name.startsWith(`${machine}-linux-gnu`));
    return names.map((name) => join('/usr/lib', name));
  } catch {
    return [];
  }
}
