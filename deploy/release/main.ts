/** `node deploy/release/main.ts TAG`: prints what is new in the release that the tag is for, or tells why it must not be released. */
import { readFileSync } from 'node:fs';
import { root } from '../source-package.ts';
import { checkRelease } from './check-release.ts';

const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

const [, , tag = ''] = process.argv;
const check = checkRelease(tag, {
  manifest: read('package.json'),
  chart: read('deploy/chart/Chart.yaml'),
  manifests: read('deploy/manifests/kube-doh.yaml'),
  template: read('deploy/worker/template/package.json'),
  changelog: read('CHANGELOG.md'),
});
if (check.verdict === 'good') process.stdout.write(`${check.notes}\n`);
else {
  for (const problem of check.problems) process.stderr.write(`release: ${problem}\n`);
  process.exitCode = 1;
}
