/** An agent in this process, in a hurry, with a cable that can be pulled. */

import { type AgentOptions, runAgent } from '../../sync-agent/agent.ts';
import type { AgentEvent } from '../../sync-agent/agent-events.ts';
import type { AgentStatus } from '../../sync-agent/agent-status.ts';
import { type KubeApi, KubeConnection } from '../../sync-agent/kube/connection.ts';
import { Elector } from '../../sync-agent/leader/elector.ts';
import { messagesOnly } from '../../sync-agent/log-writer.ts';
import { readiness } from '../../sync-agent/operations/health.ts';
import { HttpEdge } from '../../sync-agent/publish/edge.ts';
import type { LeaseServer } from '../sync-agent/leader/simulated-world.ts';
import { Cable } from './cable.ts';
import { HastyClock } from './hasty-clock.ts';
import { everything, names } from './observed-names.ts';
import { cluster, type WatchedEdge } from './watched-edge.ts';

export interface AgentHereOptions {
  readonly kubeconfigPath: string;
  readonly edge: WatchedEdge;
  /** How much faster time goes by. */
  readonly factor: number;
  /** With it, the agents that share it choose a leader. */
  readonly leases?: LeaseServer;
  readonly more?: Partial<AgentOptions>;
}

/** As it is by default. */
const inactivityMilliseconds = 150_000;
/** In real time; an edge that is silent is soon given up. */
const edgeTimeoutMilliseconds = 300;
let agents = 0;

export class AgentHere {
  readonly lines: string[] = [];
  readonly events: AgentEvent[] = [];
  readonly cable = new Cable();
  readonly clock: HastyClock;
  /** What it ended with; undefined while it runs, and when it ended as it was told to. */
  failure: unknown;
  readonly #connection: KubeConnection;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #status: () => AgentStatus | undefined = () => undefined;

  constructor({ kubeconfigPath, edge, factor, leases, more }: AgentHereOptions) {
    agents += 1;
    this.clock = new HastyClock(factor);
    this.#connection = new KubeConnection({ type: 'file', path: kubeconfigPath, context: undefined });
    const log = messagesOnly((line) => this.lines.push(`${this.clock.steadyNow().toFixed()} ${line}`));
    const tell = (event: AgentEvent): void => void this.events.push(event);
    const leadership =
      leases &&
      new Elector({
        api: this.cable.api(leaseApi(leases)),
        clock: this.clock,
        random: Math.random,
        log,
        tell,
        lease: {
          namespace: 'default',
          name: cluster,
          identity: `agent-${agents}`,
          durationMilliseconds: 15_000,
          renewDeadlineMilliseconds: 10_000,
          retryMilliseconds: 2000,
        },
      });
    this.#running = runAgent(
      {
        cluster,
        selection: everything,
        names,
        publishIntervalMilliseconds: 3000,
        api: this.cable.api(ofOneCluster(this.#connection)),
        edge: this.cable.edge(new HttpEdge(edge.url, edge.key, edgeTimeoutMilliseconds)),
        leadership,
        inactivityMilliseconds: inactivityMilliseconds / factor,
        clock: this.clock,
        log,
        tell,
        onStatus: (status) => {
          this.#status = status;
        },
        ...more,
      },
      this.#stop.signal,
    ).catch((error: unknown) => {
      this.failure = error;
    });
  }

  get isReady(): boolean {
    return this.complaints.length === 0;
  }

  /** What /readyz says that is wrong. */
  get complaints(): readonly string[] {
    return readiness(this.#status(), this.clock.steadyNow()).flatMap(({ failure }) => failure ?? []);
  }

  get isLeading(): boolean {
    return this.#status()?.isLeading ?? false;
  }

  /** In good order. One whose cable is pulled is gone without a word. */
  async stop(): Promise<void> {
    this.#stop.abort();
    if (!this.cable.isPulled) await this.#running;
    this.#connection.close();
    await this.#running;
  }
}

function leaseApi(server: LeaseServer): KubeApi {
  return {
    request: async (path) => server.answer('GET', path, undefined),
    send: async (method, path, body) => server.answer(method, path, structuredClone(body)),
    stream: () => {
      throw new Error('nothing is streamed');
    },
  };
}

/** A cluster that is restored keeps its identity; one that takes its place in a test would have another. */
function ofOneCluster(api: KubeApi): KubeApi {
  const identityPath = '/api/v1/namespaces/kube-system';
  return {
    request: async (path, limits) => {
      const answer = await api.request(path, limits);
      return path === identityPath ? { metadata: { name: 'kube-system', uid: 'of-one-cluster' } } : answer;
    },
    stream: (path, limits) => api.stream(path, limits),
    send: (...sent) => api.send(...sent),
  };
}
