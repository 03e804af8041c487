/** The command line that starts the stub. */
import type { HostFacts } from './facts.ts';
import { formatListenAddress, type ListenAddress } from './listen-address.ts';
import type { ServiceSettings } from './settings.ts';
import type { Command } from './step.ts';

export interface Stub {
  readonly listen: ListenAddress;
  /** As `--upstream` takes them. None: other names are refused. */
  readonly upstreams: readonly string[];
}

export function stubCommand({ launcher }: HostFacts, stub: Stub, service: ServiceSettings | undefined): Command {
  return [
    ...launcher,
    'dns',
    '--listen',
    formatListenAddress(stub.listen),
    ...stub.upstreams.flatMap((server) => ['--upstream', server]),
    ...(service?.profiles ?? []).flatMap((name) => ['--profile', name]),
    ...(service?.options ?? []),
  ];
}
