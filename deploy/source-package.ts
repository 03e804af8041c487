/** The repository as those see it who ship it: where it is, and what its package.json says. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL('../', import.meta.url));

export interface SourcePackage {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** An SPDX expression. */
  readonly license: string;
}

export function sourcePackage(): SourcePackage {
  return JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
}
