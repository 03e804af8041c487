/** docs/clients.md names commands, options, targets and methods that there are. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Recipe } from '../../client/recipes/recipe.ts';
import { parseTarget, recipes, targets } from '../../client/recipes/table.ts';
import { methods } from '../../client/wiring/method.ts';
import { kubeDoh } from '../client/kube-doh.ts';

const markdown = readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8');

test('every target is there, with what its recipe says of it', () => {
  const rows = targets.map((target) => {
    const { summary, way, scope }: Recipe = recipes[target];
    return [
      `\`${target}\``,
      summary,
      way,
      { 'all zones': 'all', 'outside .local': 'not `.local`', 'no names': '-' }[scope],
      way === 'edge' ? 'yes' : 'no',
    ];
  });
  expect(table('target')).toEqual(rows);
});

test('every method is there', () => {
  expect(table('`--method`').map(([method]) => method)).toEqual(methods.map((method) => `\`${method}\``));
});

describe('a command that is named is one that there is:', () => {
  const commands = [
    ...new Set([...markdown.matchAll(/(?:^ {4}|`)(?:sudo )?(kube-doh [a-z][^`\n]*)/gm)].map(([, text]) => text!)),
  ];
  const helps = new Map<string, string>();

  /** What the command itself says that it takes. */
  function helpOf(command: readonly string[]): string {
    const key = command.join(' ');
    const known = helps.get(key);
    if (known !== undefined) return known;
    const { code, stdout } = kubeDoh(...command, '--help');
    expect(code, key).toBe(0);
    helps.set(key, stdout);
    return stdout;
  }

  test('there are many', () => {
    expect(commands.length).toBeGreaterThan(25);
  });

  test.each(commands)('%s', (text) => {
    const [, ...words] = text.split(' -- ')[0]!.replace(/,.*$/, '').split(' ');
    const [name = '', action = ''] = words;
    const command = name === 'dns' && /^[a-z]/.test(action) ? [name, action] : [name];
    const help = helpOf(command);
    for (const flag of words.filter((word) => word.startsWith('--'))) {
      expect(help).toMatch(new RegExp(`(^|[\\s\`"])${flag}\\b(?!-)`, 'm'));
    }
    const target = words[words.indexOf('--for') + 1];
    if (words.includes('--for') && target !== 'TARGET') expect(parseTarget(target!)).toBe(target);
  });
});

/** The rows of the table whose first column has this title. */
function table(title: string): string[][] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${title} |`));
  expect(start, `there is no table of ${title}`).toBeGreaterThan(0);
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
}
