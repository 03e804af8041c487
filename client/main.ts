#!/usr/bin/env node
/** `kube-doh`: finds the command, and turns every failure into one line and an exit code. */
import { UsageError } from '../sync-agent/usage.ts';
import { tellFailure } from './failure.ts';
import { ownVersion } from './version.ts';

interface Command {
  readonly summary: string;
  /** Loads it only now: the agent takes a while, and nobody else should wait for it. */
  load(): Promise<{ run(args: readonly string[]): Promise<void> }>;
}

const commands: Readonly<Record<string, Command>> = {
  agent: { summary: 'publish a cluster to the edge', load: () => import('./commands/agent.ts') },
  setup: { summary: 'prepare an edge for a cluster', load: () => import('./commands/setup.ts') },
  key: { summary: 'make the key that the agent signs with', load: () => import('./commands/key.ts') },
  cluster: { summary: 'register clusters at the edge, and list them', load: () => import('./commands/cluster.ts') },
  token: { summary: 'make tokens for clients, list them, take them back', load: () => import('./commands/token.ts') },
  login: { summary: 'keep the token for an edge, as a profile', load: () => import('./commands/login.ts') },
  logout: { summary: 'forget a profile', load: () => import('./commands/logout.ts') },
  profiles: { summary: 'show which edges there are profiles for', load: () => import('./commands/profiles.ts') },
  dns: { summary: 'answer names on this machine, and make it ask there', load: () => import('./commands/dns.ts') },
  config: { summary: 'print configurations that send the zones here', load: () => import('./commands/config.ts') },
  resolve: { summary: 'ask the edge for a name', load: () => import('./commands/resolve.ts') },
  why: { summary: 'tell why a name resolves or does not', load: () => import('./commands/why.ts') },
  list: { summary: 'list the names that the login opens', load: () => import('./commands/list.ts') },
  sd: { summary: 'list pods for health checkers, ready or not', load: () => import('./commands/sd.ts') },
  wait: { summary: 'wait until names are there, or gone', load: () => import('./commands/wait.ts') },
  hosts: { summary: 'put names into a hosts file', load: () => import('./commands/hosts.ts') },
  run: { summary: 'run a program that sees the names', load: () => import('./commands/run.ts') },
  dump: { summary: 'print a snapshot as zone file text', load: () => import('./commands/dump.ts') },
  edge: { summary: 'run the edge on this machine', load: () => import('./commands/edge.ts') },
  worker: { summary: 'write the script that Cloudflare runs', load: () => import('./commands/worker.ts') },
  completion: { summary: 'let a shell complete commands and names', load: () => import('./commands/completion.ts') },
};

const usage = `kube-doh COMMAND [OPTIONS]

A Kubernetes cluster's DNS, answered over HTTPS at the edge.

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join('\n')}

"kube-doh COMMAND --help" tells more, "kube-doh --version" which one this is.
`;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Nobody reads on, as with `kube-doh dump FILE | head`.
  if (error.code === 'EPIPE') process.exit();
  process.exit(tellFailure(new Error(`cannot write to the standard output: ${error.message}`)));
});
// There is nobody left to be told.
process.stderr.on('error', () => {});

try {
  const [name, ...args] = process.argv.slice(2);
  if (name === '--help' || name === '-h' || name === 'help') process.stdout.write(usage);
  else if (name === '--version' || name === 'version') process.stdout.write(`kube-doh ${ownVersion()}\n`);
  else await (await commandOf(name).load()).run(args);
} catch (error) {
  process.exitCode = tellFailure(error);
}

function commandOf(name: string | undefined): Command {
  if (name === undefined) throw new UsageError('a command is missing; see kube-doh --help');
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new UsageError(`there is no command "${name}"; see kube-doh --help`);
  return command;
}
