/** docs/install.md and docs/deploying-the-worker.md name commands, scripts, options and files that there are. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { kubeDoh } from '../client/kube-doh.ts';

const root = new URL('../../', import.meta.url);
const pages = ['docs/install.md', 'docs/deploying-the-worker.md'].map((path) =>
  readFileSync(new URL(path, root), 'utf8'),
);
const markdown = pages.join('\n');

/** What is run, in blocks and in the text. */
const commands = [
  ...markdown.matchAll(/^ {4}(.+)$/gm),
  ...markdown.matchAll(/`((?:npx |npm run |kube-doh |helm |kubectl )[^`]+)`/g),
].map(([, text]) => text!);

describe('kube-doh', () => {
  const named = [...commands.join('\n').matchAll(/kube-doh ((?:[a-z-]+ ){1,3}|[a-z-]+$)([^|\n]*)/gm)].filter(
    // As the name of a release, a namespace or a package.
    ([match]) => !/^kube-doh (deploy|--|worker worker)/.test(match),
  );
  const used = named.map(([, words, rest]) => {
    const [first = '', second = ''] = words!.trim().split(' ');
    const command = first === 'cluster' || first === 'token' || first === 'key' ? `${first} ${second}` : first;
    return { command, options: rest!.match(/--[a-z-]+/g) ?? [] };
  });
  const all = [...new Set(used.map(({ command }) => command))];

  test('is told to do something', () => {
    expect(all).toEqual(
      expect.arrayContaining(['setup', 'edge', 'agent', 'cluster list', 'token create', 'resolve', 'why']),
    );
  });

  test.for(all)('%s', (command) => {
    const [first = ''] = command.split(' ');
    const { code, stdout } = kubeDoh(first, '--help');
    expect(code).toBe(0);
    const action = command.split(' ')[1];
    if (action !== undefined && first !== 'key') expect(stdout).toMatch(new RegExp(`^ {2}${action}\\b`, 'm'));
    const options = new Set(used.filter((use) => use.command === command).flatMap((use) => use.options));
    for (const option of options) expect(stdout).toMatch(new RegExp(`${option}\\b`));
  });
});

test('scripts of npm are there, with these options', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  const used = [...commands.join('\n').matchAll(/npm run ([a-z:]+)(?: -- ([^`\n]*))?/g)];
  expect(used.map(([, name]) => name)).toEqual(expect.arrayContaining(['deploy', 'secrets']));
  for (const [, name, flags = ''] of used) {
    const [, script] = /^node (deploy\S+)$/.exec(scripts[name!] ?? '') ?? [];
    expect([name, script]).toEqual([name, expect.stringContaining('deploy/worker/')]);
    const source = readFileSync(new URL(script!.replace('main.ts', sourceOf[name!]!), root), 'utf8');
    for (const flag of flags.match(/--[a-z-]+/g) ?? []) expect(source).toContain(`  ${flag}`);
  }
});

const sourceOf: Readonly<Record<string, string>> = { deploy: 'deploy-worker.ts', secrets: 'make-secrets.ts' };

test('files that are named are there', () => {
  const named = [...markdown.matchAll(/`((?:deploy|test|docs|edge)\/[\w./-]+)`|\]\(([\w./-]+\.md)\)/g)];
  const paths = named.map(([, path, link]) => path ?? `docs/${link}`);
  expect(paths.length).toBeGreaterThan(10);
  expect(paths.filter((path) => !existsSync(fileURLToPath(new URL(path, root))))).toEqual([]);
});

test('a step that asks Cloudflare is marked', () => {
  const marked = markdown
    .split(/\n\n(?=#|\*\*|\d\.)/)
    .filter((part) => part.includes('(account)'))
    .join('\n');
  const asking =
    markdown.match(/npx wrangler (?!deploy)[^`\n]*|npm run (?:secrets|deploy)(?! -- --dry-run)[^`\n]*/g) ?? [];
  expect(asking.length).toBeGreaterThan(5);
  expect(asking.filter((command) => !marked.includes(command))).toEqual([]);
});
