/**
 * The log of requests. The platform keeps each line together with the URL of the request in which it was written, and a
 * URL may hold a token or a question. So what is to be said during a request is collected, and handed to the Durable Object
 * `Journal`, which is called without a URL and writes it there.
 *
 * The lines of an isolate lie in one list, and whichever request ends next hands over all of them: one that is cut off
 * takes nothing with it that it did not begin to hand over. What could not be handed over is counted, and told with the
 * next lines.
 */
import type { JournalCalls, JournalLine, Lifetime, Machine } from './environment.ts';
import type { ObjectNamespace } from './objects.ts';
import { within } from './time-limit.ts';

/** The name of the one `Journal`. */
const journalName = 'journal';
/** How long the object may take. After a response the platform lets a request go on for 30 seconds. */
const patienceMilliseconds = 10_000;

export class RequestLog {
  /** As `Machine` has it. */
  readonly log: Machine['log'] = (text, kind) => {
    this.#lines.push({ text, kind });
  };
  readonly #journals: ObjectNamespace<JournalCalls> | undefined;
  readonly #machine: Pick<Machine, 'sleep'>;
  #lines: JournalLine[] = [];
  #lost = 0;

  /** Without `journals` nothing is written. Everything that an administrator or an agent does is closed then. */
  constructor(journals: ObjectNamespace<JournalCalls> | undefined, machine: Pick<Machine, 'sleep'>) {
    this.#journals = journals;
    this.#machine = machine;
  }

  /** Answers, and hands over what is to be said, also of the work that goes on behind the answer. */
  during(
    context: Lifetime,
    respond: (context: Lifetime) => Response | Promise<Response>,
  ): Response | Promise<Response> {
    const own = new RequestContext(context);
    const end = (): void => this.#end(own);
    let response: Response | Promise<Response>;
    try {
      response = respond(own);
    } catch (error) {
      end();
      throw error;
    }
    if (response instanceof Promise) return response.finally(end);
    end();
    return response;
  }

  #end({ context, background }: RequestContext): void {
    if (background.length > 0 || this.#lines.length > 0) context.waitUntil(this.#handOverWith(background));
  }

  async #handOverWith(background: readonly Promise<unknown>[]): Promise<void> {
    await this.#handOver();
    await Promise.allSettled(background);
    await this.#handOver();
  }

  async #handOver(): Promise<void> {
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    const lost = this.#lost;
    this.#lines = [];
    this.#lost = 0;
    try {
      await this.#write(lost === 0 ? lines : [lostLine(lost), ...lines]);
    } catch {
      this.#lost += lost + lines.length;
    }
  }

  async #write(lines: readonly JournalLine[]): Promise<void> {
    const journals = this.#journals;
    if (journals === undefined) throw new Error('JOURNAL is not bound');
    await within(this.#machine, patienceMilliseconds, () => journals.getByName(journalName).write(lines));
  }
}

/** The platform's, which remembers what goes on in the background. */
class RequestContext implements Lifetime {
  /** Keeps compiled code (docs/decisions/0021-shapes-that-stay.md). */
  static readonly shape = new RequestContext({ waitUntil: () => {} });

  readonly context: Lifetime;
  readonly background: Promise<unknown>[] = [];

  constructor(context: Lifetime) {
    this.context = context;
  }

  waitUntil(work: Promise<unknown>): void {
    this.background.push(work);
    this.context.waitUntil(work);
  }
}

function lostLine(count: number): JournalLine {
  const what = count === 1 ? '1 line of the log is' : `${count} lines of the log are`;
  return { text: `${what} lost: the journal could not be reached`, kind: undefined };
}
