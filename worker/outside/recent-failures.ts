/** Questions that were asked in vain, so that they are not asked again at once (RFC 9520 §3.2). */
import type { Machine } from '../environment.ts';
import { UpstreamError } from './upstream-error.ts';

/** RFC 9520 §3.2: no less than 1 second. Whoever asks again by hand shall not be told of what is over. */
const rememberedMilliseconds = 2000;
/** The oldest go first. */
const maxRemembered = 1000;

export class RecentFailures {
  readonly #machine: Pick<Machine, 'now'>;
  readonly #failures = new Map<string, { readonly error: UpstreamError; readonly until: number }>();

  constructor(machine: Pick<Machine, 'now'>) {
    this.#machine = machine;
  }

  /** What `ask` brings. Throws UpstreamError when it does, or did lately for the same question. */
  async unlessRecent<T>(question: Uint8Array, ask: () => Promise<T>): Promise<T> {
    const key = String.fromCharCode(...question);
    const known = this.#failures.get(key);
    if (known !== undefined && this.#machine.now() < known.until) throw known.error;
    this.#failures.delete(key);
    try {
      return await ask();
    } catch (error) {
      if (error instanceof UpstreamError) this.#remember(key, error);
      throw error;
    }
  }

  #remember(key: string, error: UpstreamError): void {
    const failures = this.#failures;
    failures.delete(key);
    failures.set(key, { error, until: this.#machine.now() + rememberedMilliseconds });
    if (failures.size > maxRemembered) failures.delete(failures.keys().next().value!);
  }
}
