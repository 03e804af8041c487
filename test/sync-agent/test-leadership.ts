/** Leadership as a test wants it. */
import type { Lead, Leadership, TermEnd } from '../../sync-agent/leader/leadership.ts';

/** Leads when the test says so. */
export class TestLeadership implements Leadership {
  readonly isElected = true;
  readonly leadsUntil = Number.POSITIVE_INFINITY;
  isLeading = false;
  leaderSeenAt: number | undefined;
  /** As it was told; a test decides who leads all the same. */
  isFit: (() => boolean) | undefined;
  /** How the terms ended that are over, and in which nothing goes on. */
  readonly ends: TermEnd[] = [];
  #isWanted = false;
  #wake = (): void => {};
  #term: AbortController | undefined;

  async run(lead: Lead, signal: AbortSignal, isFit: () => boolean): Promise<void> {
    this.isFit = isFit;
    signal.addEventListener('abort', () => {
      this.lose();
      this.#wake();
    });
    while (!signal.aborted) {
      if (this.#isWanted) {
        this.#term = new AbortController();
        this.isLeading = true;
        const end = await lead(this.#term.signal);
        this.ends.push(end);
        if (end === 'given-up') this.lose();
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  win(): void {
    this.#isWanted = true;
    this.#wake();
  }

  lose(): void {
    this.#isWanted = false;
    this.isLeading = false;
    this.#term?.abort(new Error('the term is over'));
  }
}
