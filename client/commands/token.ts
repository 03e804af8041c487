/** `kube-doh token`: makes the tokens that clients ask with, lists them, and takes them back. */
import { parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { administratorFlags, administratorFlagsHelp, readAdministration } from '../administration.ts';
import { grantFlags, readGrantFlags } from './token/grant-flags.ts';
import { tokenTable } from './token/listing.ts';

const usage = `kube-doh token ACTION [OPTIONS]

  create                 makes a token, and prints it; it cannot be shown again
    --name TEXT          whose it is, or what for
    --cluster ID         what it may ask; may be repeated: the first is the one that is meant when nothing else says it
    --namespace NAME     only names of this namespace; may be repeated. Without it, all of them
    --zone NAME          the zone of the cluster in which names of addresses are answered, instead of its own domain
    --expires WHEN       after a time such as 12h or 30d, or at a date such as 2027-01-31 or 2027-01-31T12:00:00Z.
                         Without it the token is good until it is revoked
  list                   all tokens, without what opens
  revoke ID              the token opens nothing from now on: in 30 seconds, and up to a minute more where KV is behind

${administratorFlagsHelp}`;

const options = {
  ...administratorFlags,
  ...grantFlags,
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const help = 'kube-doh token --help';

function readCommandLine(args: readonly string[]) {
  return parseCommandLine({ args: [...args], options, allowPositionals: true }, help);
}

type Flags = ReturnType<typeof readCommandLine>['values'];

const actions: Readonly<Record<string, (flags: Flags, operands: readonly string[]) => Promise<void>>> = {
  create,
  list,
  revoke,
};

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = readCommandLine(args);
  if (values.help) return void process.stdout.write(usage);
  const [name, ...operands] = positionals;
  const action = name !== undefined && Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (name === undefined || action === undefined) {
    throw new UsageError(`the command is "kube-doh token ${Object.keys(actions).join('|')}"; see ${help}`);
  }
  if (name !== 'create') refuseGrantFlags(name, values);
  if (operands.length !== (name === 'revoke' ? 1 : 0)) {
    const takes = name === 'revoke' ? 'takes the ID of one token' : 'takes no more words';
    throw new UsageError(`"kube-doh token ${name}" ${takes}; see ${help}`);
  }
  await action(values, operands);
}

/** The token alone goes to stdout, for a file or a variable; what it allows goes to stderr, for people. */
async function create(flags: Flags): Promise<void> {
  const grant = readGrantFlags(flags, Date.now());
  const { token, id } = await readAdministration(flags, process.env).call('POST', '/v1/tokens', grant);
  if (typeof token !== 'string' || !/^[a-z0-9]+$/.test(token))
    throw new Error('the edge gave no token; check its address');
  process.stdout.write(`${token}\n`);
  const names = grant.namespaces === null ? 'all namespaces' : `the namespaces ${grant.namespaces.join(', ')}`;
  const until = grant.expiresAt === null ? 'until it is revoked' : `until ${new Date(grant.expiresAt).toISOString()}`;
  process.stderr.write(`token ${String(id)}: for ${grant.clusters.join(', ')}, ${names}, ${until}\n`);
}

async function list(flags: Flags): Promise<void> {
  const { tokens } = await readAdministration(flags, process.env).call('GET', '/v1/tokens');
  for (const line of tokenTable(tokens)) process.stdout.write(`${line}\n`);
}

async function revoke(flags: Flags, [id = '']: readonly string[]): Promise<void> {
  // A whole token would otherwise end in a log of addresses.
  if (!/^[a-z2-7]{8}$/.test(id)) throw new UsageError('that is no ID of a token: "kube-doh token list" shows them');
  await readAdministration(flags, process.env).call('DELETE', `/v1/tokens?id=${id}`);
  process.stdout.write(`revoked token ${id}\n`);
}

/** A flag that does nothing is a mistake, and its user thinks that it did something. */
function refuseGrantFlags(action: string, values: Flags): void {
  const foreign = Object.keys(grantFlags).find((name) => values[name as keyof typeof grantFlags] !== undefined);
  if (foreign !== undefined) throw new UsageError(`"kube-doh token ${action}" takes no --${foreign}; see ${help}`);
}
