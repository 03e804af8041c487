import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cacheKey, programs } from './versions.ts';

describe('the Go modules pin the versions that versions.ts names', () => {
  test.each(programs)('$name $version', async ({ goModule, release, version }) => {
    const goMod = await readFile(join(import.meta.dirname, 'go', goModule, 'go.mod'), 'utf8');
    expect(goMod).toMatch(new RegExp(`^\\s*(require )?${release} ${version}\\b`, 'm'));
  });
});

describe('the cache key', () => {
  const machine = { platform: 'linux', arch: 'x64' };
  const key = cacheKey(['go.mod'], machine);

  test('is the same for the same facts', () => {
    expect(cacheKey(['go.mod'], { ...machine })).toBe(key);
    expect(key).toMatch(/^[0-9a-f]{16}$/);
  });

  test.each([
    ['a file of the Go modules', cacheKey(['go.mod, changed'], machine)],
    ['the operating system', cacheKey(['go.mod'], { ...machine, platform: 'darwin' })],
    ['the processor', cacheKey(['go.mod'], { ...machine, arch: 'arm64' })],
  ])('changes with %s', (_, changed) => {
    expect(changed).not.toBe(key);
  });
});
