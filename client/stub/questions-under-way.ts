/** Who asks what is being asked already waits for that answer. */
import { isSameQuestion, type Question } from './question.ts';

interface UnderWay<Lane, Outcome> {
  readonly question: Question;
  readonly lane: Lane;
  readonly outcome: Promise<Outcome>;
}

/** More come only from somebody who asks for what is not there, or while nothing answers. */
const maxUnderWay = 1000;

export class QuestionsUnderWay<Lane, Outcome> {
  readonly #byHash = new Map<number, UnderWay<Lane, Outcome>>();
  /** More than are found by hash: questions with one hash can be made at will. */
  #count = 0;

  /**
   * The outcome of the same question that is under way, or of `ask`, which never rejects; undefined when too many are. Of
   * two with one hash, one is asked by itself each time.
   */
  share(question: Question, hash: number, lane: Lane, ask: () => Promise<Outcome>): Promise<Outcome> | undefined {
    const other = this.#byHash.get(hash);
    if (other !== undefined && other.lane === lane && isSameQuestion(other.question, question)) return other.outcome;
    if (this.#count >= maxUnderWay) return undefined;
    this.#count += 1;
    const outcome = ask();
    if (other === undefined) this.#byHash.set(hash, { question, lane, outcome });
    void outcome.then(() => {
      this.#count -= 1;
      if (other === undefined) this.#byHash.delete(hash);
    });
    return outcome;
  }
}
