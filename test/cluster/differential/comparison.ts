/** Questions put to both servers of a variation, and what is wrong with the answers. */
import { type Answer, textOf } from './answer.ts';
import type { Facts } from './facts.ts';
import { allBut, type Difference, type Differs, likeCoreDns, likeOurs, only } from './model/differences.ts';
import { predict, predictCoreDns } from './model/predict.ts';
import type { Question } from './model/question.ts';
import { type World, worldOf } from './model/world.ts';
import type { Subject } from './subject.ts';
import type { Variation } from './variations.ts';

/** One question that was not answered as it should be. The texts are those of answer.ts. */
export interface Fault {
  readonly variation: string;
  readonly question: Question;
  /** `unexplained`: ours is not what the differences make of CoreDNS's. `model`: CoreDNS's is not what the model says. */
  readonly kind: 'unexplained' | 'model';
  readonly ours: string;
  readonly coreDns: string;
  readonly expected: string;
}

/** What a cluster's objects mean to both sides of a variation; worlds are made as they are needed. */
export class Expectations {
  readonly #facts: Facts;
  readonly #variation: Variation;
  readonly #coreDns: World;
  readonly #ours: World;
  readonly #others = new Map<string, World>();

  constructor(facts: Facts, variation: Variation) {
    this.#facts = facts;
    this.#variation = variation;
    this.#coreDns = worldOf(facts, variation, likeCoreDns);
    this.#ours = worldOf(facts, variation, likeOurs);
  }

  /** Any of them. */
  coreDns(question: Question): Answer[] {
    return predictCoreDns(question, this.#coreDns);
  }

  ours(question: Question): Answer {
    return predict(question, this.#ours);
  }

  /** Those of `candidates` that change the answer: by being there, or by being the only one. */
  differencesAt(question: Question, candidates: readonly Difference[]): Difference[] {
    const ours = textOf(this.ours(question));
    const coreDns = textOf(predict(question, this.#coreDns));
    if (ours === coreDns) return [];
    const text = (key: string, differs: Differs): string => textOf(predict(question, this.#world(key, differs)));
    return candidates.filter((name) => {
      return text(`all but ${name}`, allBut(name)) !== ours || text(`only ${name}`, only(name)) !== coreDns;
    });
  }

  #world(key: string, differs: Differs): World {
    const known = this.#others.get(key) ?? worldOf(this.#facts, this.#variation, differs);
    this.#others.set(key, known);
    return known;
  }
}

export interface Compared {
  /** There were records in the answer section. */
  readonly isPositive: boolean;
  readonly faults: readonly Fault[];
  readonly met: readonly Difference[];
}

/** `candidates` are the differences that are looked for; whether the answers are right does not depend on them. */
export async function compare(
  { variation, ours, coreDns }: Subject,
  expectations: Expectations,
  question: Question,
  candidates: readonly Difference[],
): Promise<Compared> {
  const [ourAnswer, theirAnswer] = await Promise.all([ours.ask(question), coreDns.ask(question)]);
  const our = textOf(ourAnswer);
  const their = textOf(theirAnswer);
  const isPositive = ourAnswer.answer.length > 0;
  const fault = (kind: Fault['kind'], expected: string): Compared => {
    return {
      faults: [{ variation: variation.name, question, kind, ours: our, coreDns: their, expected }],
      met: [],
      isPositive,
    };
  };
  const possible = expectations.coreDns(question).map(textOf);
  const expectedOurs = textOf(expectations.ours(question));
  if (our !== expectedOurs) return fault('unexplained', expectedOurs);
  if (!possible.includes(their)) return fault('model', possible.join('\nor '));
  return { faults: [], met: expectations.differencesAt(question, candidates), isPositive };
}
