/** Agents that want to lead, in a simulated world. */
import type { AgentEvent } from '../../../sync-agent/agent-events.ts';
import type { LeaseSettings } from '../../../sync-agent/leader/election.ts';
import { Elector, type ElectorOptions } from '../../../sync-agent/leader/elector.ts';
import type { TermEnd } from '../../../sync-agent/leader/leadership.ts';
import { RecordingLog } from '../recording-log.ts';
import { type LeaseServer, Machine, SimulatedApi, type World } from './simulated-world.ts';

export const times = {
  durationMilliseconds: 15_000,
  renewDeadlineMilliseconds: 10_000,
  retryMilliseconds: 2000,
} satisfies Partial<LeaseSettings>;

export interface CandidateOptions {
  readonly identity: string;
  readonly random?: () => number;
  readonly steadyOffset?: number;
  /** How long what it leads takes to settle. */
  readonly settlingMilliseconds?: () => number;
  readonly givesUpWhenHeld?: ElectorOptions['givesUpWhenHeld'];
}

export class Candidate {
  readonly identity: string;
  readonly log = new RecordingLog();
  readonly events: AgentEvent[] = [];
  readonly machine: Machine;
  readonly api: SimulatedApi;
  readonly elector: Elector;
  readonly #stop = new AbortController();
  readonly #settlingMilliseconds: () => number;
  #giveUp = (): void => {};
  /** Whether it was called to lead and has not settled. */
  isActive = false;
  /** Whether it was called while it had not settled. */
  wasCalledTwice = false;
  /** Of the term it is in, or was in last. */
  leadSignal: AbortSignal | undefined;
  /** Whether it could lead well. */
  isFit = true;
  /** How often it was called. */
  terms = 0;
  isEnded = false;
  error: unknown;

  constructor(world: World, server: LeaseServer, options: CandidateOptions) {
    const {
      identity,
      random = () => 0,
      steadyOffset = 0,
      settlingMilliseconds = () => 0,
      givesUpWhenHeld = false,
    } = options;
    this.identity = identity;
    this.machine = new Machine(world, steadyOffset);
    this.api = new SimulatedApi(world, this.machine, server);
    this.elector = new Elector({
      api: this.api,
      clock: this.machine.clock,
      random,
      log: this.log,
      tell: (event) => this.events.push(event),
      lease: { namespace: 'dns', name: 'kube-doh', identity, ...times },
      givesUpWhenHeld,
    });
    this.#settlingMilliseconds = settlingMilliseconds;
  }

  get isLeading(): boolean {
    return this.elector.isLeading;
  }

  start(): this {
    this.elector
      .run(
        (signal) => this.#lead(signal),
        this.#stop.signal,
        () => this.isFit,
      )
      .catch((error: unknown) => (this.error = error))
      .finally(() => (this.isEnded = true));
    return this;
  }

  /** As by SIGTERM. */
  stop(): void {
    this.#stop.abort();
  }

  /** Ends its term by itself; there must be one. */
  giveUp(): void {
    this.#giveUp();
  }

  async #lead(signal: AbortSignal): Promise<TermEnd> {
    this.wasCalledTwice ||= this.isActive;
    this.terms += 1;
    this.isActive = true;
    this.leadSignal = signal;
    await new Promise<void>((resolve) => {
      this.#giveUp = resolve;
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const milliseconds = this.#settlingMilliseconds();
    if (milliseconds > 0) await this.machine.clock.sleep(milliseconds, new AbortController().signal);
    this.isActive = false;
    return 'given-up';
  }
}
