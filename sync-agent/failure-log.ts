/** Failures of watches as log lines: each once while it stays the same, and when it is over. */
import type { Failure } from './kube/reflector.ts';
import { type Resource, titleOf } from './kube/resource.ts';

export class FailureLog {
  readonly #log: (line: string) => void;
  /** What was said last about each resource that fails, by title. */
  readonly #told = new Map<string, string>();
  /** Titles of resources that the API does not have, by kind. */
  readonly #absent = new Map<string, Set<string>>();

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  noteFailure({ resource, error: { message } }: Failure): void {
    const title = titleOf(resource);
    if (this.#told.get(title) !== message) this.#log(`${title}: ${message}; it is tried again`);
    this.#told.set(title, message);
  }

  noteWell(resource: Resource): void {
    const title = titleOf(resource);
    if (this.#told.delete(title)) this.#log(`${title}: it is watched again`);
  }

  /** A kind is missing in all namespaces or in none, so it is told once. */
  noteAbsent(resource: Resource): void {
    const { kind } = resource;
    const titles = this.#absent.get(kind) ?? new Set();
    if (titles.size === 0) this.#log(`${kind}: the cluster has none of this kind of object; it is looked for again`);
    this.#absent.set(kind, titles.add(titleOf(resource)));
    this.#told.delete(titleOf(resource));
  }

  notePresent(resource: Resource): void {
    const { kind } = resource;
    const titles = this.#absent.get(kind);
    titles?.delete(titleOf(resource));
    if (titles?.size === 0 && this.#absent.delete(kind)) this.#log(`${kind}: the cluster has this kind of object now`);
  }
}
