/** A newcomer finds everything from the README, and what it names is there; so it is in every other page. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const readme = textOf('README.md');

test('every page of docs is linked', () => {
  const pages = readdirSync(`${root}docs`).filter((name) => name.endsWith('.md'));
  expect(pages.length).toBeGreaterThan(10);
  expect(pages.filter((name) => !readme.includes(`](docs/${name})`))).toEqual([]);
});

test('every command that it names is one of kube-doh', () => {
  const help = execFileSync(process.execPath, [`${root}client/main.ts`, '--help'], { encoding: 'utf8' });
  const known = [...help.matchAll(/^ {2}([a-z]+) +\S/gm)].map(([, name]) => name);
  const named = [...readme.matchAll(/kube-doh ([a-z]+)\b/g)].map(([, name]) => name);
  expect(known).toEqual(expect.arrayContaining(['agent', 'edge']));
  expect(named).toEqual(expect.arrayContaining(['edge', 'setup', 'dns', 'why', 'sd']));
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

test('every script that it names is one of package.json, and every one of these is named', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
  const named = new Set([...readme.matchAll(/npm (?:run ([a-z:]+)|(start|test))\b/g)].map(([, a, b]) => (a ?? b)!));
  // What others run first, and what `npm test` begins with.
  const own = Object.keys(scripts).filter(
    (name) => !(name.startsWith('pre') && scripts[name.slice(3)]) && name !== 'check',
  );
  expect([...named].sort()).toEqual(own.sort());
});

const pages = globSync(['*.md', 'docs/**/*.md', 'deploy/**/*.md'], { cwd: root });

test.each(pages)('%s links to what is there', (page) => {
  const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  const local = links.filter((link) => !/^(https?|mailto):/.test(link));
  const missing = local.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(missing).toEqual([]);
});

/** As GitHub makes them of headings. */
function anchorsOf(page: string): readonly string[] {
  const headings = [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!.toLowerCase());
  return headings.map((heading) => heading.replace(/[^\w\- ]/g, '').replaceAll(' ', '-'));
}
