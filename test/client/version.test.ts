/** `kube-doh --version`, from the sources. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kubeDoh } from './kube-doh.ts';

test.for(['--version', 'version'])('kube-doh %s tells what package.json says', (word) => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(kubeDoh(word)).toEqual({ code: 0, stdout: `kube-doh ${version}\n`, stderr: '' });
});
