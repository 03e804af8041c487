/** The command line that starts the stub. */
import type { HostFacts } from './facts.ts';
import { formatListenAddress, type ListenAddress } from './listen-address.ts';
import type { Command } from './step.ts';

export interface Stub {
  readonly listen: ListenAddress;
  /** As `--upstream` takes them. None: other names are refused. */
  readonly upstreams: readonly string[];
}

/** `options` are further ones of `kube-doh dns`. */
export function stubCommand({ launcher }: HostFacts, stub: Stub, options: readonly string[]): Command {
  return [
    ...launcher,
    'dns',
    '--listen',
    formatListenAddress(stub.listen),
    ...stub.upstreams.flatMap((server) => ['--upstream', server]),
    ...options,
  ];
}
