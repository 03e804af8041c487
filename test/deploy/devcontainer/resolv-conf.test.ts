/** What the Feature does to a container's resolv.conf. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../../deploy/devcontainer/kube-doh/resolv-conf.sh', import.meta.url));
const ours = '# BEGIN kube-doh\nnameserver 127.0.0.1\n# END kube-doh\n';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
  file = join(folder, 'resolv.conf');
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(action: string, ...args: string[]): string {
  return execFileSync('sh', [script, action, file, ...args], { encoding: 'utf8' });
}

const texts = [
  ['one server', 'nameserver 192.0.2.1\n'],
  [
    'several, and more',
    '# by Docker\nnameserver 127.0.0.11\n nameserver fd00::1\nsearch example.com\noptions ndots:0\n',
  ],
  ['no final line end', 'search example.com\nnameserver 192.0.2.1'],
  ['nothing', ''],
] as const;

test.for(texts)('%s: the stub comes first, and goes again', ([, text]) => {
  writeFileSync(file, text);
  const { ino } = statSync(file);
  run('add');
  run('add');
  expect(readFileSync(file, 'utf8')).toBe(ours + text);
  run('remove');
  expect([readFileSync(file, 'utf8'), statSync(file).ino]).toEqual([text, ino]);
});

test.for(texts)('%s: it is the only one where that is needed', ([, text]) => {
  writeFileSync(file, text);
  run('add', 'only');
  const servers = readFileSync(file, 'utf8').match(/^\s*nameserver.*$/gm);
  expect(servers).toEqual(['nameserver 127.0.0.1']);
  run('add', 'only');
  run('remove');
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('its upstreams are those that were there, whether or not it runs', () => {
  writeFileSync(file, texts[1][1]);
  expect(run('servers')).toBe('127.0.0.11\nfd00::1\n');
  run('add', 'only');
  expect(run('servers')).toBe('127.0.0.11\nfd00::1\n');
});
