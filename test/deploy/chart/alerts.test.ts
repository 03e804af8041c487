/** Each alert, tried by Prometheus's own promtool with series that raise it, and with series that do not. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';
import { stringify } from 'yaml';
import { alerts, chartFile, panels } from './chart-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-alerts-'));
  writeFileSync(join(folder, 'alerts.yaml'), chartFile('files/alerts.yaml'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Case {
  readonly alert: string;
  readonly series: string;
  /** From the minute 0 on, one for each minute, in promtool's notation. */
  readonly raised: string;
  readonly quiet: string;
  /** When it is looked at. */
  readonly minute: number;
}

const cases: readonly Case[] = [
  {
    alert: 'KubeDohNobodyPublishes',
    series: 'kube_doh_snapshot_age_seconds{job="kube-doh"}',
    raised: '60 60 60 _x30',
    quiet: '60x33',
    minute: 25,
  },
  {
    alert: 'KubeDohSnapshotOld',
    series: 'kube_doh_snapshot_age_seconds{job="kube-doh"}',
    raised: '0+60x30',
    quiet: '240x30',
    minute: 20,
  },
  { alert: 'KubeDohNotReady', series: 'kube_doh_ready{job="kube-doh"}', raised: '0x30', quiet: '0x9 1x20', minute: 20 },
  {
    alert: 'KubeDohDeletionHeldBack',
    series: 'kube_doh_deletions_held_back{job="kube-doh"}',
    raised: '0x5 68x10',
    quiet: '0x15',
    minute: 7,
  },
  {
    alert: 'KubeDohPublishRefused',
    series: 'kube_doh_publish_failures_total{job="kube-doh",reason="refused"}',
    raised: '0x5 1x20',
    quiet: '5x25',
    minute: 9,
  },
  {
    alert: 'KubeDohTwoPublishers',
    series: 'kube_doh_publish_failures_total{job="kube-doh",reason="not-newer"}',
    raised: '0x5 1x20',
    quiet: '5x25',
    minute: 9,
  },
  {
    alert: 'KubeDohDrift',
    series: 'kube_doh_drifts_total{job="kube-doh"}',
    raised: '0x5 1x20',
    quiet: '5x25',
    minute: 9,
  },
  {
    alert: 'KubeDohObjectProblems',
    series: 'kube_doh_object_problems_total{job="kube-doh",kind="Service"}',
    raised: '0x5 1x20',
    quiet: '5x25',
    minute: 9,
  },
];

test.for(cases)('$alert', ({ alert, series, raised, quiet, minute }, context) => {
  const others = steadySeries.filter((each) => each.series !== series);
  expectAlerts(context, [...others, { series, values: raised }], minute, [alert]);
  expectAlerts(context, [...others, { series, values: quiet }], minute, []);
});

test('KubeDohLeaders: nobody, and two', (context) => {
  const others = steadySeries.filter(({ series }) => !series.startsWith('leader_election'));
  const leading = (a: string, b: string) => [
    ...others,
    { series: 'leader_election_master_status{job="kube-doh",name="kube-doh",pod="a"}', values: a },
    { series: 'leader_election_master_status{job="kube-doh",name="kube-doh",pod="b"}', values: b },
  ];
  expectAlerts(context, leading('1x5 0x20', '0x25'), 15, ['KubeDohLeaders']);
  expectAlerts(context, leading('1x25', '0x5 1x20'), 15, ['KubeDohLeaders']);
  expectAlerts(context, leading('1x5 0x20', '0x5 1x20'), 15, []);
});

test('KubeDohChangesLate: one change in a hundred', (context) => {
  const name = 'kube_doh_dns_programming_duration_seconds_bucket{job="kube-doh",stage="published"';
  const buckets = (late: number) => [
    ...steadySeries,
    { series: `${name},le="8.192"}`, values: `0+${100 - late}x40` },
    { series: `${name},le="16.384"}`, values: '0+100x40' },
    { series: `${name},le="+Inf"}`, values: '0+100x40' },
  ];
  expectAlerts(context, buckets(5), 25, ['KubeDohChangesLate']);
  expectAlerts(context, buckets(0), 25, []);
});

test('every alert is tried here, but none that is not there', () => {
  const tried = [...cases.map(({ alert }) => alert), 'KubeDohLeaders', 'KubeDohChangesLate'];
  expect(tried.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
});

test('the expressions of the dashboard are expressions', (context) => {
  const variables = { $__rate_interval: '5m', $namespace: 'kube-doh', $job: 'kube-doh' };
  const rules = panels
    .flatMap(({ targets }) => targets)
    .map(({ expr }, i) => {
      const known = Object.entries(variables).reduce((text, [name, value]) => text.replaceAll(name, value), expr);
      return { record: `panel:${i}`, expr: known };
    });
  expect(rules.length).toBeGreaterThan(10);
  const path = join(folder, 'dashboard.yaml');
  writeFileSync(path, stringify({ groups: [{ name: 'dashboard', rules }] }));
  expect(promtool(context, 'check', 'rules', path)).toMatchObject({ status: 0 });
});

/** Of agents with which all is well. */
const steadySeries = [
  { series: 'kube_doh_snapshot_age_seconds{job="kube-doh"}', values: '60x40' },
  { series: 'kube_doh_ready{job="kube-doh"}', values: '1x40' },
  { series: 'leader_election_master_status{job="kube-doh",name="kube-doh",pod="a"}', values: '1x40' },
];

interface Series {
  readonly series: string;
  readonly values: string;
}

/** Those and no others are firing. */
function expectAlerts(
  context: TestContext,
  series: readonly Series[],
  minute: number,
  firing: readonly string[],
): void {
  const path = join(folder, 'test.yaml');
  const tests = alerts.map(({ alert }) => ({
    interval: '1m',
    input_series: series,
    // Promtool compares labels too: what is asked is how many there are of each name.
    promql_expr_test: [
      {
        expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`,
        eval_time: `${minute}m`,
        exp_samples: [{ labels: '{}', value: firing.includes(alert) ? 1 : 0 }],
      },
    ],
  }));
  writeFileSync(path, stringify({ rule_files: ['alerts.yaml'], evaluation_interval: '1m', tests }));
  const { status, output } = promtool(context, 'test', 'rules', path);
  expect(status, output).toBe(0);
}

function promtool(
  { skip }: TestContext,
  ...args: readonly string[]
): { readonly status: number | null; readonly output: string } {
  const { error, status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  if (error !== undefined) skip('promtool is not installed');
  return { status, output: stdout + stderr };
}
