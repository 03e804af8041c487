import { beforeEach, describe, expect, test } from 'vitest';
import type { AgentEvent } from '../../../sync-agent/agent-events.ts';
import type { AgentStatus } from '../../../sync-agent/agent-status.ts';
import { AgentMetrics } from '../../../sync-agent/operations/agent-metrics.ts';
import { type MetricDeclaration, metricTable } from '../../../sync-agent/operations/metric-table.ts';
import { ProblemLog } from '../../../sync-agent/problem-log.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import type { Manifest } from '../../../zone/manifest.ts';
import { silentLog } from '../recording-log.ts';
import { now, watched, well } from './agent-status.ts';
import { parseMetrics } from './text-format.ts';

const wallNow = 1_700_000_000_000;
const clock = { now: () => wallNow, steadyNow: () => now, sleep: () => Promise.resolve() };
const manifest: Manifest = {
  format: 1,
  cluster: 'prod' as ClusterId,
  epoch: 7,
  serial: 8,
  generatedAt: wallNow - 90_000,
  length: 300,
  sha256: '0'.repeat(64),
};
const published: AgentEvent = { kind: 'published', why: 'change', manifest, imageOctets: 1000, seconds: 0.3 };

let status: AgentStatus | undefined;
let metrics: AgentMetrics;

beforeEach(() => {
  status = well;
  metrics = new AgentMetrics({ clock, status: () => status, leaseName: 'kube-doh-prod', lostLogLines: () => 7 });
});

/** All samples of the metrics, read from the text. */
async function samples(): Promise<Record<string, number>> {
  const families = parseMetrics(await metrics.text());
  return Object.fromEntries([...families.values()].flatMap((family) => [...family.samples]));
}

test('every metric of the table is told as it is declared there, in a sentence', async () => {
  const families = parseMetrics(await metrics.text());
  const declared = Object.entries<MetricDeclaration>(metricTable).map(([name, { type, help }]) => [name, type, help]);
  expect([...families].map(([name, { type, help }]) => [name, type, help])).toEqual(declared);
  for (const [, , help] of declared) expect(help).toMatch(/^[A-Z].*\.$/);
});

test('lines of the log that are lost are told', async () => {
  expect((await samples())['kube_doh_log_lines_lost_total']).toBe(7);
  expect((await samples())['kube_doh_log_lines_lost_total']).toBe(7);
});

describe('an event', () => {
  test.for<[events: AgentEvent[], sample: string, value: number | undefined]>([
    [[{ kind: 'change-noted' }, { kind: 'change-noted' }], 'workqueue_adds_total{name="snapshot"}', 2],
    [
      [{ kind: 'computed', changes: 3, waitedSeconds: 0.2, seconds: 0.05, result: 'changed' }],
      'workqueue_queue_duration_seconds_sum{name="snapshot"}',
      0.2,
    ],
    [
      [{ kind: 'computed', changes: 3, waitedSeconds: 0.2, seconds: 0.05, result: 'unchanged' }],
      'workqueue_work_duration_seconds_bucket{le="0.1",name="snapshot"}',
      1,
    ],
    [
      [{ kind: 'computed', changes: 0, waitedSeconds: 0, seconds: 0.05, result: 'unchanged' }],
      'workqueue_queue_duration_seconds_count{name="snapshot"}',
      0,
    ],
    [
      [{ kind: 'computed', changes: 0, waitedSeconds: 0, seconds: 0.05, result: 'unchanged' }],
      'workqueue_work_duration_seconds_count{name="snapshot"}',
      0,
    ],
    [[{ kind: 'publish-failed', reason: 'refused' }], 'kube_doh_publish_failures_total{reason="refused"}', 1],
    [[{ kind: 'publish-failed', reason: 'refused' }], 'workqueue_retries_total{name="snapshot"}', 1],
    [[published], 'kube_doh_publishes_total{why="change"}', 1],
    [[published], 'kube_doh_snapshot_epoch', 7],
    [[published], 'kube_doh_snapshot_serial', 8],
    [[published], 'kube_doh_snapshot_octets', 1000],
    [[published], 'kube_doh_snapshot_compressed_octets', 300],
    [[published], 'kube_doh_snapshot_age_seconds', 90],
    [[{ kind: 'found-stored', manifest }], 'kube_doh_snapshot_age_seconds', 90],
    [[{ kind: 'found-stored', manifest }], 'kube_doh_snapshot_epoch', undefined],
    [[published], 'kube_doh_last_publish_timestamp_seconds', wallNow / 1000],
    [[published], 'kube_doh_publish_duration_seconds_count', 1],
    [
      [{ kind: 'programmed', stage: 'visible', service: 'cluster_ip', seconds: 1.5 }],
      'kube_doh_dns_programming_duration_seconds_bucket{le="2.048",service_kind="cluster_ip",stage="visible"}',
      1,
    ],
    [
      [{ kind: 'programmed', stage: 'visible', service: 'cluster_ip', seconds: 1.5 }],
      'kube_doh_dns_programming_duration_seconds_bucket{le="1.024",service_kind="cluster_ip",stage="visible"}',
      0,
    ],
    [[{ kind: 'held-back', names: 70, of: 100 }], 'kube_doh_deletions_held_back', 70],
    [
      [
        { kind: 'held-back', names: 70, of: 100 },
        { kind: 'released', by: 'recovery' },
      ],
      'kube_doh_deletions_held_back',
      0,
    ],
    [[{ kind: 'released', by: 'time' }], 'kube_doh_deletions_released_total{by="time"}', 1],
    [[{ kind: 'drifted' }], 'kube_doh_drifts_total', 1],
    [[{ kind: 'event-written', ok: false }], 'kube_doh_kubernetes_events_total{result="failed"}', 1],
    [[{ kind: 'leading', isLeading: true }], 'leader_election_master_status{name="kube-doh-prod"}', 1],
    [
      [{ kind: 'watch-restarted', resource: 'Service in cache', reason: 'GONE' }],
      'kube_doh_watch_restarts_total{resource="Service",reason="GONE"}',
      1,
    ],
    [
      [{ kind: 'listed', resource: 'EndpointSlice', objects: 9, seconds: 0.4 }],
      'kube_doh_list_duration_seconds_sum{resource="EndpointSlice"}',
      0.4,
    ],
    [
      [{ kind: 'api-request', verb: 'LIST', host: 'a:6443', code: '200', seconds: 0.2 }],
      'rest_client_requests_total{code="200",method="GET",host="a:6443"}',
      1,
    ],
    [
      [{ kind: 'api-request', verb: 'PUT', host: 'a:6443', code: '<error>', seconds: 0.2 }],
      'rest_client_requests_total{code="<error>",method="PUT",host="a:6443"}',
      1,
    ],
    [
      [{ kind: 'api-request', verb: 'LIST', host: 'a:6443', code: '200', seconds: 0.2 }],
      'rest_client_request_duration_seconds_bucket{le="0.25",verb="LIST",host="a:6443"}',
      1,
    ],
    [
      [{ kind: 'api-request', verb: 'WATCH', host: 'a:6443', code: '200', seconds: 400 }],
      'rest_client_request_duration_seconds_count{verb="WATCH",host="a:6443"}',
      undefined,
    ],
  ])('%j: %s', async ([events, sample, value]) => {
    const before = await samples();
    for (const event of events) metrics.tell(event);
    const after = await samples();
    expect(after[sample]).toBe(value);
    if (value !== undefined && value !== 0) expect(before[sample]).not.toBe(value);
  });
});

test('the buckets of programming are those of CoreDNS', async () => {
  const prefix = 'kube_doh_dns_programming_duration_seconds_bucket{le="';
  const bounds = Object.keys(await samples())
    .filter((name) => name.startsWith(prefix) && name.endsWith('service_kind="cluster_ip",stage="published"}'))
    .map((name) => name.slice(prefix.length).split('"')[0]);
  expect(bounds).toEqual([...Array.from({ length: 20 }, (_, k) => String(0.001 * 2 ** k)), '+Inf']);
});

describe('how it stands', () => {
  test.for<[change: Partial<AgentStatus>, sample: string, value: number]>([
    [{}, 'kube_doh_ready', 1],
    [{ isEnding: true }, 'kube_doh_ready', 0],
    [{ waitingChanges: 4 }, 'workqueue_depth{name="snapshot"}', 4],
    [{}, 'workqueue_unfinished_work_seconds{name="snapshot"}', 0],
    [{ unpublishedSince: now - 2000 }, 'workqueue_unfinished_work_seconds{name="snapshot"}', 2],
    [{ unpublishedSince: now - 2000 }, 'workqueue_longest_running_processor_seconds{name="snapshot"}', 2],
    [{}, 'kube_doh_watch_last_alive_seconds{resource="Service"}', 1],
    [
      {
        watches: new Map([
          ['Service in a', { ...watched, aliveAt: now - 9000 }],
          ['Service in b', watched],
        ]),
      },
      'kube_doh_watch_last_alive_seconds{resource="Service"}',
      9,
    ],
  ])('%j: %s', async ([change, sample, value]) => {
    status = { ...well, ...change };
    expect((await samples())[sample]).toBe(value);
  });

  test('before the agent runs it is not ready, and nothing is said of a snapshot', async () => {
    status = undefined;
    const told = await samples();
    expect(told['kube_doh_ready']).toBe(0);
    const names = Object.keys(told);
    expect(names.filter((name) => /^kube_doh_(snapshot|last_publish|watch)/.test(name))).toEqual([]);
    expect(names).toContain('kube_doh_drifts_total');
    expect(names).toContain('workqueue_depth{name="snapshot"}');
  });

  test('who leads no more says nothing of the snapshot', async () => {
    metrics.tell({ kind: 'leading', isLeading: true });
    metrics.tell(published);
    expect(Object.keys(await samples())).toContain('kube_doh_snapshot_age_seconds');
    metrics.tell({ kind: 'leading', isLeading: false });
    const told = await samples();
    expect(Object.keys(told).filter((name) => /^kube_doh_(snapshot|last_publish)/.test(name))).toEqual([]);
    expect(told['leader_election_master_status{name="kube-doh-prod"}']).toBe(0);
    expect(told['kube_doh_publishes_total{why="change"}']).toBe(1);
  });

  test('without leader election there is no Lease to hold', async () => {
    metrics = new AgentMetrics({ clock, status: () => status, leaseName: undefined, lostLogLines: () => 0 });
    metrics.tell(published);
    metrics.tell({ kind: 'leading', isLeading: true });
    const names = Object.keys(await samples());
    expect(names.filter((name) => name.startsWith('leader_election'))).toEqual([]);
    expect(names).toContain('kube_doh_snapshot_serial');
  });
});

test('the objects with problems are those of the log', async () => {
  const problems = new ProblemLog(silentLog, clock);
  problems.report([{ object: 'Service a/b', reason: 'bad' }]);
  metrics.noteProblems(problems.counts);
  problems.report([]);
  metrics.noteProblems(problems.counts);
  expect(await samples()).toMatchObject({
    'kube_doh_objects_with_problems{kind="Service"}': 0,
    'kube_doh_object_problems_total{kind="Service"}': 1,
    'kube_doh_objects_with_problems{kind="Pod"}': 0,
  });
});

test('the process is told as Prometheus tells processes', async () => {
  const told = await samples();
  expect(told['process_resident_memory_bytes']).toBeGreaterThan(1e6);
  expect(told['process_cpu_seconds_total']).toBeGreaterThan(0);
  expect(told['process_start_time_seconds']).toBeGreaterThan(1.6e9);
  expect(told[`nodejs_version_info{version="${process.version}"}`]).toBe(1);
});

test('what is scraped twice is told once', async () => {
  await samples();
  const told = await samples();
  expect(told['process_cpu_seconds_total']).toBeLessThan(
    process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6 + 1,
  );
});
