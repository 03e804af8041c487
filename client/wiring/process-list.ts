/** The programs that run on a Linux host, in the same network as this one: /proc, proc(5). */
import type { Host } from './host.ts';

export interface RunningProcess {
  readonly id: number;
  /** The first 15 characters of the program's name. */
  readonly name: string;
  readonly args: readonly string[];
}

/** Those with one of the names. Kernels without /proc have none. */
export function runningProcesses(host: Host, names: readonly string[]): readonly RunningProcess[] {
  const own = networkOf(host, 'self');
  return host.list('/proc').flatMap((id) => {
    const name = /^\d+$/.test(id) ? textOf(host, `/proc/${id}/comm`).trim() : '';
    if (!names.includes(name) || isElsewhere(networkOf(host, id), own)) return [];
    return [
      {
        id: Number(id),
        name,
        args: textOf(host, `/proc/${id}/cmdline`)
          .split('\0')
          .filter((word) => word !== ''),
      },
    ];
  });
}

/** Who may not see another's network takes it for his own. */
function isElsewhere(network: string | undefined, own: string | undefined): boolean {
  return network !== undefined && own !== undefined && network !== own;
}

function networkOf(host: Host, id: string): string | undefined {
  try {
    const entry = host.entry(`/proc/${id}/ns/net`);
    return entry.kind === 'symlink' ? entry.target : undefined;
  } catch {
    return undefined;
  }
}

/** Processes end while they are looked at. */
function textOf(host: Host, path: string): string {
  try {
    return host.read(path)?.toString('utf8') ?? '';
  } catch {
    return '';
  }
}
