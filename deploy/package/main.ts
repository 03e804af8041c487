/**
 * `npm run build [-- --repository URL]`: writes the npm package, dist/package, and its one script for those who want no more,
 * dist/kube-doh.mjs.
 */
import { copyFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { root } from '../source-package.ts';
import { writePackage } from './write-package.ts';

const folder = `${root}dist/package`;
const script = `${root}dist/kube-doh.mjs`;

try {
  const { repository } = parseArgs({ options: { repository: { type: 'string' } } }).values;
  await writePackage(folder, repository === undefined ? undefined : new URL(repository));
  copyFileSync(`${folder}/kube-doh.mjs`, script);
  process.stdout.write(`${script}: ${(statSync(script).size / 1024).toFixed(0)} KiB\n${folder}: for "npm pack"\n`);
} catch (error) {
  process.stderr.write(`build: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
