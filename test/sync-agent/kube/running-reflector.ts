/** A reflector at work on Services, and what it told its sink. */
import { expect } from 'vitest';
import type { AgentEvent } from '../../../sync-agent/agent-events.ts';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import { type Failure, Reflector } from '../../../sync-agent/kube/reflector.ts';
import { services } from '../../../sync-agent/kube/resource.ts';
import { wholeCluster } from '../../../sync-agent/kube/scope.ts';
import { type StreamingLimits, streamingList } from '../../../sync-agent/kube/streaming-list.ts';
import { ConfigurationFolder } from './kubeconfig-file.ts';
import { ManualClock } from './manual-clock.ts';
import { object, page, type Step } from './scripted-api-server.ts';

/** A page of Services with these names. */
export function list(names: readonly string[], resourceVersion: string, next?: string): Step {
  return page(
    'Service',
    names.map((name) => object(name)),
    resourceVersion,
    next,
  );
}

export class RunningReflector {
  readonly view = new Set<string>();
  /** Every call of the sink. */
  readonly calls: string[] = [];
  readonly failures: Failure[] = [];
  readonly events: AgentEvent[] = [];
  wellCount = 0;
  readonly clock = new ManualClock();
  readonly reflector: Reflector<string>;
  readonly #connection: KubeConnection;
  readonly #folder: ConfigurationFolder;
  readonly #stop = new AbortController();
  readonly #end: Promise<void>;

  constructor(server: string, inactivityMilliseconds?: number, limits?: StreamingLimits) {
    const folder = new ConfigurationFolder();
    const file = folder.kubeconfig({ server });
    this.#connection = new KubeConnection({ type: 'file', path: file, context: undefined });
    this.#folder = folder;
    this.reflector = new Reflector<string>({
      api: this.#connection,
      resource: services(undefined, wholeCluster),
      read: (read) => (read as { metadata: { name: string } }).metadata.name,
      sink: {
        replace: (names) => {
          this.calls.push(`replace ${names.join(' ')}`.trim());
          this.view.clear();
          for (const name of names) this.view.add(name);
        },
        upsert: (name) => {
          this.calls.push(`upsert ${name}`);
          this.view.add(name);
        },
        remove: (name) => {
          this.calls.push(`remove ${name}`);
          this.view.delete(name);
        },
      },
      onError: (failure) => this.failures.push(failure),
      onWell: () => {
        this.wellCount += 1;
      },
      tell: (event) => this.events.push(event),
      clock: this.clock,
      random: () => 0.5,
      list: streamingList(this.clock, limits),
      ...(inactivityMilliseconds === undefined ? {} : { inactivityMilliseconds }),
    });
    this.#end = this.reflector.run(this.#stop.signal);
  }

  get codes(): string[] {
    return this.failures.map(({ error }) => error.code);
  }

  async sees(...names: string[]): Promise<void> {
    await expect.poll(() => [...this.view].sort()).toEqual(names);
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#end;
    this.#connection.close();
    this.#folder.remove();
  }
}
