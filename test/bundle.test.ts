/** What is in the script that is deployed, how long it is, and that its short names are nobody else's. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bundleWorker } from '../edge/program/bundle.ts';
import { internalMembers } from '../edge/program/internal-members.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundle = await bundleWorker(join(root, 'worker/index.ts'));

test('is the Worker', () => {
  expect(bundle).toContain('application/dns-message');
});

test.each(['EndpointSlice', 'StatefulSet', 'client-node', 'node:fs', 'node:http', 'kubeconfig'])(
  'does not hold %s',
  (word) => {
    expect(bundle).not.toContain(word);
  },
);

test('stays small', () => {
  expect(bundle.length).toBeLessThanOrEqual(150 * 1024);
});

describe.each(internalMembers)('has another name for %s', (member) => {
  const word = new RegExp(`\\b${member}\\b`);

  test('which nothing in it says', () => {
    expect(bundle).not.toMatch(word);
  });

  test('and which no document tells of', () => {
    const pages = readdirSync(join(root, 'docs')).filter((page) => page.endsWith('.md'));
    expect(pages.length).toBeGreaterThan(10);
    expect(pages.filter((page) => word.test(readFileSync(join(root, 'docs', page), 'utf8')))).toEqual([]);
  });
});
