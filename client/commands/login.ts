/** `kube-doh login`: keeps how to ask an edge, as profiles that the other commands use. */
import { resolve } from 'node:path';
import { parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { type ClusterId, parseClusterId } from '../../zone/cluster-id.ts';
import { readDohUrl } from '../profiles/doh-url.ts';
import { type LoggedIn, login } from '../profiles/login.ts';
import { LoginError } from '../profiles/login-plan.ts';
import { ProfileFile } from '../profiles/profile-file.ts';
import { isForTheSame, isProfileName, type Profiles, withProfile } from '../profiles/profiles.ts';
import { profilesPath } from '../profiles/profiles-path.ts';
import { findToken, promptToken } from '../profiles/token-source.ts';
import { warn } from '../profiles/warning.ts';
import { readZones, zoneText } from '../profiles/zone-text.ts';

const usage = `kube-doh login URL [OPTIONS]

Checks a token for an edge, and keeps it with the zones that the edge has for it: one profile for each cluster of the token.
URL is the edge's, such as https://dns.example.com, or the address of its DoH service, as in "npm start".

  --name NAME        of the profile; without it, the cluster's ID
  --cluster ID       only this one of the token's clusters
  --zone NAME        ask for this zone, or this part of one; may be repeated. Without it, all that the edge tells. An edge
                     that answers everybody tells none
  --token-file FILE  holds the token, - is the standard input. Without it, KUBE_DOH_TOKEN in the environment does, or the
                     URL; otherwise it is asked for
  --authority FILE   PEM of the authority to trust instead of the usual ones; KUBE_DOH_AUTHORITY in the environment
  --default          make it the profile that is meant where none is named
`;

const options = {
  name: { type: 'string' },
  cluster: { type: 'string' },
  zone: { type: 'string', multiple: true },
  'token-file': { type: 'string' },
  authority: { type: 'string' },
  default: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const help = 'kube-doh login --help';

/** Rejects with an error whose message is one clear line, without the token. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseCommandLine({ args: [...args], options, allowPositionals: true }, help);
  if (values.help) return void process.stdout.write(usage);
  const [url, ...others] = positionals;
  if (url === undefined || others.length > 0) throw new UsageError(`the command is "kube-doh login URL"; see ${help}`);
  const given = readDohUrl(url, 'the URL');
  const name = readName(values.name);
  const cluster = readCluster(values.cluster) ?? given.cluster;
  const zones = readZones(values.zone ?? []);
  const file = new ProfileFile(profilesPath(process.env), warn);
  // What is wrong with it is told before anybody types a token.
  file.read();
  const sources = { file: values['token-file'], environment: process.env, inUrl: given.token };
  const token = await findToken(sources, warn);
  const authorityFile = readPath(values.authority ?? process.env['KUBE_DOH_AUTHORITY']);
  const { profiles, passedOver } = await login({
    edge: given.edge,
    name,
    cluster,
    zones,
    token,
    promptToken,
    authorityFile,
  });
  for (const line of passedOver) warn(line);
  const kept = file.update((before) => keep(before, profiles, values.default));
  for (const each of profiles) tell(each, kept.defaultName);
}

/** Throws LoginError when another profile would be lost. */
function keep(before: Profiles, found: readonly LoggedIn[], makesDefault: boolean): Profiles {
  return found.reduce((profiles, { profile }, index) => {
    const old = profiles.all.get(profile.name);
    if (old === undefined || isForTheSame(old, profile))
      return withProfile(profiles, profile, makesDefault && index === 0);
    const whose = `${old.edge.origin}${old.cluster === undefined ? '' : `, cluster ${old.cluster}`}`;
    throw new LoginError(
      `there is a profile ${profile.name} for ${whose}: choose another --name, or "kube-doh logout ${profile.name}" first`,
    );
  }, before);
}

function tell({ profile, state, asked }: LoggedIn, defaultName: string | undefined): void {
  const { name, edge, cluster } = profile;
  const which = cluster === undefined ? '' : `, cluster ${cluster}`;
  print(`kept profile ${name}${name === defaultName ? ' (the default)' : ''}: ${edge.origin}${which}`);
  for (const { zone, said } of asked) print(`  ${zoneText(zone)}: ${said}`);
  const note = state === undefined ? undefined : notes[state];
  if (note !== undefined) warn(`cluster ${cluster}: ${note}`);
}

/** What is not as it will be. */
const notes: Readonly<Partial<Record<NonNullable<LoggedIn['state']>, string>>> = {
  absent: 'nothing is published yet: its names are answered once its agent publishes',
  expired: 'what is published is too old to be answered: see to its agent',
  stale: 'what is published is old: see to its agent',
};

function readName(text: string | undefined): string | undefined {
  if (text === undefined || isProfileName(text)) return text;
  throw new UsageError('--name is not 1 to 64 of A-Z, a-z, 0-9, ".", "_" and "-"');
}

function readCluster(text: string | undefined): ClusterId | undefined {
  if (text === undefined) return undefined;
  const cluster = parseClusterId(text);
  if (cluster === undefined) throw new UsageError(`--cluster "${text}" is no ID: that is 1 to 32 of a-z, 0-9 and "-"`);
  return cluster;
}

/** The same from wherever it is used later. */
function readPath(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : resolve(text);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
