/**
 * What `kube-doh config` prints for health checkers, in real ones: a Prometheus and a blackbox_exporter that find the pods
 * of a real control plane through the edge, ask them, and raise the alarm.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { replacePod } from '../control-plane/replace-pod.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import { podsOf } from '../support/facts.ts';
import { system } from '../support/system.ts';
import { Checkers, watched } from './checkers.ts';
import { cluster, HealthEdge } from './health-edge.ts';
import type { Prometheus, PrometheusTarget } from './prometheus.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const running = system();
const { objects } = running;
const redis = { kind: 'StatefulSet', namespace: 'cache', name: 'redis' } as const;

let edge: HealthEdge;
let checkers: Checkers;
let prometheus: Prometheus;

beforeAll(async () => {
  edge = await HealthEdge.start(running);
  checkers = await Checkers.start(edge, running.directory);
  for (const address of Object.values(await addresses())) await checkers.serve(address);
  checkers.useToken(edge.tokens.ofCache);
  await checkers.startBlackbox();
  prometheus = await checkers.startPrometheus(9090, watched);
});

afterAll(async () => {
  await checkers?.close();
  await edge?.stop();
  await objects.scale(redis, 3);
});

/** Of the pods of redis, by name. */
async function addresses(): Promise<Readonly<Record<string, string>>> {
  const pods = await podsOf(objects, 'cache', 'redis');
  return Object.fromEntries(pods.map(({ name, address }) => [name, address]));
}

/** Asks again until it is so, and says what it is instead when it never is. */
async function eventually<Value>(what: () => Promise<Value>, expected: Value): Promise<void> {
  let seen: unknown;
  const isSo = async (): Promise<boolean> => {
    seen = await what();
    return JSON.stringify(seen) === JSON.stringify(expected);
  };
  const patience = { timeoutSeconds: 90, intervalMilliseconds: 500 };
  await waitUntil('it to be as expected', isSo, patience).catch(() => expect(seen).toEqual(expected));
}

const instances = async (job: string): Promise<Readonly<Record<string, string>>> => {
  const targets = await prometheus.targets(job);
  return Object.fromEntries(targets.map(({ labels }) => [labels['pod']!, labels['instance']!]).sort());
};

async function expectTargets(expected: Readonly<Record<string, string>>): Promise<void> {
  const wanted = Object.entries(expected).map(([pod, address]) => [pod, checkers.instance(address)]);
  for (const job of ['kube-doh-pods', 'kube-doh-probes']) {
    await eventually(() => instances(job), Object.fromEntries(wanted.sort()));
  }
}

const up = (): Promise<object> => sorted(prometheus.query('up{job="kube-doh-pods"}', 'pod'));
const reached = (): Promise<object> => sorted(prometheus.query('probe_success{kube_doh_check="pod"}', 'pod'));
const firing = (): Promise<readonly string[]> => prometheus.firing();

async function sorted(values: Promise<Readonly<Record<string, number>>>): Promise<object> {
  return Object.fromEntries(Object.entries(await values).sort());
}

test('every pod is found, with its labels', async () => {
  const all = await addresses();
  await expectTargets(all);
  const [first] = await prometheus.targets('kube-doh-pods');
  const [pod] = Object.entries(all).find(([, address]) => checkers.instance(address) === first!.labels['instance'])!;
  const own = { cluster, namespace: 'cache', service: 'redis-headless', pod, node: 'node-0' };
  expect(first!.labels).toEqual({ job: 'kube-doh-pods', instance: first!.labels['instance'], ...own });
  const [probe] = await prometheus.targets('kube-doh-probes');
  expect(probe!.labels).toEqual({
    job: 'kube-doh-probes',
    instance: first!.labels['instance'],
    ...own,
    ready: 'true',
    kube_doh_check: 'pod',
  });
});

test('every pod is reached, and nothing is wrong', async () => {
  await eventually(up, { 'redis-0': 1, 'redis-1': 1, 'redis-2': 1 });
  await eventually(reached, { 'redis-0': 1, 'redis-1': 1, 'redis-2': 1 });
  await eventually(firing, []);
  expect(await prometheus.query('pod_is_here', 'pod')).toEqual({ 'redis-0': 1, 'redis-1': 1, 'redis-2': 1 });
});

test('a pod that speaks HTTP is reached by that too', async () => {
  const { 'redis-0': address } = await addresses();
  const probed = async (port: number): Promise<string> => {
    const query = `module=kube_doh_http&target=${address}:${port}`;
    const { stdout } = await checkers.machine.run('curl', ['-sS', `http://127.0.0.1:9115/probe?${query}`]);
    return /^probe_success (\d)$/m.exec(stdout)![1]!;
  };
  expect([await probed(6379), await probed(9)]).toEqual(['1', '0']);
});

test('the token is in no label', async () => {
  const targets = await prometheus.targets('kube-doh-pods');
  expect(targets[0]!.discoveredLabels['__meta_url']).toBe(
    `${edge.url}/c/${cluster}/sd?namespace=cache&service=redis-headless&port=redis`,
  );
  const texts = JSON.stringify([...targets, ...(await prometheus.targets('kube-doh-health'))]);
  for (const token of Object.values(edge.tokens)) expect(texts).not.toContain(token);
});

test('a pod that is killed is down, and so are no others', async () => {
  const { 'redis-2': address } = await addresses();
  await checkers.kill(address!);
  await eventually(up, { 'redis-0': 1, 'redis-1': 1, 'redis-2': 0 });
  await eventually(reached, { 'redis-0': 1, 'redis-1': 1, 'redis-2': 0 });
  await eventually(firing, ['KubeDohPodUnreachable']);
  await checkers.serve(address!);
  await eventually(firing, []);
});

/** What Gatus and Uptime Kuma are told to ask, and what they hold the answer against; the snapshot first. */
async function asGatusDoes(): Promise<readonly boolean[]> {
  const { endpoints } = parse(await checkers.config('gatus', withoutPort));
  return Promise.all(
    endpoints.map(async ({ url, headers, conditions }: GatusEndpoint) => {
      const { status, body } = await edge.ask(pathOf(url), tokenIn(headers.Authorization, `\${KUBE_DOH_TOKEN}`));
      const seen: Readonly<Record<string, unknown>> = { '[STATUS]': status, '[BODY].status': JSON.parse(body).status };
      return conditions.every((condition) => {
        const [what = '', wanted] = condition.split(' == ');
        return String(seen[what]) === wanted;
      });
    }),
  );
}

interface GatusEndpoint {
  readonly url: string;
  readonly headers: { readonly Authorization: string };
  readonly conditions: readonly string[];
}

async function asUptimeKumaDoes(): Promise<readonly boolean[]> {
  const text = (await checkers.config('uptime-kuma', withoutPort)).replace(/^\/\/.*$/gm, '');
  const monitors: readonly Monitor[] = JSON.parse(text);
  return Promise.all(
    monitors.map(async ({ url, headers, accepted_statuscodes: accepted }) => {
      const { status } = await edge.ask(pathOf(url), tokenIn(JSON.parse(headers).Authorization, 'TOKEN'));
      return accepted.includes(String(status));
    }),
  );
}

interface Monitor {
  readonly url: string;
  readonly headers: string;
  readonly accepted_statuscodes: readonly string[];
}

const withoutPort = watched.filter((word) => word !== '--port' && word !== 'redis');

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname.replace(`/c/${cluster}`, '')}${search}`;
}

function tokenIn(authorization: string, placeholder: string): string {
  return authorization.replace('Bearer ', '').replace(placeholder, edge.tokens.ofCache);
}

test('a pod that is not ready stays in sight, and too few are ready', async () => {
  expect([await asGatusDoes(), await asUptimeKumaDoes()]).toEqual([
    [true, true],
    [true, true],
  ]);
  await objects.setPodReady('cache', 'redis-1', false);
  const readiness = async (): Promise<object> => {
    const targets = await prometheus.targets('kube-doh-probes');
    return Object.fromEntries(targets.map(({ labels }) => [labels['pod']!, labels['ready']!]).sort());
  };
  await eventually(readiness, { 'redis-0': 'true', 'redis-1': 'false', 'redis-2': 'true' });
  await eventually(firing, ['KubeDohTooFewReady']);
  expect([await asGatusDoes(), await asUptimeKumaDoes()]).toEqual([
    [true, false],
    [true, false],
  ]);
  await objects.setPodReady('cache', 'redis-1', true);
  await eventually(readiness, { 'redis-0': 'true', 'redis-1': 'true', 'redis-2': 'true' });
  await eventually(firing, []);
});

test('a pod that is replaced is asked at its new address', async () => {
  const { oldAddress, newAddress } = await replacePod(objects, 'cache', 'redis-1');
  expect(newAddress).not.toBe(oldAddress);
  await checkers.serve(newAddress);
  const all = await addresses();
  expect(all['redis-1']).toBe(newAddress);
  await expectTargets(all);
  await eventually(up, { 'redis-0': 1, 'redis-1': 1, 'redis-2': 1 });
});

test('a pod that is scaled away vanishes, and comes back', async () => {
  await objects.scale(redis, 2);
  const { 'redis-2': _, ...fewer } = await addresses();
  await expectTargets(fewer);
  await objects.scale(redis, 3);
  await waitUntil('redis-2 to have an address', async () => (await addresses())['redis-2'], { timeoutSeconds: 60 });
  const all = await addresses();
  await checkers.serve(all['redis-2']!);
  await expectTargets(all);
  await eventually(up, { 'redis-0': 1, 'redis-1': 1, 'redis-2': 1 });
  await eventually(firing, []);
});

describe('the targets stay', () => {
  let before: Readonly<Record<string, string>>;

  async function expectThemAfterFailures(): Promise<void> {
    const failures = await prometheus.discoveryFailures();
    const isRefused = async (): Promise<boolean> => (await prometheus.discoveryFailures()) > failures + 10;
    await waitUntil('the list to be refused', isRefused, { timeoutSeconds: 90, intervalMilliseconds: 500 });
    await expectTargets(before);
    await eventually(up, { 'redis-0': 1, 'redis-1': 1, 'redis-2': 1 });
  }

  beforeAll(async () => {
    before = await addresses();
  });

  test('while the snapshot is too old, which is told', async () => {
    await edge.killAgent();
    await edge.makeStale();
    await expectThemAfterFailures();
    // Not that too few are ready: nobody knows.
    await eventually(firing, ['KubeDohSnapshotStale']);
    await edge.makeFresh();
    await edge.startAgent();
    await eventually(firing, []);
  });

  test('while the edge is away, which is told', async () => {
    await edge.close();
    await expectThemAfterFailures();
    await eventually(firing, ['KubeDohSnapshotStale']);
    await edge.open();
    await eventually(firing, []);
  });

  test('and are no others afterwards', () => expectTargets(before));
});

describe('a token of one namespace', () => {
  const namespacesOf = (targets: readonly PrometheusTarget[]): readonly string[] =>
    [...new Set(targets.map(({ labels }) => labels['namespace']!))].sort();
  let broad: Prometheus;

  beforeAll(async () => {
    // Of all pods that the token opens.
    broad = await checkers.startPrometheus(9091, []);
  });

  test('finds nothing of another', async () => {
    await eventually(async () => namespacesOf(await broad.targets('kube-doh-pods')), ['cache']);
    for (const namespace of ['default', 'nowhere']) {
      const { status, body } = await edge.ask(`/sd?namespace=${namespace}`, edge.tokens.ofCache);
      expect([status, JSON.parse(body).code]).toEqual([403, 'NAMESPACE_NOT_IN_SCOPE']);
    }
  });

  test('while one for everything does', async () => {
    checkers.useToken(edge.tokens.whole);
    const found = async (): Promise<boolean> => namespacesOf(await broad.targets('kube-doh-pods')).includes('default');
    await waitUntil('pods of other namespaces to be found', found, { timeoutSeconds: 90, intervalMilliseconds: 500 });
    checkers.useToken(edge.tokens.ofCache);
    await eventually(async () => namespacesOf(await broad.targets('kube-doh-pods')), ['cache']);
  });
});

describe('kube-doh sd', () => {
  test('prints what Prometheus gets', async () => {
    const { code, stdout, stderr } = await checkers.kubeDoh('sd', 'cache/redis-headless', '--port', 'redis');
    expect([code, stderr]).toEqual([0, '']);
    const targets = (JSON.parse(stdout) as { targets: string[] }[]).flatMap((group) => group.targets);
    const all = Object.values(await addresses()).map((address) => checkers.instance(address));
    expect(targets.sort()).toEqual(all.sort());
  });

  test.for([
    [['--format', 'addresses'], (address: string) => address],
    [['--format', 'targets', '--port', '6379'], (address: string) => `${address}:6379`],
  ] as const)('%j', async ([flags, line]) => {
    const { stdout } = await checkers.kubeDoh('sd', 'redis-headless.cache', ...flags);
    const all = Object.values(await addresses()).map(line);
    expect(stdout.trimEnd().split('\n').sort()).toEqual(all.sort());
  });

  test('by names', async () => {
    const { stdout } = await checkers.kubeDoh('sd', 'redis-headless.cache', '--address', 'name', '--format', 'targets');
    const names = ['redis-0', 'redis-1', 'redis-2'].map((pod) => `${pod}.redis-headless.cache.svc.cluster.local:6379`);
    expect(stdout.trimEnd().split('\n').sort()).toEqual(names);
  });
});
