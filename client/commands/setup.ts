/** `kube-doh setup`: all that a cluster needs at an edge before its agent is installed, in one command that can be repeated. */
import { FlagChecks, parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { type ClusterId, parseClusterId } from '../../zone/cluster-id.ts';
import {
  type Administration,
  administratorFlags,
  administratorFlagsHelp,
  readAdministration,
} from '../administration.ts';
import { readEdge } from '../edge-url.ts';
import { findToken, makeToken } from './setup/first-token.ts';
import { hasProfile, keepProfile } from './setup/keep-profile.ts';
import { readPrivateFile, writePrivateFile } from './setup/private-file.ts';
import { type Manifest, registerCluster, SetupError } from './setup/registration.ts';
import { jsonOf, linesOf, type Outcome } from './setup/report.ts';
import { defaultSecretName, isNamespaceName, isSecretName, release } from './setup/secret-manifest.ts';
import { readTime } from './token/time.ts';

const usage = `kube-doh setup CLUSTER [OPTIONS]

Prepares an edge for a cluster: makes the key that its agent signs with, as a Kubernetes Secret, registers the cluster with its
zones, makes a first token, and prints the commands that install the agent. What is there already is found and stays, so
this can be repeated. Nothing secret is printed.

  --zone NAME            the cluster's own domain (cluster.local)
  --alias NAME           a further zone that is this cluster's alone; may be repeated
  --clusterset-zone NAME  a zone that clusters share; may be repeated
  --manifest FILE        where the Secret goes (CLUSTER-key.yaml); - is the standard output, for "| kubectl apply -f -"
  --namespace NAME       the namespace of the agent and its Secret (${release})
  --secret NAME          the Secret (${defaultSecretName})
  --token-file FILE      where the token goes (CLUSTER.token)
  --token-expires WHEN   when it expires, as 90d or 2027-01-31; without it, it is good until it is revoked
  --no-token             make none
  --login                also keep the token as the profile CLUSTER, as "kube-doh login" does
  --chart CHART          what helm is to install (deploy/chart)
  --json                 print what was found and made as JSON

${administratorFlagsHelp}`;

const options = {
  ...administratorFlags,
  zone: { type: 'string' },
  alias: { type: 'string', multiple: true },
  'clusterset-zone': { type: 'string', multiple: true },
  manifest: { type: 'string' },
  namespace: { type: 'string', default: release },
  secret: { type: 'string', default: defaultSecretName },
  'token-file': { type: 'string' },
  'token-expires': { type: 'string' },
  'no-token': { type: 'boolean', default: false },
  login: { type: 'boolean', default: false },
  chart: { type: 'string', default: 'deploy/chart' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const help = 'kube-doh setup --help';

function readCommandLine(args: readonly string[]) {
  return parseCommandLine({ args: [...args], options, allowPositionals: true }, help);
}

type Flags = ReturnType<typeof readCommandLine>['values'];

/** Rejects with an error whose message is one clear line, without a key or a token. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = readCommandLine(args);
  if (values.help) return void process.stdout.write(usage);
  const [id, ...others] = positionals;
  if (id === undefined || others.length > 0)
    throw new UsageError(`the command is "kube-doh setup CLUSTER"; see ${help}`);
  const cluster = parseClusterId(id);
  if (cluster === undefined) throw new UsageError(`"${id}" is no cluster's ID: that is 1 to 32 of a-z, 0-9 and "-"`);
  const expiresAt = checkFlags(values);
  const edge = readEdge(values.edge);
  const outcome = await setUp(readAdministration(values, process.env), edge, cluster, expiresAt, values);
  const lines = values.json ? [JSON.stringify(jsonOf(outcome), undefined, 2)] : linesOf(outcome);
  // The manifest has the standard output for itself.
  const stream = values.manifest === '-' ? process.stderr : process.stdout;
  stream.write(`${lines.join('\n')}\n`);
}

/** Looks at all that may be in the way before anything is made. */
async function setUp(
  administration: Administration,
  edge: URL,
  cluster: ClusterId,
  expiresAt: number | null,
  flags: Flags,
): Promise<Outcome> {
  const { chart, namespace } = flags;
  const secret = { namespace, name: flags.secret };
  const manifestPath = flags.manifest === '-' ? undefined : (flags.manifest ?? `${cluster}-key.yaml`);
  const wantedToken = { cluster, path: flags['token-file'] ?? `${cluster}.token`, expiresAt };
  const isLoggedIn = flags.login && hasProfile({ edge, cluster }, process.env);
  const foundToken = flags['no-token'] ? undefined : await findToken(administration, wantedToken);
  if (flags.login && !isLoggedIn && foundToken?.state === 'elsewhere') {
    throw new SetupError(
      `--login needs the token, which was made before and is not in ${wantedToken.path}: "kube-doh token revoke ${foundToken.id}" and run this again, or leave --login out`,
    );
  }
  const wanted = { cluster, zones: zonesOf(flags), clustersetZones: flags['clusterset-zone'], secret };
  const registered = await registerCluster(administration, wanted, manifestAt(manifestPath));
  const token = flags['no-token'] ? undefined : (foundToken ?? (await makeToken(administration, wantedToken)));
  if (flags.login && !isLoggedIn && token?.text !== undefined) {
    const zones = [...registered.zones, ...registered.clustersetZones];
    keepProfile({ edge, cluster, token: token.text, zones }, process.env);
  }
  const profile = flags.login ? (isLoggedIn ? 'found' : 'made') : undefined;
  return {
    edge,
    cluster,
    registered,
    secret,
    manifestPath,
    token: token && { ...token, path: wantedToken.path },
    profile,
    chart,
    authorityFile: process.env['KUBE_DOH_AUTHORITY'] || undefined,
  };
}

/** The cluster's own first; undefined when none is named. */
function zonesOf({ zone, alias = [] }: Flags): readonly string[] | undefined {
  return zone === undefined && alias.length === 0 ? undefined : [zone ?? 'cluster.local', ...alias];
}

function manifestAt(path: string | undefined): Manifest {
  if (path === undefined) {
    return { where: 'the standard output', read: () => undefined, write: (text) => void process.stdout.write(text) };
  }
  return { where: path, read: () => readPrivateFile(path), write: (text) => writePrivateFile(path, text) };
}

/** When the token expires. Throws UsageError, which names every flag that is wrong. */
function checkFlags(flags: Flags): number | null {
  const checks = new FlagChecks();
  const expires = flags['token-expires'];
  const expiresAt = checks.read(() =>
    expires === undefined ? null : readTime('--token-expires', expires, Date.now()),
  );
  checks.read(() =>
    refuse(!isNamespaceName(flags.namespace), `--namespace "${flags.namespace}" is no namespace's name`),
  );
  checks.read(() => refuse(!isSecretName(flags.secret), `--secret "${flags.secret}" is no Secret's name`));
  checks.read(() => refuse(flags.manifest === '', '--manifest is empty: pass a path, or - for the standard output'));
  checks.read(() => refuse(flags['token-file'] === '', '--token-file is empty: pass a path'));
  checks.read(() => refuse(flags['no-token'] && flags.login, '--login needs a token: leave --no-token out'));
  if (checks.failed || expiresAt === undefined) throw checks.error();
  return expiresAt;
}

function refuse(isWrong: boolean, reason: string): void {
  if (isWrong) throw new UsageError(reason);
}
