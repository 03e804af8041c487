import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { findWorkerd } from '../../../edge/workerd/find-workerd.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function program(path: string, mode = 0o755): string {
  writeFileSync(path, '');
  chmodSync(path, mode);
  return path;
}

/** A script with the package `workerd` beside it, as npm installs both. */
function installed(folder: string): { readonly script: string; readonly binary: string } {
  const home = join(folder, 'node_modules/workerd');
  mkdirSync(home, { recursive: true });
  mkdirSync(join(folder, 'node_modules/kube-doh'));
  const binary = program(join(home, 'binary'));
  writeFileSync(join(home, 'package.json'), '{"name":"workerd","main":"main.js"}');
  writeFileSync(join(home, 'main.js'), `exports.default = ${JSON.stringify(binary)};`);
  return { script: join(folder, 'node_modules/kube-doh/kube-doh.mjs'), binary };
}

test('the one that is given comes first, then that of the package, then that of PATH', () => {
  const folder = temporaryFolder();
  const { script: from, binary } = installed(folder);
  const given = program(join(folder, 'given'));
  const inPath = program(join(folder, 'workerd'));
  const path = ['/absent', folder].join(delimiter);
  expect(findWorkerd({ given, from, path })).toBe(given);
  expect(findWorkerd({ given: undefined, from, path })).toBe(binary);
  expect(findWorkerd({ given: undefined, from: join(folder, 'kube-doh.mjs'), path })).toBe(binary);
  expect(findWorkerd({ given: undefined, from: '/kube-doh.mjs', path })).toBe(inPath);
});

test('what is in PATH without being a program, or in a relative folder, is none', () => {
  const folder = temporaryFolder();
  program(join(folder, 'workerd'), 0o644);
  const other = temporaryFolder();
  mkdirSync(join(other, 'workerd'));
  for (const path of [folder, other, '', '.', undefined]) {
    expect(() => findWorkerd({ given: undefined, from: '/kube-doh.mjs', path })).toThrow(
      'workerd is not here: "npm install workerd" beside kube-doh brings it, or pass --workerd FILE',
    );
  }
});

test.for(['absent', '.'])('a given one that is no program is told: %s', (name) => {
  const given = join(temporaryFolder(), name);
  expect(() => findWorkerd({ given, from: '/kube-doh.mjs', path: undefined })).toThrow(
    expect.objectContaining({
      code: 'NO_WORKERD',
      message: expect.stringContaining(`--workerd ${given} is no program`),
    }),
  );
});
