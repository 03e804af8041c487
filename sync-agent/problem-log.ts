/** What cannot become records, as log lines and as counts by the kind of object. */
import type { Problem } from './cluster.ts';

export interface ProblemCount {
  /** Objects that have problems now. */
  readonly present: number;
  /** How often an object of the kind was found to have problems that had none before; never falls. */
  readonly total: number;
}

const objectKinds = ['Namespace', 'Service', 'EndpointSlice', 'Pod', 'ServiceImport'] as const;
export type ObjectKind = (typeof objectKinds)[number];

/** Of one report. A cluster full of nonsense shall not fill the log with it. */
const maxLines = 20;

export class ProblemLog {
  readonly #log: (line: string) => void;
  /** The reasons that were given last, by object. */
  #told: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  readonly #totals = new Map<ObjectKind, number>();
  #summary = '';

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** For each kind of object, those without problems too. */
  get counts(): ReadonlyMap<ObjectKind, ProblemCount> {
    const present = presentByKind(this.#told.keys());
    return new Map(
      objectKinds.map((kind) => [kind, { present: present.get(kind) ?? 0, total: this.#totals.get(kind) ?? 0 }]),
    );
  }

  /** Takes all problems that there are now. Tells those that are new, and the numbers when they have changed. */
  report(problems: readonly Problem[]): void {
    const now = new Map<string, Set<string>>();
    let newCount = 0;
    for (const { object, reason } of problems) {
      const reasons = now.get(object) ?? new Set();
      const isNew = !reasons.has(reason) && this.#told.get(object)?.has(reason) !== true;
      now.set(object, reasons.add(reason));
      if (!isNew) continue;
      newCount += 1;
      if (newCount <= maxLines) this.#log(`${object}: ${reason}`);
    }
    if (newCount > maxLines) this.#log(`and ${newCount - maxLines} more problems of objects`);
    for (const object of now.keys()) if (!this.#told.has(object)) this.#countOne(kindOf(object));
    this.#told = now;
    this.#summarize();
  }

  #countOne(kind: ObjectKind | undefined): void {
    if (kind !== undefined) this.#totals.set(kind, (this.#totals.get(kind) ?? 0) + 1);
  }

  #summarize(): void {
    const summary = summaryOf(presentByKind(this.#told.keys()));
    if (summary === this.#summary) return;
    this.#log(summary === '' ? 'no object has problems any more' : summary);
    this.#summary = summary;
  }
}

/** Such as `3 objects have problems: 2 EndpointSlices, 1 Service`; empty without any. */
function summaryOf(present: ReadonlyMap<ObjectKind, number>): string {
  const kinds = [...present].sort(([a, most], [b, more]) => more - most || (a < b ? -1 : 1));
  const count = kinds.reduce((sum, [, each]) => sum + each, 0);
  if (count === 0) return '';
  const parts = kinds.map(([kind, each]) => `${each} ${kind}${each === 1 ? '' : 's'}`);
  return `${count} ${count === 1 ? 'object has' : 'objects have'} problems: ${parts.join(', ')}`;
}

function presentByKind(objects: Iterable<string>): ReadonlyMap<ObjectKind, number> {
  const counts = new Map<ObjectKind, number>();
  for (const object of objects) {
    const kind = kindOf(object);
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** The first word of a Problem's `object`. */
function kindOf(object: string): ObjectKind | undefined {
  return objectKinds.find((kind) => object.startsWith(`${kind} `));
}
