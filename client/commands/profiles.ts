/** `kube-doh profiles`: which edges this user has access to. Never a token. */
import { parseCommandLine } from '../../sync-agent/usage.ts';
import { ProfileFile } from '../profiles/profile-file.ts';
import type { Profiles } from '../profiles/profiles.ts';
import { profilesPath } from '../profiles/profiles-path.ts';
import { warn } from '../profiles/warning.ts';
import { zoneText } from '../profiles/zone-text.ts';
import { tableOf } from './table.ts';

const usage = `kube-doh profiles [OPTIONS]

Shows the profiles that "kube-doh login" has kept; * is the one that is meant where none is named.

  --names                print their names alone, one on each line
`;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseCommandLine(
    { args: [...args], options: { names: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } },
    'kube-doh profiles --help',
  );
  if (values.help) return void process.stdout.write(usage);
  const file = new ProfileFile(profilesPath(process.env), warn);
  const profiles = file.read();
  for (const line of values.names ? profiles.all.keys() : profileTable(profiles)) process.stdout.write(`${line}\n`);
}

/** One line for each profile below a header. */
export function profileTable({ all, defaultName }: Profiles): readonly string[] {
  if (all.size === 0) return ['there is no profile: log in with "kube-doh login URL"'];
  const rows = [...all.values()].map(({ name, edge, cluster, zones, token, authorityFile }) => [
    `${name}${name === defaultName ? ' *' : ''}`,
    edge.origin,
    cluster ?? '-',
    zones.map(zoneText).join(','),
    token === undefined ? 'none' : 'kept',
    authorityFile ?? '-',
  ]);
  return tableOf(['PROFILE', 'EDGE', 'CLUSTER', 'ZONES', 'TOKEN', 'AUTHORITY'], rows);
}
