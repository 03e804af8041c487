/** docs/ci.md names commands and options that there are. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kubeDoh } from '../client/kube-doh.ts';

const markdown = readFileSync(new URL('../../docs/ci.md', import.meta.url), 'utf8');
const named = [...markdown.matchAll(/kube-doh (token create|[a-z]+)((?: [^`\n|]*)?)/g)].map(([, command, rest]) => ({
  command: command!,
  // Behind "--" comes somebody else's command.
  options: (rest!.split(' -- ', 1)[0]!.match(/--[a-z-]+/g) ?? []).filter((option) => option !== '--'),
}));
const commands = [...new Set(named.map(({ command }) => command))];

test('there are some', () => {
  expect(commands).toEqual(expect.arrayContaining(['wait', 'run', 'hosts', 'token create']));
});

describe.each(commands)('kube-doh %s', (command) => {
  const { code, stdout } = kubeDoh(...command.split(' '), '--help');

  test('is a command', () => expect(code).toBe(0));

  test('has the options', () => {
    const options = new Set(named.filter((use) => use.command === command).flatMap((use) => use.options));
    for (const option of options) expect(stdout).toContain(`${option} `);
  });
});
