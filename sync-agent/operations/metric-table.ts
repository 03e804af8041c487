/**
 * The agent's metrics: their names, labels and meaning, for the registry and for docs/operating.md. Where Kubernetes,
 * CoreDNS or Prometheus's clients have a name for a thing, it has that name here.
 */

export interface MetricDeclaration {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  /** A sentence. */
  readonly help: string;
  /** Of a histogram. */
  readonly buckets?: readonly number[];
}

/** CoreDNS's, from 1 ms to 524 s. */
const programmingBuckets = Array.from({ length: 20 }, (_, k) => 0.001 * 2 ** k);
/** client-go's for requests. */
const requestBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];
/** client-go's for work queues. */
const queueBuckets = Array.from({ length: 10 }, (_, k) => 1e-8 * 10 ** k);

export const metricTable = {
  kube_doh_ready: { type: 'gauge', labels: [], help: 'Whether /readyz says that all is well: 1 or 0.' },
  kube_doh_dns_programming_duration_seconds: {
    type: 'histogram',
    labels: ['service_kind', 'stage'],
    help: 'Time from the change of a Service or a pod until the edge had stored it (published) or answered it (visible).',
    buckets: programmingBuckets,
  },
  kube_doh_snapshot_epoch: { type: 'gauge', labels: [], help: 'Epoch of the snapshot that was published last.' },
  kube_doh_snapshot_serial: { type: 'gauge', labels: [], help: 'Serial of the snapshot that was published last.' },
  kube_doh_snapshot_octets: { type: 'gauge', labels: [], help: 'Size of the snapshot that was published last.' },
  kube_doh_snapshot_compressed_octets: {
    type: 'gauge',
    labels: [],
    help: 'Size of the snapshot that was published last, as it was sent.',
  },
  kube_doh_snapshot_age_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Time since the moment up to which the published snapshot is known to be true.',
  },
  kube_doh_last_publish_timestamp_seconds: {
    type: 'gauge',
    labels: [],
    help: 'When the edge last stored a snapshot, in Unix time.',
  },
  kube_doh_publishes_total: {
    type: 'counter',
    labels: ['why'],
    help: 'Snapshots that the edge has stored, because of a change or as a heartbeat.',
  },
  kube_doh_publish_failures_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Attempts to publish that the edge did not take.',
  },
  kube_doh_publish_duration_seconds: {
    type: 'histogram',
    labels: [],
    help: 'Time that publishing a snapshot took, with all attempts.',
    buckets: requestBuckets,
  },
  kube_doh_deletions_held_back: {
    type: 'gauge',
    labels: [],
    help: 'Names that stay published because too many would vanish.',
  },
  kube_doh_deletions_released_total: {
    type: 'counter',
    labels: ['by'],
    help: 'Deletions that are not held back any more: their time was up, they were allowed, or the names came back.',
  },
  kube_doh_drifts_total: {
    type: 'counter',
    labels: [],
    help: 'How often the edge had something else than what was published last.',
  },
  kube_doh_watch_last_alive_seconds: {
    type: 'gauge',
    labels: ['resource'],
    help: 'Time since the watch was last known to be alive; with several namespaces, that of the worst.',
  },
  kube_doh_watch_restarts_total: {
    type: 'counter',
    labels: ['resource', 'reason'],
    help: 'Watches that ended and were followed by another; ended is the good order.',
  },
  kube_doh_list_duration_seconds: {
    type: 'histogram',
    labels: ['resource'],
    help: 'Time that a whole list took.',
    buckets: requestBuckets,
  },
  kube_doh_objects_with_problems: {
    type: 'gauge',
    labels: ['kind'],
    help: 'Objects of which some part cannot become records.',
  },
  kube_doh_object_problems_total: {
    type: 'counter',
    labels: ['kind'],
    help: 'How often an object was found to have problems that had none before.',
  },
  kube_doh_kubernetes_events_total: {
    type: 'counter',
    labels: ['result'],
    help: 'Kubernetes Events that were written, or could not be.',
  },
  kube_doh_log_lines_lost_total: {
    type: 'counter',
    labels: [],
    help: 'Lines of the log that could not be written.',
  },
  leader_election_master_status: {
    type: 'gauge',
    labels: ['name'],
    help: 'Whether this agent holds the Lease of that name: 1 or 0.',
  },
  workqueue_adds_total: {
    type: 'counter',
    labels: ['name'],
    help: 'Changes that were noted.',
  },
  workqueue_depth: { type: 'gauge', labels: ['name'], help: 'Objects with changes that wait to be computed.' },
  workqueue_queue_duration_seconds: {
    type: 'histogram',
    labels: ['name'],
    help: 'Time from the first change until it began to be computed.',
    buckets: queueBuckets,
  },
  workqueue_work_duration_seconds: {
    type: 'histogram',
    labels: ['name'],
    help: 'Time that computing what had changed took.',
    buckets: queueBuckets,
  },
  workqueue_retries_total: { type: 'counter', labels: ['name'], help: 'Publishes that are tried again.' },
  workqueue_unfinished_work_seconds: {
    type: 'gauge',
    labels: ['name'],
    help: 'Age of the oldest change that is not published.',
  },
  workqueue_longest_running_processor_seconds: {
    type: 'gauge',
    labels: ['name'],
    help: 'Age of the oldest change that is not published, too: there is one worker.',
  },
  rest_client_requests_total: {
    type: 'counter',
    labels: ['code', 'method', 'host'],
    help: 'Requests to the Kubernetes API that have ended, by HTTP status.',
  },
  rest_client_request_duration_seconds: {
    type: 'histogram',
    labels: ['verb', 'host'],
    help: 'Time until a request to the Kubernetes API had its whole answer; watches are left out, which last for minutes.',
    buckets: requestBuckets,
  },
  process_cpu_user_seconds_total: { type: 'counter', labels: [], help: 'CPU time of the process itself.' },
  process_cpu_system_seconds_total: { type: 'counter', labels: [], help: 'CPU time of the kernel for the process.' },
  process_cpu_seconds_total: { type: 'counter', labels: [], help: 'CPU time of both.' },
  process_start_time_seconds: { type: 'gauge', labels: [], help: 'When the process began, in Unix time.' },
  process_resident_memory_bytes: { type: 'gauge', labels: [], help: 'Memory that the process holds.' },
  process_open_fds: { type: 'gauge', labels: [], help: 'Open file descriptors.' },
  process_max_fds: { type: 'gauge', labels: [], help: 'How many file descriptors may be open.' },
  nodejs_eventloop_lag_seconds: {
    type: 'gauge',
    labels: [],
    help: 'How long the event loop took to come round at this scrape.',
  },
  nodejs_heap_size_total_bytes: { type: 'gauge', labels: [], help: 'Size of the heap of JavaScript.' },
  nodejs_heap_size_used_bytes: { type: 'gauge', labels: [], help: 'Used part of the heap of JavaScript.' },
  nodejs_external_memory_bytes: {
    type: 'gauge',
    labels: [],
    help: 'Memory outside of the heap that objects in it hold.',
  },
  nodejs_version_info: { type: 'gauge', labels: ['version'], help: 'Always 1; the label is the version of Node.js.' },
} as const satisfies Readonly<Record<string, MetricDeclaration>>;

export type MetricName = keyof typeof metricTable;

type Declared<Name extends MetricName> = (typeof metricTable)[Name];

/** The names of the metrics of a type. */
export type NameOf<Type extends MetricDeclaration['type']> = {
  readonly [Name in MetricName]: Declared<Name>['type'] extends Type ? Name : never;
}[MetricName];

export type LabelsOf<Name extends MetricName> = Readonly<Record<Declared<Name>['labels'][number], string>>;
