/**
 * Publishes remarks while this agent leads: after the first snapshot, and then when they have changed, twice a minute at
 * most. Nothing waits for them, and what goes wrong with them ends nothing else.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { NameRemarks } from '../../zone/remarks/remarks.ts';
import type { Clock } from '../kube/clock.ts';
import type { Log } from '../log.ts';
import { PublishWindow } from '../publish/publish-window.ts';
import { type RemarksBody, remarksBody } from './body.ts';
import type { RemarksEdge } from './remarks-edge.ts';

export interface RemarksTermOptions {
  readonly cluster: ClusterId;
  readonly edge: RemarksEdge;
  /** The lines as of now. */
  readonly remarks: () => Iterable<NameRemarks>;
  /** Whether it still may write, asked before each attempt. */
  readonly mayWrite: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** The shortest time between two attempts. */
export const remarksIntervalMilliseconds = 30_000;
/** The edge forgets remarks after a day. */
export const remarksHeartbeatMilliseconds = 6 * 60 * 60 * 1000;
/** What has changed is in a snapshot first. */
export const remarksDelayMilliseconds = 1000;

export class RemarksTerm {
  readonly #options: RemarksTermOptions;
  readonly #window: PublishWindow;
  readonly #firstSnapshot = Promise.withResolvers<void>();
  /** What the edge has, as far as this term knows. */
  #stored: { readonly textHash: string; readonly at: number } | undefined;
  #generatedAt = 0;
  /** What was said last of what goes wrong. */
  #told: string | undefined;

  constructor(options: RemarksTermOptions) {
    this.#options = options;
    this.#window = new PublishWindow({
      intervalMilliseconds: remarksIntervalMilliseconds,
      heartbeatMilliseconds: remarksHeartbeatMilliseconds,
      clock: options.clock,
    });
  }

  /** To be told of every change that is observed. */
  noteChange(): void {
    this.#window.noteChange();
  }

  /** To be told of every snapshot that is stored. */
  noteSnapshot(): void {
    this.#firstSnapshot.resolve();
  }

  /** Resolves when the signal has aborted. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    signal.addEventListener('abort', () => this.#firstSnapshot.resolve(), { once: true });
    if (!signal.aborted) await this.#firstSnapshot.promise;
    this.#window.noteChange();
    while (!signal.aborted) {
      await this.#window.next(signal);
      await clock.sleep(remarksDelayMilliseconds, signal);
      if (signal.aborted) return;
      await this.publish(signal);
      this.#window.notePublished();
    }
  }

  /** Publishes what there is now, if the edge has something else. Never rejects. */
  async publish(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    try {
      const body = await remarksBody(this.#options.remarks);
      if (body === undefined) return this.#tell('the cluster has too many Services for remarks');
      const { textHash, lines } = body;
      const isStored = this.#stored?.textHash === textHash;
      if (isStored && clock.steadyNow() - this.#stored!.at < remarksHeartbeatMilliseconds) return;
      const failure = await this.#put(body, signal);
      if (failure !== undefined) {
        this.#window.noteChange();
        return this.#tell(`publishing remarks failed: ${failure}; it is tried again`);
      }
      const isFirst = this.#stored === undefined || this.#told !== undefined;
      this.#stored = { textHash, at: clock.steadyNow() };
      this.#told = undefined;
      if (isFirst) log.info(`published remarks on ${lines} names: ${body.octets.length} octets, compressed`);
    } catch (error) {
      if (signal.aborted) return;
      this.#window.noteChange();
      this.#tell(`publishing remarks failed: ${error instanceof Error ? error.message : error}; it is tried again`);
    }
  }

  /** Why it did not go; undefined when it is stored, or nobody wants it any more. */
  async #put({ octets: body }: RemarksBody, signal: AbortSignal): Promise<string | undefined> {
    const { cluster, edge, clock, mayWrite } = this.#options;
    if (!mayWrite()) return 'another agent may be leading';
    // A clock that was set back must not make them older than those that are stored.
    this.#generatedAt = Math.max(clock.now(), this.#generatedAt + 1);
    const answer = await edge.putRemarks({ cluster, generatedAt: this.#generatedAt, body }, signal);
    return answer.kind === 'stored' ? undefined : answer.reason;
  }

  /** Once while it stays the same. */
  #tell(line: string): void {
    if (line !== this.#told) this.#options.log.warn(line, { cluster: this.#options.cluster });
    this.#told = line;
  }
}
