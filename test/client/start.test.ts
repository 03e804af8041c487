/** Compiled code is kept for the next start, and a user without a home can start all the same. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const start = fileURLToPath(new URL('../../client/start.mjs', import.meta.url));

test('what a command was compiled to lies in the home of the user, whatever HOME says', () => {
  const { status, stdout } = spawnSync(process.execPath, [start, 'key', '--help'], {
    encoding: 'utf8',
    env: { ...process.env, HOME: '/nonexistent' },
  });
  expect(status).toBe(0);
  expect(stdout).toContain('kube-doh key new');
  const folder = join(userInfo().homedir, '.cache', 'kube-doh', 'compiled');
  expect(existsSync(folder) && readdirSync(folder).length).toBeGreaterThan(0);
  expect(existsSync('/nonexistent')).toBe(false);
});
