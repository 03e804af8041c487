/**
 * Lets histories happen side by side, each in its own slot, and compares all answers after each step. One wait for the
 * servers serves all.
 */
import type { ApiServer } from '../control-plane/api-server.ts';
import { ClusterState } from './cluster-state.ts';
import { compare, Expectations, type Fault } from './comparison.ts';
import { type Facts, readObjects, type SeenPod } from './facts.ts';
import type { History } from './history/history.ts';
import { KnownNames } from './known-names.ts';
import { untilMirrored } from './mirroring.ts';
import { type Difference, differenceNames } from './model/differences.ts';
import { questionsAbout } from './questions.ts';
import { nextSeenPods } from './seen-pods.ts';
import { Sentinels } from './sentinels.ts';
import { addressesOf, namespacesOf } from './slots.ts';
import type { Subject } from './subject.ts';

export interface HistoryResult {
  /** Of the first step that had any. */
  readonly faults: readonly Fault[];
  /** Counted from 1; undefined without faults. */
  readonly faultyStep: number | undefined;
  readonly questions: number;
}

/** What is asked when not everything is. */
export interface Focus {
  /** By name; the others are not asked. */
  readonly variations?: ReadonlySet<string>;
  /** How many times as many questions as usual. */
  readonly timesQuestions?: number;
}

export interface Totals {
  readonly steps: number;
  readonly questions: number;
  /** Those whose answer had records. */
  readonly positive: number;
  /** How often each difference was met; those that were met often enough are not looked for any more. */
  readonly met: ReadonlyMap<Difference, number>;
  readonly refusals: ReadonlyMap<string, number>;
}

/** How often a difference is to be met. */
const enoughTimes = 10;

/** One cluster with servers beside it. */
export class Rounds {
  readonly #subjects: readonly Subject[];
  readonly #state: ClusterState;
  readonly #sentinels: Sentinels;
  #seenPods: ReadonlyMap<string, SeenPod> = new Map();
  #steps = 0;
  #questions = 0;
  #positive = 0;
  readonly #met = new Map<Difference, number>();

  constructor(api: ApiServer, subjects: readonly Subject[]) {
    this.#subjects = subjects;
    this.#state = new ClusterState(api);
    this.#sentinels = new Sentinels(api, this.#state);
  }

  get totals(): Totals {
    return {
      steps: this.#steps,
      questions: this.#questions,
      positive: this.#positive,
      met: this.#met,
      refusals: this.#state.refusals,
    };
  }

  /** At most as many histories as there are slots. `keys` choose the questions. Afterwards the slots are empty. */
  async run(histories: readonly History[], keys: readonly string[], focus: Focus = {}): Promise<HistoryResult[]> {
    const subjects = this.#subjects.filter(({ variation }) => focus.variations?.has(variation.name) ?? true);
    const runs = histories.map((history, slot) => new Run(history, slot, keys[slot]!));
    const steps = Math.max(0, ...histories.map((history) => history.steps.length));
    for (let step = 0; step < steps; step += 1) {
      await Promise.all(runs.map(({ history, slot }) => this.#state.take(history.steps[step] ?? [], slot)));
      const facts = await this.#settle(
        subjects,
        runs.flatMap(({ slot }) => namespacesOf(slot)),
      );
      const expectations = subjects.map(({ variation }) => new Expectations(facts, variation));
      const going = runs.filter(({ history }) => step < history.steps.length);
      await Promise.all(going.map((run) => this.#compareAll(run, step, facts, subjects, expectations, focus)));
      this.#steps += going.length;
    }
    await this.#state.clear(runs.map(({ slot }) => slot));
    return runs.map(({ faults, faultyStep, questions }) => ({ faults, faultyStep, questions }));
  }

  /** Everything that is there, when everybody has seen it. */
  async #settle(subjects: readonly Subject[], namespaces: readonly string[]): Promise<Facts> {
    await untilMirrored(this.#state.objects);
    await this.#sentinels.pass(subjects, namespaces);
    const objects = await readObjects(this.#state.objects);
    this.#seenPods = nextSeenPods(this.#seenPods, objects.pods);
    return { ...objects, seenPods: this.#seenPods };
  }

  async #compareAll(
    run: Run,
    step: number,
    facts: Facts,
    subjects: readonly Subject[],
    expectations: readonly Expectations[],
    { timesQuestions = 1 }: Focus,
  ): Promise<void> {
    run.names.learn(facts);
    // To look for all of them takes longer than everything else.
    const wanted = differenceNames.filter((name) => (this.#met.get(name) ?? 0) < enoughTimes);
    for (const [i, subject] of subjects.entries()) {
      const { name, questionsPerStep } = subject.variation;
      const asked = { ...subject.variation, questionsPerStep: questionsPerStep * timesQuestions };
      const questions = questionsAbout(run.names, asked, `${run.key} ${step} ${name}`);
      const compared = await Promise.all(
        questions.map((question) => compare(subject, expectations[i]!, question, wanted)),
      );
      run.note(
        step,
        questions.length,
        compared.flatMap(({ faults }) => faults),
      );
      this.#questions += questions.length;
      this.#positive += compared.filter(({ isPositive }) => isPositive).length;
      for (const name of compared.flatMap(({ met }) => met)) this.#met.set(name, (this.#met.get(name) ?? 0) + 1);
    }
  }
}

class Run {
  readonly history: History;
  readonly slot: number;
  readonly key: string;
  readonly names: KnownNames;
  questions = 0;
  faults: readonly Fault[] = [];
  faultyStep: number | undefined;

  constructor(history: History, slot: number, key: string) {
    this.history = history;
    this.slot = slot;
    this.key = key;
    this.names = new KnownNames(namespacesOf(slot), addressesOf(slot));
  }

  /** Later steps only repeat what was wrong before. */
  note(step: number, questions: number, faults: readonly Fault[]): void {
    this.questions += questions;
    if (faults.length === 0 || (this.faultyStep !== undefined && this.faultyStep !== step + 1)) return;
    this.faultyStep = step + 1;
    this.faults = [...this.faults, ...faults];
  }
}
