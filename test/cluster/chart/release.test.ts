/**
 * One release from `helm install` to `helm uninstall`, with its pods running: what is published, what an upgrade changes, and
 * that nothing is left in the end. The tests follow each other.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../control-plane/wait-until.ts';
import { type ExampleFacts, exampleFacts, rows } from '../support/example-rows.ts';
import { system } from '../support/system.ts';
import type { AnyObject } from './support/any-objects.ts';
import { buildMilliseconds, chartPath } from './support/helm.ts';
import { alias, ChartScene } from './support/scene.ts';

const started = system();
const namespace = 'release';
const kafka = 'kafka-headless.streaming.svc.cluster.local';
const redis = 'redis-headless.cache.svc.cluster.local';

let scene: ChartScene;
let facts: ExampleFacts;
let before: ReadonlySet<string>;

beforeAll(async () => {
  scene = await ChartScene.start(started, namespace);
  facts = await exampleFacts(started.objects);
  before = await scene.objects.everything();
}, buildMilliseconds);
afterAll(() => scene.close());

interface Lease extends AnyObject {
  readonly spec?: { readonly holderIdentity?: string };
}

const leaseName = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name: 'kube-doh' } };

describe('installed', () => {
  test('it says what to do next, and its pods begin', async () => {
    const said = await scene.install();
    expect(said).toContain(`Cluster ${scene.cluster} is published to ${scene.edge.url}.`);
    await scene.untilAnswered(redis, (answer) => answer.length === 3);
    expect(scene.kubelet.processes).toHaveLength(2);
  });

  test.each(rows)('$name $type is answered', async ({ name, type, expected }) => {
    const data = expected(facts);
    for (const zone of ['cluster.local', alias]) {
      const owner = `${name}.svc.${zone}`;
      const records = data?.map((item) => `${owner} 30 ${type} ${inZone(item, zone)}`).sort();
      const answer = await scene.ask(owner, type);
      expect(typeof answer === 'string' ? answer : [...answer].sort()).toEqual(records ?? 'NXDOMAIN');
    }
  });

  test('the probes of both pods are answered, and one leads', async () => {
    const isWell = async (): Promise<boolean> => {
      const statuses = await Promise.all(
        scene.kubelet.processes.flatMap((process) => {
          const [container] = process.pod.spec.containers;
          const { startupProbe, livenessProbe, readinessProbe } = container!;
          return [startupProbe, livenessProbe, readinessProbe].map((probe) => process.probe(probe!));
        }),
      );
      return statuses.length === 6 && statuses.every((status) => status === 200);
    };
    await waitUntil('both pods to be ready', isWell, { timeoutSeconds: 20 });
    const lease = await scene.objects.get<Lease>(leaseName);
    expect(lease?.spec?.holderIdentity).toBeTruthy();
    const leading = scene.kubelet.processes.filter(({ log }) => log.includes('leads: holds the Lease'));
    expect(leading).toHaveLength(1);
  });

  test('its pods say nothing that is wrong', () => {
    const lines = scene.kubelet.log.split('\n').filter((line) => line.startsWith('{'));
    const wrong = lines.filter((line) => (JSON.parse(line) as { level: string }).level !== 'info');
    expect(lines.length).toBeGreaterThan(3);
    expect(wrong).toEqual([]);
  });
});

describe('upgraded', () => {
  test('with another option, pods with it take the place of the others, and names stay', async () => {
    const former = new Set(scene.kubelet.processes.map(({ pod }) => pod.metadata.name));
    const over = new AbortController();
    const asked = answersUntil(over.signal);
    await scene.upgrade('--set', 'config.ttl=60');
    await scene.untilAnswered(redis, (answer) => answer.length === 3 && String(answer[0]).includes(' 60 A '));
    const areNew = (): boolean =>
      scene.kubelet.processes.length === 2 &&
      scene.kubelet.processes.every(({ pod }) => !former.has(pod.metadata.name));
    await waitUntil('the new pods', areNew, { timeoutSeconds: 20 });
    over.abort();
    const lengths = (await asked).map((answer) => answer.length);
    expect(lengths.length).toBeGreaterThan(10);
    expect(new Set(lengths)).toEqual(new Set([3]));
  });

  async function answersUntil(signal: AbortSignal): Promise<readonly (readonly string[] | string)[]> {
    const answers = [];
    for (; !signal.aborted; await sleep(50)) answers.push(await scene.ask(redis, 'A'));
    return answers;
  }

  test('to some namespaces, it needs no ClusterRole, and the names of the others go', async () => {
    await scene.upgrade('--set', 'namespaces={cache,logging}', '--set', 'config.allow-deletions=true');
    await scene.untilAnswered(kafka, (answer) => answer === 'NXDOMAIN');
    expect(await scene.ask(redis, 'A')).toHaveLength(3);
    const added = difference(await scene.objects.everything(), before).filter((title) => title.includes('Role'));
    expect(added).toEqual([
      'Role cache/kube-doh-release',
      'Role kube-system/kube-doh-release',
      'Role logging/kube-doh-release',
      'Role release/kube-doh',
      'RoleBinding cache/kube-doh-release',
      'RoleBinding kube-system/kube-doh-release',
      'RoleBinding logging/kube-doh-release',
      'RoleBinding release/kube-doh',
    ]);
  });

  test('and back, the names come again, and the Roles are gone', async () => {
    await scene.upgrade();
    await scene.untilAnswered(kafka, (answer) => answer.length === 3);
    const added = difference(await scene.objects.everything(), before).filter((title) => title.includes('Role'));
    expect(added).toEqual([
      'ClusterRole /kube-doh-release',
      'ClusterRoleBinding /kube-doh-release',
      'Role release/kube-doh',
      'RoleBinding release/kube-doh',
    ]);
  });

  test('to another cluster id, it is refused, since the names would stay', async () => {
    const args = [
      'upgrade',
      'kube-doh',
      chartPath,
      '--namespace',
      namespace,
      ...scene.values,
      '--set',
      'cluster=other',
    ];
    const { exitCode, stderr } = await scene.helm.tries(args);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'cluster is "release" in the release that is installed, and its names would stay at the edge',
    );
  });

  test('to another edge, it says where names stay', async () => {
    const args = ['upgrade', 'kube-doh', chartPath, '--namespace', namespace, ...scene.values, '--dry-run=server'];
    const { stdout } = await scene.helm.tries([...args, '--set', 'edge.url=https://other.example']);
    expect(stdout).toContain(`kube-doh cluster retire release --edge ${scene.edge.url} --key FILE`);
  });
});

describe('uninstalled', () => {
  test('it has told clients first, and leaves no name, though agents go on for a while', async () => {
    await scene.untilLed();
    scene.kubelet.slownessMilliseconds = 4000;
    const over = new AbortController();
    const changing = changeUntil(over.signal);
    await scene.uninstall();
    for (const name of [redis, kafka, `redis-headless.cache.svc.${alias}`]) {
      expect(await scene.ask(name, 'A'), name).toBe('REFUSED');
    }
    await waitUntil('the pods to end', () => scene.kubelet.processes.length === 0, { timeoutSeconds: 20 });
    over.abort();
    expect(await changing).toBeGreaterThan(10);
    expect(await scene.ask(redis, 'A')).toBe('REFUSED');
    expect(scene.kubelet.log).toMatch(/took the Lease release\/kube-doh from kube-doh-/);
  });

  /** What agents that still publish would publish. Resolves to how often. */
  async function changeUntil(signal: AbortSignal): Promise<number> {
    const restless = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'cache', name: 'restless' } } as const;
    let port = 1;
    for (; !signal.aborted; port += 1) {
      await started.objects.apply([{ ...restless, spec: { ports: [{ name: 'http', port }] } }]);
      await sleep(300);
    }
    await started.objects.delete({ kind: 'Service', namespace: 'cache', name: 'restless' });
    return port;
  }

  test('it leaves no object', async () => {
    const isAsBefore = async (): Promise<boolean> => difference(await scene.objects.everything(), before).length === 0;
    await waitUntil('everything to be as before', isAsBefore, { timeoutSeconds: 30 }).catch(async () => {
      expect(difference(await scene.objects.everything(), before)).toEqual([]);
    });
    expect(await scene.objects.everything()).toContain(`Secret ${namespace}/kube-doh-key`);
  });
});

function difference(all: ReadonlySet<string>, without: ReadonlySet<string>): string[] {
  return [...all].filter((title) => !without.has(title)).sort();
}

/** Targets are in the zone that was asked. */
function inZone(data: string, zone: string): string {
  return data.replace(/cluster\.local\.$/, zone);
}
