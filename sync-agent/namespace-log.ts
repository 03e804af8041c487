/** How listed namespaces stand, as log lines: each once while it stays so, and when it is over. */
import type { NamespaceStanding } from './kube/listed-namespace.ts';

export class NamespaceLog {
  readonly #log: (line: string) => void;
  /** Namespaces of which something was told. */
  readonly #away = new Set<string>();

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** Takes each change of a standing. */
  note(namespace: string, standing: NamespaceStanding): void {
    const line = lineOf(standing);
    if (line !== undefined) {
      this.#away.add(namespace);
      this.#log(`namespace ${namespace}: ${line}`);
    } else if (this.#away.delete(namespace)) {
      this.#log(`namespace ${namespace}: it is there now`);
    }
  }
}

function lineOf(standing: NamespaceStanding): string | undefined {
  switch (standing.state) {
    case 'present':
      return undefined;
    case 'missing':
      return 'it does not exist; it is published when it comes';
    case 'refused':
      return `${standing.error.message}; it counts as not there (refused: ${standing.kinds.join(', ')}), and is tried again`;
  }
}
