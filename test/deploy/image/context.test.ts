/** What is sent to the builder of the image: all that the script is built from, and nothing that only this machine has. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildCommand } from '../../../deploy/bundle/bundle.ts';
import { root } from '../../../deploy/source-package.ts';

const lines = readFileSync(`${root}deploy/image/Dockerfile.dockerignore`, 'utf8').trim().split('\n');
const sent = lines.flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));

test('everything is left out that is not named', () => {
  expect(lines.filter((line) => !line.startsWith('#'))[0]).toBe('*');
  expect(lines.at(-1)).toBe('**/node_modules');
});

test('the sources of the script are sent', async () => {
  const { files } = await buildCommand();
  const ours = files.filter((file) => !file.startsWith('node_modules/'));
  expect(ours).toContain('client/main.ts');
  expect(ours).toContain('worker/index.ts');
  expect(ours.filter((file) => !sent.includes(file.split('/')[0]!))).toEqual([]);
});
