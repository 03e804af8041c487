/**
 * What is for Prometheus and blackbox_exporter, checked by their own programs; and the alerts, each with what makes it fire
 * and what does not. A program that is not here is named, and its tests are skipped.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Watched } from '../../../client/recipes/health/watched.ts';
import type { Target } from '../../../client/recipes/table.ts';
import { writeRecipe } from '../../../client/recipes/write-recipe.ts';
import { prod, setupOf, staging } from './example-profiles.ts';

const folder = mkdtempSync(join(tmpdir(), 'kube-doh-health-'));
afterAll(() => rmSync(folder, { recursive: true }));

function find(program: string, debianPackage: string): string | undefined {
  const path = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
  if (path !== '') return path;
  process.stdout.write(`skipped: ${program} is not here (apt-get install ${debianPackage})\n`);
  return undefined;
}

function run(program: string, ...args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: folder });
  return { status, output: `${stdout}${stderr}` };
}

/** The path of the file; files that it names are there. */
function file(target: Target, profile = prod, watched: Watched = {}): string {
  const text = (each: Target): string =>
    writeRecipe(each, setupOf([profile]), each === target ? watched : {})
      .text.replaceAll('/etc/prometheus/kube-doh.rules.yml', join(folder, 'rules.yml'))
      .replaceAll('/etc/kube-doh/health.token', join(folder, 'health.token'))
      .replaceAll('/etc/ssl/our own.pem', join(folder, 'our own.pem'));
  writeFileSync(join(folder, 'rules.yml'), text('prometheus-rules'));
  writeFileSync(join(folder, 'health.token'), 'kd1secret\n');
  writeFileSync(join(folder, 'our own.pem'), '');
  const path = join(folder, `${target}.yml`);
  writeFileSync(path, text(target));
  return path;
}

const redis: Watched = { namespace: 'cache', service: 'redis-headless', port: 'redis', minReady: 3 };
const kinds = [
  ['all pods', prod, {}],
  ['one Service', prod, redis],
  ['an edge with its own authority', staging, redis],
  ['an open edge', { ...prod, token: undefined }, {}],
] as const;

const promtool = find('promtool', 'prometheus');
describe.skipIf(promtool === undefined)('promtool', () => {
  test.each(kinds)('takes the configuration for %s', (_, profile, watched) => {
    const { status, output } = run(promtool!, 'check', 'config', file('prometheus', profile, watched));
    for (const part of ['1 rule files found', 'is valid prometheus config', '5 rules found'])
      expect(output).toContain(part);
    expect(status).toBe(0);
  });

  test('does not take everything', () => {
    const path = join(folder, 'wrong.yml');
    writeFileSync(path, 'scrape_configs:\n  - job_name: a\n    http_sd_config: []\n');
    expect(run(promtool!, 'check', 'config', path).status).toBe(1);
  });
});

const exporter = find('prometheus-blackbox-exporter', 'prometheus-blackbox-exporter');
describe.skipIf(exporter === undefined)('blackbox_exporter', () => {
  test.each(kinds)('takes the modules for %s', (_, profile) => {
    expect(run(exporter!, '--config.check', `--config.file=${file('blackbox', profile)}`).status).toBe(0);
  });

  test('does not take everything', () => {
    const path = join(folder, 'wrong.yml');
    writeFileSync(path, 'modules:\n  a:\n    prober: tcp\n    tpc: {}\n');
    expect(run(exporter!, '--config.check', `--config.file=${path}`).status).toBe(1);
  });
});

const snapshot = 'kube_doh_check="snapshot", cluster="prod", instance="https://e/health"';
const ready =
  'kube_doh_check="ready", cluster="prod", namespace="cache", service="redis", min_ready="3", instance="https://e/r"';
const pod = (isReady: boolean): string =>
  `kube_doh_check="pod", cluster="prod", namespace="cache", service="redis", pod="redis-0", ready="${isReady}", instance="10.0.0.1:6379"`;

/** Each series with its value in every minute, as promtool has it; which alerts fire after half an hour. */
const situations: readonly {
  readonly what: string;
  readonly series: Readonly<Record<string, string>>;
  readonly fires: readonly string[];
}[] = [
  {
    what: 'all is well',
    series: {
      [`probe_success{${snapshot}}`]: '1x60',
      [`probe_success{${ready}}`]: '1x60',
      [`probe_success{${pod(true)}}`]: '1x60',
    },
    fires: [],
  },
  {
    what: 'too few are ready',
    series: { [`probe_success{${snapshot}}`]: '1x60', [`probe_success{${ready}}`]: '0x60' },
    fires: ['KubeDohTooFewReady'],
  },
  {
    what: 'too few are ready for a moment',
    series: { [`probe_success{${snapshot}}`]: '1x60', [`probe_success{${ready}}`]: '1x28 0 1x30' },
    fires: [],
  },
  {
    what: 'the snapshot is stale, so nobody knows how many are ready',
    series: { [`probe_success{${snapshot}}`]: '0x60', [`probe_success{${ready}}`]: '0x60' },
    fires: ['KubeDohSnapshotStale'],
  },
  {
    what: "another cluster's snapshot is stale",
    series: {
      [`probe_success{${snapshot.replace('prod', 'other')}}`]: '0x60',
      [`probe_success{${snapshot}}`]: '1x60',
      [`probe_success{${ready}}`]: '0x60',
    },
    fires: ['KubeDohSnapshotStale', 'KubeDohTooFewReady'],
  },
  {
    what: 'a ready pod is silent',
    series: { [`probe_success{${pod(true)}}`]: '0x60' },
    fires: ['KubeDohPodUnreachable'],
  },
  { what: 'a pod is silent that is not ready', series: { [`probe_success{${pod(false)}}`]: '0x60' }, fires: [] },
  {
    what: 'blackbox_exporter does not answer',
    series: { [`up{${snapshot}}`]: '0x60', [`up{${pod(true)}}`]: '0x60' },
    fires: ['KubeDohNothingProbed', 'KubeDohNothingProbed'],
  },
  { what: "a pod's own metrics are away", series: { 'up{job="kube-doh-pods"}': '0x60' }, fires: [] },
  { what: 'nothing was discovered', series: { [`up{${pod(true)}}`]: '_x60' }, fires: ['KubeDohNothingDiscovered'] },
];

describe.skipIf(promtool === undefined)('promtool test rules', () => {
  const alerts = [...writeRecipe('prometheus-rules', setupOf([prod])).text.matchAll(/- alert: (\w+)/g)].map(
    ([, alert]) => alert!,
  );

  test('every alert has its situation', () => {
    expect([...new Set(situations.flatMap(({ fires }) => fires))].sort()).toEqual([...alerts].sort());
  });

  test.each(situations)('$what: $fires', ({ series, fires }) => {
    file('prometheus-rules');
    const isProbed = Object.keys(series).some((name) => name.startsWith('up{kube_doh_check="pod"'));
    const discovered = isProbed ? {} : { [`up{${pod(true)}}`]: '1x60' };
    const count = (alert: string): number => fires.filter((each) => each === alert).length;
    const cases = {
      rule_files: [join(folder, 'rules.yml')],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: Object.entries({ ...discovered, ...series }).map(([name, values]) => ({
            series: name,
            values,
          })),
          promql_expr_test: alerts.map((alert) => ({
            expr: `count(ALERTS{alertname="${alert}", alertstate="firing"}) or vector(0)`,
            eval_time: '30m',
            exp_samples: [{ labels: '{}', value: count(alert) }],
          })),
        },
      ],
    };
    const path = join(folder, 'tests.yml');
    writeFileSync(path, stringify(cases));
    expect(run(promtool!, 'test', 'rules', path)).toEqual({ status: 0, output: expect.stringContaining('SUCCESS') });
  });

  test('says whose pods they are, and where to look', () => {
    file('prometheus-rules');
    const cases = {
      rule_files: [join(folder, 'rules.yml')],
      tests: [
        {
          interval: '1m',
          input_series: [
            { series: `probe_success{${snapshot}}`, values: '1x60' },
            { series: `probe_success{${ready}}`, values: '0x60' },
          ],
          alert_rule_test: [
            {
              alertname: 'KubeDohTooFewReady',
              eval_time: '30m',
              exp_alerts: [
                {
                  exp_labels: {
                    severity: 'critical',
                    ...Object.fromEntries(
                      [...ready.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
                    ),
                  },
                  exp_annotations: {
                    summary: 'cache/redis is not known to have 3 ready pods',
                    description: 'https://e/r says how many there are, or why nobody knows.',
                  },
                },
              ],
            },
          ],
        },
      ],
    };
    const path = join(folder, 'tests.yml');
    writeFileSync(path, stringify(cases));
    expect(run(promtool!, 'test', 'rules', path)).toEqual({ status: 0, output: expect.stringContaining('SUCCESS') });
  });
});
