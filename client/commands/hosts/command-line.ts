/** What `kube-doh hosts` is asked to do. */
import { parseCommandLine, UsageError } from '../../../sync-agent/usage.ts';
import { type HostFormat, parseHostFormat } from '../../export/host-formats.ts';
import { type ConnectionFlags, connectionFlags, connectionFlagsHelp } from '../../profiles/connection.ts';

export const usage = `kube-doh hosts SERVICE… [OPTIONS]
kube-doh hosts --remove [OPTIONS]

Finds the addresses of Services and of their pods, and prints them as lines of a hosts file, or keeps them in one. SERVICE
is SERVICE.NAMESPACE, or its full name. Each line has the name in every zone of the login.

  --format FORMAT        print lines for a hosts file, or arguments for docker, extra_hosts for compose, or json (hosts)
  --short-names          pod.service.namespace, pod.service, service.namespace and service are names too
  --write                put the lines into the system's hosts file, between two marks; the rest of it stays as it is
  --watch                write them, and again when they change, until told to end; they stay there at the end
  --remove               take the lines out again: those of --profile, or all of ours; with --watch, at its end
  --file FILE            another file than the system's; it is made when it is not there, and goes with the last names
${connectionFlagsHelp}
A hosts file has no SRV records and no wildcards, and goes stale when pods restart. The exit code is 1 when a Service has
no address; the lines of the others are written. When the edge cannot be asked, nothing is changed.
`;

export interface WantedHosts {
  readonly kind: 'print' | 'write' | 'watch';
  readonly services: readonly string[];
  readonly format: HostFormat;
  readonly withShortNames: boolean;
  readonly removesAtEnd: boolean;
  readonly file: string | undefined;
  readonly connection: ConnectionFlags;
}

export type HostsCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'remove'; readonly profiles: readonly string[]; readonly file: string | undefined }
  | WantedHosts;

/** Throws UsageError. */
export function readHostsCommand(args: readonly string[]): HostsCommand {
  const { values, positionals: services } = parseCommandLine(
    {
      args: [...args],
      options: {
        ...connectionFlags,
        format: { type: 'string', default: 'hosts' },
        'short-names': { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
        remove: { type: 'boolean', default: false },
        file: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowPositionals: true,
    },
    'kube-doh hosts --help',
  );
  if (values.help) return { kind: 'help' };
  const { write: writes, watch: watches, remove: removes, file } = values;
  if (writes && removes) throw new UsageError('--write and --remove exclude each other');
  if (file === '') throw new UsageError('--file needs the path of a file');
  if (removes && !watches) {
    if (services.length > 0) throw new UsageError('--remove takes out all lines: leave the services away');
    return { kind: 'remove', profiles: values.profile ?? [], file };
  }
  if (services.length === 0) throw new UsageError('a service is missing; see kube-doh hosts --help');
  const kind = watches ? 'watch' : writes ? 'write' : 'print';
  const format = parseHostFormat(values.format);
  if (format === undefined) throw new UsageError(`--format "${values.format}" is none of hosts, docker, compose, json`);
  if (kind === 'print' && file !== undefined) throw new UsageError('--file goes with --write, --watch or --remove');
  if (kind !== 'print' && format !== 'hosts') throw new UsageError(`--format ${format} is for printing only`);
  const withShortNames = values['short-names'];
  return { kind, services, format, withShortNames, removesAtEnd: removes, file, connection: values };
}
