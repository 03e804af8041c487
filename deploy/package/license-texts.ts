/** What the licenses of the packages in the script want to come with it: their texts, with who holds the copyright. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../source-package.ts';
import type { BundledPackage } from './bundled-packages.ts';

/** One text file. Throws an error that names the package when one has no text, since then it must not be shipped. */
export function licenseTexts(packages: readonly BundledPackage[]): string {
  return `kube-doh.mjs holds parts of these packages.\n${packages.map(section).join('')}`;
}

function section({ name, version, license, folder }: BundledPackage): string {
  const files = readdirSync(join(root, folder))
    .filter((file) => /^(licen[cs]e|notice|copying)\b/i.test(file))
    .sort();
  if (files.length === 0) throw new Error(`${name} ${version} (${license}) has no license text: see ${folder}`);
  const texts = files.map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
  return `\n${'='.repeat(80)}\n${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}
