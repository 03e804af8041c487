/** Probes and metrics over HTTP (`--listen`). */
import type { Tell } from '../../../sync-agent/agent-events.ts';
import type { AgentStatus } from '../../../sync-agent/agent-status.ts';
import type { ListenAddress } from '../../../sync-agent/configuration/listen.ts';
import { systemClock } from '../../../sync-agent/kube/clock.ts';
import type { LogWriter } from '../../../sync-agent/log-writer.ts';
import { AgentMetrics } from '../../../sync-agent/operations/agent-metrics.ts';
import { liveness, readiness } from '../../../sync-agent/operations/health.ts';
import { OperationsServer } from '../../../sync-agent/operations/server.ts';
import type { ProblemCounts } from '../../../sync-agent/problem-log.ts';
import type { Monitoring } from './monitoring.ts';

export class ServedMonitoring implements Monitoring {
  readonly #listen: ListenAddress;
  readonly #log: LogWriter;
  readonly #metrics: AgentMetrics;
  #status: () => AgentStatus | undefined = () => undefined;
  #server: OperationsServer | undefined;

  constructor(listen: ListenAddress, leaseName: string | undefined, log: LogWriter) {
    this.#listen = listen;
    this.#log = log;
    const lostLogLines = (): number => log.lostLines;
    this.#metrics = new AgentMetrics({ clock: systemClock, status: () => this.#status(), leaseName, lostLogLines });
  }

  readonly tell: Tell = (event) => this.#metrics.tell(event);

  readonly onStatus = (status: () => AgentStatus): void => {
    this.#status = status;
  };

  readonly onProblems = (problems: ProblemCounts): void => this.#metrics.noteProblems(problems);

  async start(): Promise<void> {
    const now = (): number => systemClock.steadyNow();
    this.#server = await OperationsServer.start({
      listen: this.#listen,
      liveness: () => liveness(this.#status(), now()),
      readiness: () => readiness(this.#status(), now()),
      metrics: () => this.#metrics.text(),
      log: this.#log,
    });
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }
}
