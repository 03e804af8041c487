/** The workflows, as actionlint reads them: names, types, events, and shell scripts where shellcheck is there. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../../../deploy/source-package.ts';
import { removeFolder, temporaryFolder } from '../package/installed-package.ts';
import { toolOf } from './tools.ts';

const folder = temporaryFolder();
afterAll(() => removeFolder(folder));

function lint(files: readonly string[]) {
  const { status, stdout } = spawnSync(toolOf('actionlint'), ['-oneline', ...files], { cwd: root, encoding: 'utf8' });
  return { status, complaints: stdout.trim() };
}

test('actionlint has nothing to complain of', () => {
  const workflows = `${root}.github/workflows`;
  const files = readdirSync(workflows).map((file) => join(workflows, file));
  expect(lint(files)).toEqual({ status: 0, complaints: '' });
});

test('and would complain', () => {
  mkdirSync(folder, { recursive: true });
  const wrong = join(folder, 'wrong.yml');
  const step = `- run: echo \${{ github.nothing }}`;
  writeFileSync(wrong, `on: push\njobs:\n  one:\n    runs-on: ubuntu-24.04\n    steps:\n      ${step}\n`);
  const { status, complaints } = lint([wrong]);
  expect(status).toBe(1);
  expect(complaints).toContain('"nothing" is not defined');
});
