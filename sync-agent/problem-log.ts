/** What cannot become records, as log lines and as counts by the kind of object. */
import type { Problem } from './cluster.ts';
import type { Facts, Log } from './log.ts';

export interface ProblemCount {
  /** Objects that have problems now. */
  readonly present: number;
  /** How often an object of the kind was found to have problems that had none before; never falls. */
  readonly total: number;
}

const objectKinds = ['Namespace', 'Service', 'EndpointSlice', 'Pod', 'ServiceImport'] as const;
export type ObjectKind = (typeof objectKinds)[number];

/** For each kind of object, those without problems too. What is withheld is no problem of its object, and not counted. */
export type ProblemCounts = ReadonlyMap<ObjectKind, ProblemCount>;

/** How many objects of all kinds have problems now. */
export function objectsWithProblems(counts: ProblemCounts): number {
  return [...counts.values()].reduce((sum, { present }) => sum + present, 0);
}

/** Of one report. A cluster full of nonsense shall not fill the log with it at once; the rest is told in later reports. */
const maxLines = 20;

export class ProblemLog {
  readonly #log: Log;
  /** The reasons that were told, by object, while they last. */
  #told: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  /** Objects that have problems. */
  #objects: ReadonlySet<string> = new Set();
  readonly #totals = new Map<ObjectKind, number>();
  #summary = '';
  #untoldCount = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  get counts(): ProblemCounts {
    const present = presentByKind(this.#objects);
    return new Map(
      objectKinds.map((kind) => [kind, { present: present.get(kind) ?? 0, total: this.#totals.get(kind) ?? 0 }]),
    );
  }

  /** Takes all problems that there are now. Tells those that were not told yet, and the numbers when they have changed. */
  report(problems: readonly Problem[]): void {
    this.#tell(problems);
    const objects = new Set(problems.filter(({ isWithheld }) => isWithheld !== true).map(({ object }) => object));
    for (const object of objects) if (!this.#objects.has(object)) this.#countOne(kindOf(object));
    this.#objects = objects;
    this.#summarize();
  }

  #tell(problems: readonly Problem[]): void {
    const told = new Map<string, Set<string>>();
    const untold = new Set<string>();
    let lineCount = 0;
    for (const { object, reason, isWithheld } of problems) {
      const reasons = told.get(object) ?? new Set();
      if (reasons.has(reason)) continue;
      const line = `${object}: ${reason}`;
      const isNew = this.#told.get(object)?.has(reason) !== true;
      if (isNew && lineCount >= maxLines) {
        untold.add(line);
        continue;
      }
      if (isNew) {
        lineCount += 1;
        this.#log[isWithheld === true ? 'info' : 'warn'](line, { ...factsOf(object), reason });
      }
      told.set(object, reasons.add(reason));
    }
    this.#told = told;
    if (untold.size > 0 && untold.size !== this.#untoldCount) {
      this.#log.warn(`and ${untold.size} more, to be told later`, { problems: untold.size });
    }
    this.#untoldCount = untold.size;
  }

  #countOne(kind: ObjectKind | undefined): void {
    if (kind !== undefined) this.#totals.set(kind, (this.#totals.get(kind) ?? 0) + 1);
  }

  #summarize(): void {
    const summary = summaryOf(presentByKind(this.#objects));
    if (summary === this.#summary) return;
    const objects = this.#objects.size;
    if (summary === '') this.#log.info('no object has problems any more', { objects });
    else this.#log.warn(summary, { objects });
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

/** Of a Problem's `object`, such as `EndpointSlice cache/redis-abc12` or `Namespace cache`. */
function factsOf(object: string): Facts {
  const [resource = '', path = ''] = object.split(' ');
  const [first = '', name] = path.split('/');
  return name === undefined ? { resource, name: first } : { resource, namespace: first, name };
}
