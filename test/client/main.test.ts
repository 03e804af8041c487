import { expect, test } from 'vitest';
import { kubeDoh } from './kube-doh.ts';

test.for([['--help'], ['-h'], ['help']])('%s lists the commands', (args) => {
  const { code, stdout, stderr } = kubeDoh(...args);
  expect([code, stderr]).toEqual([0, '']);
  const listed = stdout
    .match(/^ {2}\w+/gm)
    ?.join('')
    .trim()
    .split(/ +/);
  const asking = ['resolve', 'why', 'list', 'sd', 'wait', 'hosts', 'run'];
  const forUsers = ['login', 'logout', 'profiles', 'dns', 'config', ...asking];
  const forOperators = ['agent', 'setup', 'key', 'cluster', 'token'];
  expect(listed).toEqual([...forOperators, ...forUsers, 'dump', 'edge', 'worker', 'completion']);
});

test.for([
  'agent',
  'key',
  'cluster',
  'token',
  'login',
  'logout',
  'profiles',
  'resolve',
  'why',
  'list',
  'sd',
  'wait',
  'hosts',
  'run',
  'dump',
  'edge',
  'setup',
  'worker',
  'completion',
])('%s --help tells how to use it', (command) => {
  const { code, stdout, stderr } = kubeDoh(command, '--help');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(new RegExp(`^kube-doh ${command}\\b`));
});

test.for([
  [[], 'a command is missing; see kube-doh --help'],
  [['frob'], 'there is no command "frob"; see kube-doh --help'],
  [['toString'], 'there is no command "toString"; see kube-doh --help'],
  [['agent', '--frob', '--edge', 'https://e.example', '--key', 'k'], '--frob is no option (see kube-doh agent --help)'],
  [['key', '--frob'], "Unknown option '--frob'; see kube-doh key --help"],
  [['login', '--frob'], "Unknown option '--frob'; see kube-doh login --help"],
  [['logout', '--frob'], "Unknown option '--frob'; see kube-doh logout --help"],
  [['profiles', '--frob'], "Unknown option '--frob'; see kube-doh profiles --help"],
  [['dump', '--frob'], "Unknown option '--frob'; see kube-doh dump --help"],
] as const)('%j is a wrong command line', ([args, line]) => {
  expect(kubeDoh(...args)).toEqual({ code: 2, stdout: '', stderr: `kube-doh: ${line}\n` });
});
