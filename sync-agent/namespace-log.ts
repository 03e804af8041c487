/** How listed namespaces stand, as log lines: each once while it stays so, and when it is over. */
import type { NamespaceStanding } from './kube/listed-namespace.ts';
import type { Log } from './log.ts';

export class NamespaceLog {
  readonly #log: Log;
  /** Namespaces of which something was told. */
  readonly #away = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes each change of a standing. */
  note(namespace: string, standing: NamespaceStanding): void {
    const line = lineOf(standing);
    if (line !== undefined) {
      this.#away.add(namespace);
      this.#log.warn(`namespace ${namespace}: ${line}`, { namespace, state: standing.state });
    } else if (this.#away.delete(namespace)) {
      this.#log.info(`namespace ${namespace}: it is there now`, { namespace, state: standing.state });
    }
  }

  /** It may not be watched. That costs only requests, so nobody has to do anything. */
  noteAsked(namespace: string): void {
    this.#log.info(
      `namespace ${namespace}: the agent may not watch it, and asks for it every five seconds: ` +
        'a ClusterRole with "list" and "watch" on "namespaces" and it among the resourceNames spares that',
      { namespace },
    );
  }
}

function lineOf(standing: NamespaceStanding): string | undefined {
  switch (standing.state) {
    case 'present':
      return undefined;
    case 'missing':
      return 'it does not exist; it is published when it comes';
    case 'kept':
      return `${standing.error.message}; its names stay for 10 minutes (refused: ${standing.kinds.join(', ')}), and it is tried again`;
    case 'refused':
      return `${standing.error.message}; it counts as not there (refused: ${standing.kinds.join(', ')}), and is tried again`;
  }
}
