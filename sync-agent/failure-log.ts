/** Failures of watches as log lines: each once while it stays the same, and when it is over. */
import type { Failure } from './kube/reflector.ts';
import { type Resource, titleOf } from './kube/resource.ts';
import type { Facts, Log } from './log.ts';

export class FailureLog {
  readonly #log: Log;
  /** What was said last about each resource that fails, by title. */
  readonly #told = new Map<string, string>();
  /** Titles of resources that the API does not have, by kind. */
  readonly #absent = new Map<string, Set<string>>();

  constructor(log: Log) {
    this.#log = log;
  }

  noteFailure({ resource, error: { code, message } }: Failure): void {
    const title = titleOf(resource);
    if (this.#told.get(title) !== message) {
      this.#log.warn(`${title}: ${message}; it is tried again`, { ...factsOf(resource), code, err: message });
    }
    this.#told.set(title, message);
  }

  noteWell(resource: Resource): void {
    const title = titleOf(resource);
    if (this.#told.delete(title)) this.#log.info(`${title}: it is watched again`, factsOf(resource));
  }

  /** A kind is missing in all namespaces or in none, so it is told once. */
  noteAbsent(resource: Resource): void {
    const { kind } = resource;
    const titles = this.#absent.get(kind) ?? new Set();
    if (titles.size === 0) {
      this.#log.warn(`${kind}: the cluster has none of this kind of object; it is looked for again`, {
        resource: kind,
      });
    }
    this.#absent.set(kind, titles.add(titleOf(resource)));
    this.#told.delete(titleOf(resource));
  }

  notePresent(resource: Resource): void {
    const { kind } = resource;
    const titles = this.#absent.get(kind);
    titles?.delete(titleOf(resource));
    if (titles?.size === 0 && this.#absent.delete(kind)) {
      this.#log.info(`${kind}: the cluster has this kind of object now`, { resource: kind });
    }
  }
}

function factsOf({ kind, namespace }: Resource): Facts {
  return namespace === undefined ? { resource: kind } : { resource: kind, namespace };
}
