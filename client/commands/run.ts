/** `kube-doh run`: a program that sees the cluster's names, for users who may change nothing on their system. */
import { parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import type { RelativeName } from '../../zone/name.ts';
import { Edges } from '../export/edges.ts';
import { type ServiceHosts, serviceHosts } from '../export/service-hosts.ts';
import { type ConnectionFlags, connectionFlags, connectionFlagsHelp, readConnections } from '../profiles/connection.ts';
import { readService } from './hosts/service.ts';
import { runWithNames } from './run/run-with-names.ts';

const usage = `kube-doh run [OPTIONS] -- COMMAND [ARGUMENT…]

Runs a program that sees the cluster's names, without changing the system. Needs no administrator.

  --service SERVICE      SERVICE.NAMESPACE; its names and those of its pods are kept in a hosts file for the program, and
                         every program that uses glibc reads it, where nss_wrapper is installed; may be repeated
  --jvm                  let Java read that file too, where there is no nss_wrapper: it then knows no other names
${connectionFlagsHelp}
Node programs see every name of the zones, by dns.lookup and whatever connects by name, without --service too. Programs
that are linked statically, as Go's often are, see none. With nss_wrapper, programs that still use gethostbyname see no other
names than those of the hosts files. The token is not handed on: a program does not see KUBE_DOH_TOKEN. The exit code is the program's; 127 when there is no such program,
128 and its number when a signal ended it.
`;

interface RunCommand {
  readonly program: readonly [string, ...string[]];
  readonly services: readonly string[];
  readonly forJvm: boolean;
  readonly connection: ConnectionFlags;
}

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const command = readRunCommand(args);
  if (command === 'help') return void process.stdout.write(usage);
  const profiles = await readConnections(command.connection, process.env);
  const edges = new Edges(profiles);
  const zones = profiles[0]!.zones;
  const services: RelativeName[] = command.services.map((text) => readService(text, zones));
  const look = (): Promise<ServiceHosts> => serviceHosts(edges.ask, services, zones, false);
  try {
    const hosts = services.length === 0 ? undefined : { first: await look(), look, forJvm: command.forJvm };
    process.exitCode = await runWithNames({ program: command.program, edges, hosts, tell });
  } finally {
    edges.close();
  }
}

function readRunCommand(args: readonly string[]): RunCommand | 'help' {
  const end = args.indexOf('--');
  const { values, positionals } = parseCommandLine(
    {
      args: args.slice(0, end < 0 ? args.length : end),
      options: {
        ...connectionFlags,
        service: { type: 'string', multiple: true, default: [] },
        jvm: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowPositionals: true,
    },
    'kube-doh run --help',
  );
  if (values.help) return 'help';
  const [name, ...rest] = end < 0 ? [] : args.slice(end + 1);
  if (name === undefined || positionals.length > 0) {
    throw new UsageError('the command is "kube-doh run [OPTIONS] -- COMMAND"; see kube-doh run --help');
  }
  if (values.jvm && values.service.length === 0) throw new UsageError('--jvm needs a --service');
  return { program: [name, ...rest], services: values.service, forJvm: values.jvm, connection: values };
}

function tell(line: string): void {
  process.stderr.write(`kube-doh: ${line}\n`);
}
