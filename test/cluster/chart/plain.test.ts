/** The plain manifests, as a user without Helm applies, edits and deletes them. The tests follow each other. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import { system } from '../support/system.ts';
import { type AnyObject, parseObjects } from './support/any-objects.ts';
import { buildMilliseconds } from './support/helm.ts';
import { ChartScene } from './support/scene.ts';

const namespace = 'kube-doh';
const redis = 'redis-headless.cache.svc.cluster.local';

let scene: ChartScene;
let before: ReadonlySet<string>;
beforeAll(async () => {
  scene = await ChartScene.start(system(), namespace);
  before = await scene.objects.everything();
}, buildMilliseconds);
afterAll(() => scene.close());

test('with the two lines changed, they publish', async () => {
  const objects = edited('kube-doh.yaml');
  for (const object of objects) await scene.objects.applyStrictly(object);
  await scene.untilAnswered(redis, (answer) => answer.length === 3);
});

test('when the edge refuses to be told that the cluster leaves, the Lease is given back, and the agents go on', async () => {
  await scene.untilLed();
  const [job] = edited('retire.yaml', ['kube-doh-key', 'other-key'], ['backoffLimit: 2', 'backoffLimit: 0']);
  const stringData = { 'key.pem': SigningKey.generate().toPem() };
  const metadata = { namespace, name: 'other-key' };
  await scene.objects.applyStrictly({ apiVersion: 'v1', kind: 'Secret', metadata, stringData });
  await scene.objects.applyStrictly(job!);
  await untilEnded(job!, 'failed');
  expect(scene.kubelet.log).toContain(`cluster ${namespace} is not retired: the edge answered 403`);
  await scene.objects.delete(job!);
  await scene.objects.delete({ apiVersion: 'v1', kind: 'Secret', metadata });
  const isLed = async (): Promise<boolean> => {
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name: 'kube-doh' } };
    const found = await scene.objects.get<AnyObject & { readonly spec: { readonly holderIdentity: string } }>(lease);
    return /^kube-doh-(?!retire)/.test(found?.spec.holderIdentity ?? '');
  };
  await waitUntil('an agent to lead again', isLed, { timeoutSeconds: 20 });
  expect(await scene.ask(redis, 'A')).toHaveLength(3);
});

test('the Job tells clients that the cluster has left, and the agents stand by', async () => {
  await scene.untilLed();
  const [job] = edited('retire.yaml');
  await scene.objects.applyStrictly(job!);
  await untilEnded(job!, 'succeeded');
  await scene.untilAnswered(redis, (answer) => answer === 'REFUSED');
  expect(scene.kubelet.log).toContain('leads no more: kube-doh-retire-');
});

test('deleted meanwhile, they leave nothing', async () => {
  for (const object of [...edited('retire.yaml'), ...edited('kube-doh.yaml')].toReversed())
    await scene.objects.delete(object);
  const rest = async (): Promise<string[]> =>
    [...(await scene.objects.everything())].filter((title) => !before.has(title));
  const isGone = async (): Promise<boolean> => (await rest()).length === 0;
  await waitUntil('everything to be gone', isGone, { timeoutSeconds: 40 }).catch(async () => {
    expect(await rest()).toEqual([]);
  });
  expect(await scene.ask(redis, 'A')).toBe('REFUSED');
});

async function untilEnded(job: AnyObject, how: 'succeeded' | 'failed'): Promise<void> {
  const isEnded = async (): Promise<boolean> => {
    const found = await scene.objects.get<AnyObject & { readonly status?: Readonly<Record<string, unknown>> }>(job);
    return found?.status?.[how] === 1;
  };
  await waitUntil(`the Job to have ${how}`, isEnded, { timeoutSeconds: 40 }).catch((error: Error) => {
    throw new Error(`${error.message}\n${scene.kubelet.log}`);
  });
}

/** As the first lines of kube-doh.yaml tell, and further replacements. */
function edited(name: string, ...changes: readonly (readonly [string, string])[]): readonly AnyObject[] {
  const text = readFileSync(new URL(`../../../deploy/manifests/${name}`, import.meta.url), 'utf8');
  const told = [
    ['my-cluster', scene.cluster],
    ['https://dns.example.com', scene.edge.plainUrl],
  ] as const;
  return parseObjects([...told, ...changes].reduce((before, [from, to]) => before.replaceAll(from, to), text));
}
