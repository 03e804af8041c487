/** `kube-doh sd`: which pods there are, ready or not, as health checkers want it: what the edge answers at `…/sd`. */
import { parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { commandPatience } from '../doh/patience.ts';
import { connectionFlags, connectionFlagsHelp, readConnection } from '../profiles/connection.ts';
import type { Profile } from '../profiles/profile.ts';
import { zoneText } from '../profiles/zone-text.ts';
import { EdgeGetError, readFromEdge } from '../why/edge-get.ts';
import { readTargetFlags, type TargetQuery, withService } from './sd/target-query.ts';

const usage = `kube-doh sd [SERVICE] [OPTIONS]

Prints the endpoints of Services, one for each of their ports, whether ready or not. SERVICE is NAMESPACE/SERVICE or
SERVICE.NAMESPACE, or the name of a Service in any namespace; without it, all that the login opens are printed. This is
what Prometheus gets from the edge by itself ("kube-doh config --for prometheus").

  -n, --namespace NAME   only this namespace
  --port PORT            only this port: its number or its name
  --address ip|name      addresses (the default), or DNS names where pods have one: below the first --zone, where one is given
  --ready all|only       only: leave out what is not ready
  --format FORMAT        prometheus: JSON with labels, for http_sd_configs and file_sd_configs (the default)
                         targets: host:port on each line; addresses: an address on each line
${connectionFlagsHelp}`;

/** A large cluster's endpoints take a while: 150,000 are 90 MB. */
const patience = { ...commandPatience, wholeMilliseconds: 60_000 };
const maxOctets = 512 * 1024 * 1024;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseCommandLine(
    {
      args: [...args],
      options: {
        ...connectionFlags,
        namespace: { type: 'string', short: 'n' },
        port: { type: 'string' },
        address: { type: 'string' },
        ready: { type: 'string' },
        format: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowPositionals: true,
    },
    'kube-doh sd --help',
  );
  if (values.help) return void process.stdout.write(usage);
  const [service, ...others] = positionals;
  if (others.length > 0) throw new UsageError('the command is "kube-doh sd [SERVICE]"; see kube-doh sd --help');
  const flags = readTargetFlags(values);
  const profile = await readConnection(values, process.env);
  const query = service === undefined ? flags : withService(flags, service, profile.zones);
  // Zones that nobody has chosen may be of several clusters: then the edge chooses, which knows the credential's.
  const [zone] = (values.zone ?? []).length > 0 ? profile.zones.map(zoneText) : [];
  process.stdout.write(await targetsOf(profile, { ...query, zone }));
}

async function targetsOf(profile: Profile, query: TargetQuery): Promise<Buffer> {
  const { edge, cluster } = profile;
  const path = cluster === undefined ? '/sd' : `/c/${cluster}/sd`;
  const accept = query.format === 'prometheus' ? 'application/json' : 'text/plain';
  const body = await readFromEdge(profile, { path, query, accept, patience, maxOctets });
  if (!isPlain(body) || (query.format === 'prometheus' && body[0] !== 0x5b)) {
    throw new EdgeGetError('FAILED', `the edge ${edge.origin} answered with something that is no list of targets`);
  }
  return body.at(-1) === lineFeed || body.length === 0 ? body : Buffer.concat([body, Buffer.of(lineFeed)]);
}

const lineFeed = 0x0a;

/** Lines of printable ASCII: a terminal does nothing of what they say. */
function isPlain(octets: Buffer): boolean {
  return octets.every((octet) => octet === lineFeed || (octet >= 0x20 && octet <= 0x7e));
}
