/** The snapshot of what is observed. It is brought up to date when asked, and tells then what was new. */
import type { Problem } from './cluster.ts';
import { NameBalance } from './guard/name-balance.ts';
import type { ChangeTrigger } from './kube/change-trigger.ts';
import type { Clock } from './kube/clock.ts';
import type { ClusterObserver } from './kube/observer.ts';
import { SnapshotBuilder, type SnapshotOptions } from './snapshot/snapshot-builder.ts';

/** What was computed anew. */
export interface Update {
  /** Objects with changes. */
  readonly changes: number;
  /** When the first of the changes was noted, on the steady clock; undefined when there was none. */
  readonly notedAt: number | undefined;
  /** What watches said about the changes. */
  readonly triggers: readonly ChangeTrigger[];
}

export interface ComputedSnapshotOptions {
  readonly observer: ClusterObserver;
  readonly names: SnapshotOptions;
  readonly clock: Clock;
  /** Takes all that cannot become records, after each update. */
  readonly onProblems: (problems: readonly Problem[]) => void;
}

export class ComputedSnapshot {
  /** What would vanish of what is published. Each publish must be noted there. */
  readonly balance = new NameBalance();
  readonly #options: ComputedSnapshotOptions;
  readonly #builder: SnapshotBuilder;
  #notedAt: number | undefined;
  #firstUpdateAt: number | undefined;

  constructor(options: ComputedSnapshotOptions) {
    this.#options = options;
    this.#builder = new SnapshotBuilder(options.names);
  }

  /** When the first change was noted that waits to be computed, on the steady clock. */
  get notedAt(): number | undefined {
    return this.#notedAt;
  }

  /** When it was brought up to date for the first time, in Unix milliseconds. */
  get firstUpdateAt(): number | undefined {
    return this.#firstUpdateAt;
  }

  /** To be told of every change that is observed. */
  noteChange(): void {
    this.#notedAt ??= this.#options.clock.steadyNow();
  }

  /** Takes over what has changed. */
  update(): Update {
    const { observer, clock, onProblems } = this.#options;
    this.#firstUpdateAt ??= clock.now();
    const notedAt = this.#notedAt;
    const changes = observer.changeCount;
    this.#notedAt = undefined;
    this.#builder.update(observer.cluster, observer.takeChanges());
    for (const change of this.#builder.takeNameChanges()) this.balance.note(change);
    onProblems([...observer.problems(), ...this.#builder.problems()]);
    return { changes, notedAt, triggers: observer.takeTriggers() };
  }

  /** As of the last update. Equal states give equal octets. `spare` is an image that was given before, and may be overwritten. */
  image(spare?: Uint8Array): Uint8Array {
    return this.#builder.image(spare);
  }
}
