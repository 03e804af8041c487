/** `kube-doh cluster`: registers clusters at the edge, changes their keys, takes them away, and lists them. */
import { parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { type ClusterId, parseClusterId } from '../../zone/cluster-id.ts';
import { administratorFlags, administratorFlagsHelp, readAdministration } from '../administration.ts';
import { readEdge } from '../edge-url.ts';
import { withDashedKeys } from './cluster/dashed-key.ts';
import { clusterTable } from './cluster/listing.ts';
import { readRegistrationFlags, registrationFlags } from './cluster/registration-flags.ts';
import { retire } from './cluster/retire.ts';
import { rotatedKeys } from './cluster/rotation.ts';

const usage = `kube-doh cluster ACTION [ID] [OPTIONS]

  add ID                 registers a cluster: which key signs for it, and which zones it may claim
    --public-key KEY     as "kube-doh key new" prints it
    --zone NAME          the cluster's own domain; other clusters may have the same
    --alias NAME         a further zone that is this cluster's alone; may be repeated
    --clusterset-zone NAME  a zone that clusters share, and further ones that are this cluster's alone; may be repeated
    --soft-limit S       age in seconds from which answers are marked as stale (900)
    --hard-limit S       age in seconds from which nothing is answered (86400)
    --replace            also if the cluster is registered already; an agent of another Kubernetes cluster may then publish
  rotate-key ID          replaces the key, without a moment in which none is valid
    --public-key NEW     registers it beside the old one; then give the agent its private half
    --finish             then leaves only the new one
  retire ID              tells clients that the cluster has left; stop its agent first, which would publish again; where
                         the cluster can be reached, "kube-doh agent retire" finds its identity there
    --key FILE           the private key that its agent signs with
    --identity UID       the UID of its namespace kube-system, if its agent could read that; an administrator's key
                         finds it at the edge
  remove ID              takes away the registration and all that was published; registered anew, its versions go on
  list                   all clusters: how old what they published is, and what was refused last

${administratorFlagsHelp}`;

const options = {
  ...administratorFlags,
  ...registrationFlags,
  replace: { type: 'boolean', default: false },
  finish: { type: 'boolean', default: false },
  key: { type: 'string' },
  identity: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const help = 'kube-doh cluster --help';

function readCommandLine(args: readonly string[]) {
  return parseCommandLine({ args: withDashedKeys(args), options, allowPositionals: true }, help);
}

type Flags = ReturnType<typeof readCommandLine>['values'];

/** Which flags an action takes beside those of the administrator. */
const actions = {
  add: [...Object.keys(registrationFlags), 'replace'],
  'rotate-key': ['public-key', 'finish'],
  retire: ['key', 'identity'],
  remove: [],
  list: [],
} as const satisfies Record<string, readonly string[]>;

type Action = keyof typeof actions;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = readCommandLine(args);
  if (values.help) return void process.stdout.write(usage);
  const [action, id, ...others] = positionals;
  if (action === undefined || !Object.hasOwn(actions, action) || others.length > 0) {
    throw new UsageError(`the command is "kube-doh cluster ${Object.keys(actions).join('|')}"; see ${help}`);
  }
  refuseForeignFlags(action as Action, values);
  if (action === 'list') {
    if (id !== undefined) throw new UsageError(`"kube-doh cluster list" takes no ID; see ${help}`);
    return list(values);
  }
  await runners[action as Exclude<Action, 'list'>](readId(action, id), values);
}

const runners: Readonly<Record<Exclude<Action, 'list'>, (cluster: ClusterId, flags: Flags) => Promise<void>>> = {
  add,
  'rotate-key': rotateKey,
  retire: retireCluster,
  remove,
};

async function add(cluster: ClusterId, flags: Flags): Promise<void> {
  const registration = readRegistrationFlags(flags);
  const administration = readAdministration(flags, process.env);
  const path = pathOf(cluster);
  if (!flags.replace && (await administration.find(path)) !== undefined) {
    throw new Error(`cluster ${cluster} is registered already: to change its registration as a whole, add --replace`);
  }
  const answer = await administration.call('PUT', path, registration);
  const zones = [answer['zones'], answer['clustersetZones']].flat();
  print(`registered cluster ${cluster} with ${zones.join(', ')}`);
}

async function rotateKey(cluster: ClusterId, flags: Flags): Promise<void> {
  const administration = readAdministration(flags, process.env);
  const entry = await administration.find(pathOf(cluster));
  if (entry === undefined) throw new Error(`cluster ${cluster} is not registered: register it with "cluster add"`);
  const { zones, clustersetZones, softLimitSeconds, hardLimitSeconds } = entry;
  const publicKeys = rotatedKeys(entry['publicKeys'], flags['public-key'], flags.finish);
  const body = { publicKeys, zones, clustersetZones, softLimitSeconds, hardLimitSeconds };
  await administration.call('PUT', pathOf(cluster), body);
  print(
    flags.finish
      ? `only ${publicKeys.join()} signs for cluster ${cluster} now`
      : `${publicKeys.join(' and ')} sign for cluster ${cluster} now; give its agent the new key, then run it with --finish`,
  );
}

async function retireCluster(cluster: ClusterId, flags: Flags): Promise<void> {
  const { key } = flags;
  if (key === undefined || key === '') throw new UsageError('--key is missing: pass the path of the private key');
  const edge = readEdge(flags.edge);
  const identity = flags.identity ?? (await boundIdentity(cluster, flags));
  const { epoch, serial } = await retire(edge, cluster, key, identity, Date.now());
  print(`cluster ${cluster} is retired (epoch ${epoch}, serial ${serial})`);
}

/** Undefined when there is none, and when nobody gave the key that it takes to know. */
async function boundIdentity(cluster: ClusterId, flags: Flags): Promise<string | undefined> {
  const hasKey = flags['admin-key-file'] !== undefined || (process.env['KUBE_DOH_ADMIN_KEY'] ?? '') !== '';
  if (!hasKey) return undefined;
  const entry = await readAdministration(flags, process.env).find(pathOf(cluster));
  if (entry?.['state'] === 'unknown') {
    throw new Error(`the edge does not tell now what cluster ${cluster} has published: try again, or pass --identity`);
  }
  const identity = entry?.['identity'];
  return typeof identity === 'string' ? identity : undefined;
}

async function remove(cluster: ClusterId, flags: Flags): Promise<void> {
  await readAdministration(flags, process.env).call('DELETE', pathOf(cluster));
  print(`removed cluster ${cluster}`);
}

async function list(flags: Flags): Promise<void> {
  const { clusters } = await readAdministration(flags, process.env).call('GET', '/v1/clusters');
  for (const line of clusterTable(clusters)) print(line);
}

function pathOf(cluster: ClusterId): string {
  return `/v1/clusters/${cluster}`;
}

/** A flag that does nothing is a mistake, and its user thinks that it did something. */
function refuseForeignFlags(action: Action, values: Flags): void {
  const allowed: readonly string[] = [...Object.keys(administratorFlags), ...actions[action]];
  const given = Object.entries(values).filter(([, value]) => value !== false && [value].flat().length > 0);
  const foreign = given.find(([name]) => !allowed.includes(name));
  if (foreign !== undefined) throw new UsageError(`"kube-doh cluster ${action}" takes no --${foreign[0]}; see ${help}`);
}

function readId(action: string, text: string | undefined): ClusterId {
  if (text === undefined) throw new UsageError(`"kube-doh cluster ${action}" needs the cluster's ID; see ${help}`);
  const cluster = parseClusterId(text);
  if (cluster === undefined) throw new UsageError(`"${text}" is no cluster's ID: that is 1 to 32 of a-z, 0-9 and "-"`);
  return cluster;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
