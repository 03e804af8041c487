/** Completion in the shells themselves, with a kube-doh that lists two names. A shell that is not here is named. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bashScript } from '../../../../client/commands/completion/bash.ts';
import { commandNames, places } from '../../../../client/commands/completion/command-table.ts';
import { fishScript } from '../../../../client/commands/completion/fish.ts';
import { powershellScript } from '../../../../client/commands/completion/powershell.ts';
import { zshScript } from '../../../../client/commands/completion/zsh.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-completion-'));
  const program = [
    '#!/bin/sh',
    'case "$*" in',
    // A name that a shell could take for a command.
    `  'list --max-age 30s') printf '%s\\n' web.default.svc.cluster.local api.shop.svc.cluster.local 'web$(touch ${folder}/run)' ;;`,
    "  'list --max-age 30s --namespaces') printf '%s\\n' default shop ;;",
    "  'profiles --names') printf '%s\\n' prod staging ;;",
    'esac',
  ];
  writeFileSync(join(folder, 'kube-doh'), `${program.join('\n')}\n`);
  chmodSync(join(folder, 'kube-doh'), 0o755);
  writeFileSync(join(folder, 'script.bash'), bashScript());
  writeFileSync(join(folder, 'script.zsh'), zshScript());
  writeFileSync(join(folder, 'script.fish'), fishScript());
});
afterAll(() => rmSync(folder, { recursive: true }));

function shell(program: string, ...args: readonly string[]): readonly string[] {
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}`, HOME: folder };
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', env, cwd: folder });
  expect([status, stderr]).toEqual([0, '']);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

/** What each shell offers for the last of the words. */
const shells = [
  {
    name: 'bash',
    offered: (words: readonly string[]) => {
      const set = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`;
      const print = `[ \${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "\${COMPREPLY[@]}"`;
      return shell('bash', '--norc', '-c', `source ./script.bash; ${set}; _kube_doh; ${print}`);
    },
  },
  {
    name: 'zsh',
    offered: (words: readonly string[]) => {
      const stand = [
        'compdef() { : }',
        `_files() { print -l -- \${words[CURRENT]}*(N) }`,
        `compadd() { shift; local each; for each in "$@"; do [[ $each == \${words[CURRENT]}* ]] && print -r -- $each; done; true }`,
      ];
      const set = `words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}`;
      return shell('zsh', '-f', '-c', [...stand, 'source ./script.zsh', set, '_kube_doh'].join('\n'));
    },
  },
  {
    name: 'fish',
    offered: (words: readonly string[]) =>
      // Behind a tab stands a description.
      shell('fish', '-N', '-c', `source ./script.fish; complete -C '${words.join(' ')}'`).map(
        (line) => line.split('\t')[0]!,
      ),
  },
] as const;

const isHere = (name: string) => spawnSync(name, ['--version']).status === 0;

describe.each(shells)('$name', ({ name, offered }) => {
  if (!isHere(name)) process.stdout.write(`skipped: ${name} is not here (apt-get install ${name})\n`);

  test.skipIf(!isHere(name)).for([
    [['re'], ['resolve']],
    [['dns', 'un'], ['uninstall']],
    [['dns', 'install', '--meth'], ['--method']],
    [['dns', 'install', '--method', 'resolved-'], ['resolved-delegate']],
    [['resolve', 'ap'], ['api.shop.svc.cluster.local']],
    [['resolve', '--short', 'ap'], ['api.shop.svc.cluster.local']],
    [
      ['resolve', '-n', ''],
      ['default', 'shop'],
    ],
    [['resolve', '--namespace', 's'], ['shop']],
    [['wait', 'web.default.svc.cluster.local', '--for', 'g'], ['gone']],
    [
      ['logout', ''],
      ['prod', 'staging'],
    ],
    [['why', '--profile', 'p'], ['prod']],
    [['why', '--no'], ['--no-machine']],
    [['token', 'create', '--exp'], ['--expires']],
    [['agent', '--no-ev'], ['--no-events']],
    [['dump', 'script.z'], ['script.zsh']],
    [['completion', 'p'], ['powershell']],
    [['login', '--cluster', ''], []],
    [['frob', 'x'], []],
  ] as const)('%j', ([words, expected]) => {
    expect(offered(['kube-doh', ...words])).toEqual([...expected]);
  });

  test.skipIf(!isHere(name))('runs nothing that an edge lists', () => {
    const names = offered(['kube-doh', 'resolve', 'web']);
    expect(names).toContain('web.default.svc.cluster.local');
    expect(spawnSync('test', ['-e', join(folder, 'run')]).status).toBe(1);
  });
});

test('PowerShell, which is not here, has every place and flag', () => {
  const script = powershellScript();
  for (const [place, { flags }] of Object.entries(places)) {
    const line = script.split('\n').find((each) => each.startsWith(`    '${place}' = @{`));
    for (const name of Object.keys(flags)) expect(line, place).toContain(`'--${name}'`);
  }
  for (const name of commandNames) expect(script).toContain(`'${name}'`);
  const opened = script.match(/[{(]/g)!.length;
  expect(script.match(/[)}]/g)!.length).toBe(opened);
});
