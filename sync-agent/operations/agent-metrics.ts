/** What happens in the agent and how it stands, as metrics. */
import type { AgentEvent, ServiceKindLabel, Tell } from '../agent-events.ts';
import type { AgentStatus } from '../agent-status.ts';
import type { Clock } from '../kube/clock.ts';
import type { ProblemCounts } from '../problem-log.ts';
import { readiness } from './health.ts';
import { Instruments } from './instruments.ts';
import { setProcessMetrics } from './process-metrics.ts';

export interface AgentMetricsOptions {
  readonly clock: Clock;
  /** Undefined before the agent runs. */
  readonly status: () => AgentStatus | undefined;
  /** Undefined without leader election. */
  readonly leaseName: string | undefined;
  /** How many lines of the log could not be written. */
  readonly lostLogLines: () => number;
}

/** There is one queue, of one item: the snapshot. */
const queue = { name: 'snapshot' } as const;

const serviceKinds: readonly ServiceKindLabel[] = ['cluster_ip', 'headless_with_selector', 'headless_without_selector'];

/** What is known of a snapshot only while this agent publishes. */
const publishedGauges = [
  'kube_doh_snapshot_epoch',
  'kube_doh_snapshot_serial',
  'kube_doh_snapshot_octets',
  'kube_doh_snapshot_compressed_octets',
  'kube_doh_snapshot_age_seconds',
  'kube_doh_last_publish_timestamp_seconds',
] as const;

export class AgentMetrics {
  readonly #options: AgentMetricsOptions;
  readonly #instruments = new Instruments();
  /** As in Manifest, of what is published. */
  #generatedAt: number | undefined;

  constructor(options: AgentMetricsOptions) {
    this.#options = options;
    this.#begin();
  }

  /** Takes every event of the agent. */
  readonly tell: Tell = (event) => {
    const instruments = this.#instruments;
    switch (event.kind) {
      case 'api-request':
        return this.#noteRequest(event);
      case 'watch-restarted': {
        const { reason } = event;
        return instruments.count('kube_doh_watch_restarts_total', { resource: kindOf(event.resource), reason });
      }
      case 'listed':
        return instruments.observe(
          'kube_doh_list_duration_seconds',
          { resource: kindOf(event.resource) },
          event.seconds,
        );
      case 'change-noted':
        return instruments.count('workqueue_adds_total', queue);
      case 'computed':
        // As before a heartbeat: nothing was in the queue.
        if (event.changes === 0) return;
        instruments.observe('workqueue_queue_duration_seconds', queue, event.waitedSeconds);
        return instruments.observe('workqueue_work_duration_seconds', queue, event.seconds);
      case 'publish-failed':
        instruments.count('workqueue_retries_total', queue);
        return instruments.count('kube_doh_publish_failures_total', { reason: event.reason });
      case 'published':
        return this.#notePublished(event);
      case 'found-stored':
        this.#generatedAt = event.manifest.generatedAt;
        return;
      case 'programmed': {
        const labels = { service_kind: event.service, stage: event.stage };
        return instruments.observe('kube_doh_dns_programming_duration_seconds', labels, event.seconds);
      }
      case 'held-back':
        return instruments.set('kube_doh_deletions_held_back', {}, event.names);
      case 'released':
        instruments.set('kube_doh_deletions_held_back', {}, 0);
        return instruments.count('kube_doh_deletions_released_total', { by: event.by });
      case 'drifted':
        return instruments.count('kube_doh_drifts_total', {});
      case 'leading':
        return this.#noteLeading(event.isLeading);
      case 'event-written':
        return instruments.count('kube_doh_kubernetes_events_total', { result: event.ok ? 'written' : 'failed' });
    }
  };

  noteProblems(counts: ProblemCounts): void {
    for (const [kind, { present, total }] of counts) {
      this.#instruments.set('kube_doh_objects_with_problems', { kind }, present);
      this.#instruments.setTotal('kube_doh_object_problems_total', { kind }, total);
    }
  }

  /** All metrics as they are now, in Prometheus's text format. */
  async text(): Promise<string> {
    const now = this.#options.clock.steadyNow();
    const status = this.#options.status();
    const isReady = readiness(status, now).every(({ failure }) => failure === undefined);
    this.#instruments.set('kube_doh_ready', {}, isReady ? 1 : 0);
    if (status !== undefined) this.#setStatus(status, now);
    if (this.#generatedAt !== undefined) {
      const age = (this.#options.clock.now() - this.#generatedAt) / 1000;
      this.#instruments.set('kube_doh_snapshot_age_seconds', {}, age);
    }
    this.#instruments.setTotal('kube_doh_log_lines_lost_total', {}, this.#options.lostLogLines());
    await setProcessMetrics(this.#instruments);
    return this.#instruments.text();
  }

  /** Series that are known from the beginning are there from the beginning, so that a rate sees their first step. */
  #begin(): void {
    const instruments = this.#instruments;
    for (const name of publishedGauges) instruments.forget(name);
    for (const why of ['change', 'heartbeat']) instruments.count('kube_doh_publishes_total', { why }, 0);
    for (const reason of ['unavailable', 'refused', 'not-newer']) {
      instruments.count('kube_doh_publish_failures_total', { reason }, 0);
    }
    for (const by of ['time', 'flag', 'recovery']) instruments.count('kube_doh_deletions_released_total', { by }, 0);
    for (const result of ['written', 'failed']) instruments.count('kube_doh_kubernetes_events_total', { result }, 0);
    for (const service_kind of serviceKinds) {
      for (const stage of ['published', 'visible']) {
        instruments.expect('kube_doh_dns_programming_duration_seconds', { service_kind, stage });
      }
    }
    instruments.count('workqueue_adds_total', queue, 0);
    instruments.count('workqueue_retries_total', queue, 0);
    instruments.set('workqueue_depth', queue, 0);
    instruments.expect('workqueue_queue_duration_seconds', queue);
    instruments.expect('workqueue_work_duration_seconds', queue);
    this.#setUnfinished(0);
    const { leaseName } = this.#options;
    if (leaseName !== undefined) instruments.set('leader_election_master_status', { name: leaseName }, 0);
  }

  #noteRequest({ verb, host, code, seconds }: Extract<AgentEvent, { kind: 'api-request' }>): void {
    const method = verb === 'LIST' || verb === 'WATCH' ? 'GET' : verb;
    this.#instruments.count('rest_client_requests_total', { code, method, host });
    if (verb !== 'WATCH') this.#instruments.observe('rest_client_request_duration_seconds', { verb, host }, seconds);
  }

  #notePublished({ why, manifest, imageOctets, seconds }: Extract<AgentEvent, { kind: 'published' }>): void {
    const instruments = this.#instruments;
    this.#generatedAt = manifest.generatedAt;
    instruments.count('kube_doh_publishes_total', { why });
    instruments.observe('kube_doh_publish_duration_seconds', {}, seconds);
    instruments.set('kube_doh_snapshot_epoch', {}, manifest.epoch);
    instruments.set('kube_doh_snapshot_serial', {}, manifest.serial);
    instruments.set('kube_doh_snapshot_octets', {}, imageOctets);
    instruments.set('kube_doh_snapshot_compressed_octets', {}, manifest.length);
    instruments.set('kube_doh_last_publish_timestamp_seconds', {}, this.#options.clock.now() / 1000);
  }

  /** The next leader speaks for the snapshot; what this one said of it would only grow old. */
  #noteLeading(isLeading: boolean): void {
    const { leaseName } = this.#options;
    if (leaseName === undefined) return;
    this.#instruments.set('leader_election_master_status', { name: leaseName }, isLeading ? 1 : 0);
    if (isLeading) return;
    this.#generatedAt = undefined;
    for (const name of publishedGauges) this.#instruments.forget(name);
    this.#instruments.set('kube_doh_deletions_held_back', {}, 0);
  }

  #setStatus({ watches, waitingChanges, unpublishedSince }: AgentStatus, now: number): void {
    const ages = new Map<string, number>();
    for (const [title, { aliveAt }] of watches) {
      if (aliveAt === undefined) continue;
      const resource = kindOf(title);
      ages.set(resource, Math.max(ages.get(resource) ?? 0, (now - aliveAt) / 1000));
    }
    this.#instruments.forget('kube_doh_watch_last_alive_seconds');
    for (const [resource, age] of ages) this.#instruments.set('kube_doh_watch_last_alive_seconds', { resource }, age);
    this.#instruments.set('workqueue_depth', queue, waitingChanges);
    this.#setUnfinished(unpublishedSince === undefined ? 0 : (now - unpublishedSince) / 1000);
  }

  #setUnfinished(seconds: number): void {
    this.#instruments.set('workqueue_unfinished_work_seconds', queue, seconds);
    this.#instruments.set('workqueue_longest_running_processor_seconds', queue, seconds);
  }
}

/** Of a title such as `Service in cache`: namespaces come and go, and each would be a series for ever. */
function kindOf(title: string): string {
  return title.split(' ')[0]!;
}
