/** `kube-doh list`: the names that a login opens. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { commandPatience } from '../doh/patience.ts';
import { readNamespace } from '../export/full-name.ts';
import { plainJson } from '../export/plain-json.ts';
import { connectionFlags, connectionFlagsHelp, readConnections } from '../profiles/connection.ts';
import type { Profile } from '../profiles/profile.ts';
import { zoneText } from '../profiles/zone-text.ts';
import { EdgeGetError, getFromEdge } from '../why/edge-get.ts';
import { type AskedProfile, askedZones } from './list/asked-zones.ts';
import { fullNames, namespacesOf, parseListedNames } from './list/listed-names.ts';
import { cacheKey, fileCache, type NamesCache } from './list/names-cache.ts';
import { readDuration } from './wait/duration.ts';

const usage = `kube-doh list [NAMESPACE] [OPTIONS]

Prints the names that the login opens, one on each line: those of Services, and of pods that have host names. Names made
of addresses are left out.

  --namespaces           print the namespaces that they are in instead
  --max-age TIME         take what was listed at most so long ago, such as 30s; kept in ~/.cache/kube-doh
  --json                 print them as a list in JSON
${connectionFlagsHelp}`;

/** A large cluster's names take a while. */
const patience = { ...commandPatience, wholeMilliseconds: 30_000 };
const maxOctets = 64 * 1024 * 1024;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseCommandLine(
    {
      args: [...args],
      options: {
        ...connectionFlags,
        namespaces: { type: 'boolean', default: false },
        'max-age': { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowPositionals: true,
    },
    'kube-doh list --help',
  );
  if (values.help) return void process.stdout.write(usage);
  const [namespace, ...others] = positionals;
  if (others.length > 0) {
    throw new UsageError('the command is "kube-doh list [NAMESPACE]"; see kube-doh list --help');
  }
  const asked = readNamespace(namespace, 'NAMESPACE');
  const maxAge = values['max-age'] === undefined ? undefined : readDuration('--max-age', values['max-age']);
  const profiles = await readConnections(values, process.env);
  const names = maxAge === undefined ? await listed(profiles, asked) : await cached(profiles, asked, maxAge);
  const lines = values.namespaces ? namespacesOf(names) : names;
  process.stdout.write(values.json ? `${plainJson(lines)}\n` : lines.map((line) => `${line}\n`).join(''));
}

async function cached(
  profiles: readonly Profile[],
  namespace: string | undefined,
  maxAgeMilliseconds: number,
): Promise<readonly string[]> {
  const cache: NamesCache = fileCache(join(homedir(), '.cache', 'kube-doh', 'names.json'));
  const parts = profiles.map(({ edge, cluster, token, zones }) => [edge.href, cluster, token, ...zones].join('\n'));
  const key = cacheKey([namespace, ...parts]);
  const kept = cache.read(key, maxAgeMilliseconds, Date.now());
  if (kept !== undefined) return kept;
  const names = await listed(profiles, namespace);
  cache.write(key, names, Date.now());
  return names;
}

/** Of all profiles, sorted, each once. */
async function listed(profiles: readonly Profile[], namespace: string | undefined): Promise<readonly string[]> {
  const all = await Promise.all(askedZones(profiles).map((asked) => namesOf(asked, namespace)));
  return [...new Set(all.flat())].sort();
}

async function namesOf({ profile, zone }: AskedProfile, namespace: string | undefined): Promise<readonly string[]> {
  const value = await getFromEdge(profile, { path: '/v1/names', query: { namespace }, patience, maxOctets });
  const names = parseListedNames(value);
  if (names !== undefined) return fullNames(names, zoneText(zone));
  throw new EdgeGetError('FAILED', `the edge ${profile.edge.origin} answered with something that is no list of names`);
}
