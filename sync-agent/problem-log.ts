/** What cannot become records, as log lines and as counts by the kind of object. */
import type { Problem } from './cluster.ts';
import type { Clock } from './kube/clock.ts';
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
/**
 * How long nothing new is told of an object after something was. Reasons quote what they complain of, so an object that
 * somebody keeps changing has others each time.
 */
const silentMilliseconds = 10 * 60 * 1000;

interface Told {
  /** Those that were told and hold; none of an object that is well. */
  readonly reasons: Set<string>;
  /** On the steady clock. */
  readonly silentUntil: number;
}

export class ProblemLog {
  readonly #log: Log;
  readonly #clock: Pick<Clock, 'steadyNow'>;
  /** By object. */
  #told: ReadonlyMap<string, Told> = new Map();
  /** Objects that have problems. */
  #objects: ReadonlySet<string> = new Set();
  readonly #totals = new Map<ObjectKind, number>();
  #summary = '';
  #untoldCount = 0;

  constructor(log: Log, clock: Pick<Clock, 'steadyNow'>) {
    this.#log = log;
    this.#clock = clock;
  }

  get counts(): ProblemCounts {
    const present = presentByKind(this.#objects);
    return new Map(
      objectKinds.map((kind) => [kind, { present: present.get(kind) ?? 0, total: this.#totals.get(kind) ?? 0 }]),
    );
  }

  /**
   * Takes all problems that there are now. Tells those that were not told yet, of each object every ten minutes at most, and
   * the numbers when they have changed.
   */
  report(problems: readonly Problem[]): void {
    this.#tell(problems);
    const objects = new Set(problems.filter(({ isWithheld }) => isWithheld !== true).map(({ object }) => object));
    for (const object of objects) if (!this.#objects.has(object)) this.#countOne(kindOf(object));
    this.#objects = objects;
    this.#summarize();
  }

  #tell(problems: readonly Problem[]): void {
    const now = this.#clock.steadyNow();
    const told = new Map<string, Told>();
    // So that an object that becomes well and ill again and again is silent in between, too.
    for (const [object, { silentUntil }] of this.#told) {
      if (now < silentUntil) told.set(object, { reasons: new Set(), silentUntil });
    }
    let lineCount = 0;
    let untoldCount = 0;
    for (const [object, reasons] of reasonsByObject(problems)) {
      const before = this.#told.get(object);
      const news = newsOf(reasons, before, now);
      const spoken = news.slice(0, maxLines - lineCount);
      for (const [reason, isWithheld] of spoken) {
        this.#log[isWithheld ? 'info' : 'warn'](`${object}: ${reason}`, { ...factsOf(object), reason });
      }
      lineCount += spoken.length;
      untoldCount += news.length - spoken.length;
      const isSilentNow = spoken.length > 0 && spoken.length === news.length;
      told.set(object, {
        reasons: new Set([...reasons.keys()].filter((reason) => before?.reasons.has(reason))),
        silentUntil: isSilentNow ? now + silentMilliseconds : (before?.silentUntil ?? now),
      });
      for (const [reason] of spoken) told.get(object)!.reasons.add(reason);
    }
    this.#told = told;
    if (untoldCount > 0 && untoldCount !== this.#untoldCount) {
      this.#log.warn(`and ${untoldCount} more, to be told later`, { problems: untoldCount });
    }
    this.#untoldCount = untoldCount;
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

/** With whether each is withheld. */
type Reasons = ReadonlyMap<string, boolean>;

/** Those that were not told, unless the object is silent. */
function newsOf(reasons: Reasons, before: Told | undefined, now: number): (readonly [string, boolean])[] {
  if (before === undefined) return [...reasons];
  return now < before.silentUntil ? [] : [...reasons].filter(([reason]) => !before.reasons.has(reason));
}

function reasonsByObject(problems: readonly Problem[]): ReadonlyMap<string, Reasons> {
  const objects = new Map<string, Map<string, boolean>>();
  for (const { object, reason, isWithheld = false } of problems) {
    const reasons = objects.get(object) ?? new Map<string, boolean>();
    if (!reasons.has(reason)) reasons.set(reason, isWithheld);
    objects.set(object, reasons);
  }
  return objects;
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
