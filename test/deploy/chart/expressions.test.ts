/** Alerts and the dashboard ask for metrics, labels and reasons that there are. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AgentMetrics } from '../../../sync-agent/operations/agent-metrics.ts';
import { type MetricDeclaration, metricTable } from '../../../sync-agent/operations/metric-table.ts';
import { alerts, panels } from './chart-files.ts';

const metrics: Readonly<Record<string, MetricDeclaration>> = metricTable;
/** Prometheus gives them. */
const targetLabels = ['job', 'namespace', 'pod', 'instance'];
const expressions = [
  ...alerts.map(({ alert, expr }) => ({ of: `alert ${alert}`, expr })),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ of: `panel ${title}`, expr }))),
];

interface Selector {
  readonly metric: string;
  /** Label and value. */
  readonly matchers: readonly (readonly [string, string])[];
}

describe.each(expressions)('$of', ({ expr }) => {
  test('selects series by what they have', () => {
    const selectors = selectorsOf(expr);
    expect(selectors.length).toBeGreaterThan(0);
    for (const { metric, matchers } of selectors) {
      const name = metric.replace(/_(bucket|sum|count)$/, '');
      const declared = metrics[metric] ?? (metrics[name]?.type === 'histogram' ? metrics[name] : undefined);
      expect(declared, metric).toBeDefined();
      expect(matchers.filter(([label]) => ![...targetLabels, ...declared!.labels].includes(label))).toEqual([]);
    }
  });

  test('looks at one release alone', () => {
    for (const { matchers } of selectorsOf(expr)) expect(matchers.map(([label]) => label)).toContain('job');
  });
});

test('the series that are asked for by their labels are there from the beginning', async () => {
  const idle = new AgentMetrics({ clock, status: () => undefined, leaseName: 'kube-doh', lostLogLines: () => 0 });
  const text = await idle.text();
  const wanted = expressions
    .flatMap(({ expr }) => selectorsOf(expr))
    .flatMap(({ metric, matchers }) => {
      const own = matchers.filter(([label]) => !targetLabels.includes(label));
      return own.map(([label, value]) => ({ metric, pair: `${label}="${value}"` }));
    });
  expect(wanted.length).toBeGreaterThan(3);
  for (const { metric, pair } of wanted) {
    const isThere = text.split('\n').some((line) => line.startsWith(`${metric}{`) && line.includes(pair));
    expect(isThere, `${metric} with ${pair}`).toBe(true);
  }
});

test('the alerts are those of docs/operating.md', () => {
  const section = readFileSync('docs/operating.md', 'utf8').split('### Alerts worth having')[1]!.split('\n## ')[0]!;
  const documented = [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, expr]) => plain(expr!));
  expect(documented.length).toBeGreaterThan(8);
  expect(alerts.map(({ expr }) => plain(expr)).sort()).toEqual(documented.sort());
});

const clock = { now: () => 0, steadyNow: () => 0, sleep: () => Promise.resolve() };

function selectorsOf(expr: string): Selector[] {
  return [...expr.matchAll(/\b([a-z]+(?:_[a-z]+)+)\{([^}]*)\}/g)].map(([, metric, inside]) => ({
    metric: metric!,
    matchers: [...inside!.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label!, value!] as const),
  }));
}

/** Without what says which release it is about, and without spaces. */
function plain(expr: string): string {
  return expr
    .replace(/job="kube-doh",?/g, '')
    .replaceAll('{}', '')
    .replace(/\s+/g, '');
}
