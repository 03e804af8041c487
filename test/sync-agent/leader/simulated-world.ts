/**
 * Time, machines and an API server with one Lease, all simulated: whoever waits, waits for an event of this world, and
 * the next one comes when everybody has done what they can. Machines have clocks of their own, stand still, and die.
 */
import type { Clock } from '../../../sync-agent/kube/clock.ts';
import type { KubeApi } from '../../../sync-agent/kube/connection.ts';
import { KubeError } from '../../../sync-agent/kube/error.ts';
import { type Method, permissionOf, refusal } from '../../../sync-agent/kube/refusal.ts';

/** What becomes of a request; `undefined`: it never comes. */
export interface Fate {
  readonly requestMilliseconds: number | undefined;
  readonly answerMilliseconds: number | undefined;
  /** Answered instead of what the server would say; the server has heard nothing when `isUnheard`. */
  readonly httpStatus?: number;
  readonly isUnheard?: boolean;
}

export const promptly: Fate = { requestMilliseconds: 5, answerMilliseconds: 5 };

interface Event {
  readonly at: number;
  readonly happen: () => void;
}

export class World {
  /** Milliseconds since the world began. */
  now = 0;
  /** After each event, when all have done what they could. */
  onEvent: () => void = () => {};
  readonly #events: Event[] = [];

  at(time: number, happen: () => void): void {
    this.#events.push({ at: Math.max(time, this.now), happen });
  }

  async runUntil(end: number): Promise<void> {
    await turn();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.now = next.at;
      next.happen();
      await turn();
      this.onEvent();
    }
    this.now = end;
  }

  /** Whether the next event is at a later time. */
  get isAllDoneNow(): boolean {
    return this.#events.every(({ at }) => at > this.now);
  }

  #next(end: number): Event | undefined {
    let first = -1;
    for (const [i, { at }] of this.#events.entries()) {
      if (at <= end && (first < 0 || at < this.#events[first]!.at)) first = i;
    }
    return first < 0 ? undefined : this.#events.splice(first, 1)[0];
  }
}

/** One process on a machine of its own. */
export class Machine {
  /** By how much its clocks differ from the world's. */
  readonly #steadyOffset: number;
  wallOffset: number;
  readonly #world: World;
  #state: 'running' | 'standing still' | 'dead' = 'running';
  readonly #missed: (() => void)[] = [];

  constructor(world: World, steadyOffset = 0, wallOffset = 1_700_000_000_000) {
    this.#world = world;
    this.#steadyOffset = steadyOffset;
    this.wallOffset = wallOffset;
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  readonly clock: Clock = {
    now: () => this.#world.now + this.wallOffset,
    steadyNow: () => this.#world.now + this.#steadyOffset,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
        this.after(milliseconds, resolve);
      }),
  };

  /** Happens after the time, and not while it stands still. */
  after(milliseconds: number, happen: () => void): void {
    this.#world.at(this.#world.now + milliseconds, () => {
      if (this.#state === 'running') happen();
      if (this.#state === 'standing still') this.#missed.push(happen);
    });
  }

  standStill(): void {
    if (this.#state === 'running') this.#state = 'standing still';
  }

  /** `order` in [0, 1): what was missed comes in an order that nobody has promised. */
  goOn(order: () => number): void {
    if (this.#state !== 'standing still') return;
    this.#state = 'running';
    const missed = this.#missed.splice(0);
    while (missed.length > 0) {
      const [happen] = missed.splice(Math.floor(order() * missed.length), 1);
      this.after(0, happen!);
    }
  }

  die(): void {
    this.#state = 'dead';
  }
}

/** Holds one Lease, with optimistic concurrency. */
export class LeaseServer {
  lease: Record<string, unknown> | undefined;
  /** What reached it, such as `GET` or `PUT`. */
  readonly asked: string[] = [];
  #version = 0;

  get spec(): Record<string, unknown> | undefined {
    return this.lease?.['spec'] as Record<string, unknown> | undefined;
  }

  /** As by somebody with kubectl. */
  edit(change: (lease: Record<string, unknown>) => Record<string, unknown> | undefined): void {
    const changed = this.lease === undefined ? undefined : change(structuredClone(this.lease));
    this.lease = changed === undefined ? undefined : this.#versioned(changed);
  }

  answer(method: Method, path: string, body: unknown): unknown {
    this.asked.push(method);
    const refused = (status: number) => refusal(permissionOf(path, method), status, {});
    const sent = body as Record<string, unknown>;
    if (method === 'POST') {
      if (this.lease !== undefined) throw refused(409);
      this.lease = this.#versioned(sent);
    } else if (this.lease === undefined) {
      throw refused(404);
    } else if (method === 'PUT') {
      if (versionOf(sent) !== versionOf(this.lease)) throw refused(409);
      this.lease = this.#versioned(sent);
    }
    return structuredClone(this.lease);
  }

  #versioned(lease: Record<string, unknown>): Record<string, unknown> {
    this.#version += 1;
    const metadata = { ...(lease['metadata'] as object), resourceVersion: String(this.#version) };
    return structuredClone({ ...lease, metadata });
  }
}

function versionOf(lease: Record<string, unknown>): unknown {
  return (lease['metadata'] as { resourceVersion?: unknown }).resourceVersion;
}

/** The way from a machine to the server; each request has its fate. */
export class SimulatedApi implements KubeApi {
  fate: () => Fate = () => promptly;
  readonly #world: World;
  readonly #machine: Machine;
  readonly #server: LeaseServer;

  constructor(world: World, machine: Machine, server: LeaseServer) {
    this.#world = world;
    this.#machine = machine;
    this.#server = server;
  }

  request(path: string, limits: Parameters<KubeApi['request']>[1]): Promise<unknown> {
    return this.#exchange('GET', path, undefined, limits);
  }

  send(...[method, path, body, limits]: Parameters<KubeApi['send']>): Promise<unknown> {
    return this.#exchange(method, path, structuredClone(body), limits);
  }

  stream(): never {
    throw new Error('nothing is streamed');
  }

  #exchange(method: Method, path: string, body: unknown, limits: Parameters<KubeApi['request']>[1]): Promise<unknown> {
    const { signal, timeoutMilliseconds } = limits;
    const { requestMilliseconds, answerMilliseconds, httpStatus, isUnheard = false } = this.fate();
    return new Promise((resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#machine.after(timeoutMilliseconds, () => reject(new KubeError('TIMEOUT', 'no answer in time')));
      if (requestMilliseconds === undefined) return;
      this.#world.at(this.#world.now + requestMilliseconds, () => {
        let settle: () => void;
        try {
          const answer = isUnheard ? undefined : this.#server.answer(method, path, body);
          settle = () => resolve(answer);
        } catch (error) {
          settle = () => reject(error);
        }
        if (httpStatus !== undefined) settle = () => reject(refusal(permissionOf(path, method), httpStatus, {}));
        if (answerMilliseconds !== undefined) this.#machine.after(answerMilliseconds, settle);
      });
    });
  }
}

/** All promises that can settle have settled. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
