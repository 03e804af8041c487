/** Which packages of others the one script holds something of. */
import { readFileSync } from 'node:fs';
import { root } from '../source-package.ts';

export interface BundledPackage {
  /** As npm knows it, such as `@kubernetes/client-node`. */
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** Of the archive that npm installs: an algorithm and a hash in base64, as Subresource Integrity writes them. */
  readonly integrity: string;
  /** Relative to the repository. */
  readonly folder: string;
}

interface LockFile {
  readonly packages: Readonly<Record<string, Omit<BundledPackage, 'name' | 'folder'>>>;
}

/** In the order of their names. `files` are paths relative to the repository; those that no package has are passed over. */
export function bundledPackages(files: readonly string[]): BundledPackage[] {
  const { packages }: LockFile = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8'));
  const folders = new Set(files.flatMap((file) => packageFolder.exec(file)?.[0] ?? []));
  return [...folders].sort().map((folder) => {
    const { version, license, integrity } = packages[folder]!;
    return { name: folder.slice(folder.lastIndexOf(modules) + modules.length), version, license, integrity, folder };
  });
}

const modules = 'node_modules/';

/** The innermost, where packages have packages of their own. */
const packageFolder = /^.*node_modules\/(@[^/]+\/)?[^/]+/;
