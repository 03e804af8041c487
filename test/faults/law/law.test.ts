/** The law has eyes: what must never be is seen when it is. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { formatManifest } from '../../../zone/manifest.ts';
import { waitUntil } from '../../cluster/control-plane/wait-until.ts';
import { EmbeddedScene } from '../embedded-scene.ts';
import { everything, names } from '../observed-names.ts';
import { freshImage } from './fresh-image.ts';
import { Publications } from './publications.ts';
import { ReadinessWatch } from './readiness.ts';
import { Violations } from './violations.ts';

let scene: EmbeddedScene;
let violations: Violations;

beforeEach(async () => {
  scene = await EmbeddedScene.start();
  violations = new Violations();
});
afterEach(async () => {
  await scene.stop();
});

/** Of what is in the cluster. */
async function note(publications: Publications, epoch: number, serial: number): Promise<void> {
  const body = gzipSync(await freshImage(scene.cluster.read, everything, names));
  const facts = { format: 1, cluster: 'faulty' as ClusterId, generatedAt: 1, length: body.length } as const;
  publications.note(formatManifest({ ...facts, epoch, serial, sha256: '0'.repeat(64) }), body);
}

test('a name that is gone, asked for and published', async () => {
  const agent = scene.agent({ factor: 100 });
  await waitUntil('readiness', () => agent.isReady, { timeoutSeconds: 10 });
  await waitUntil('answers', () => scene.edge.asked.totals.answered > 0, { timeoutSeconds: 10 });
  scene.cluster.store.delete('services', 'steady', 'plain-0');
  const seen: string[] = [];
  const isSeen = (): boolean => seen.push(...scene.edge.violations.take()) >= 2;
  await waitUntil('the violations', isSeen, { timeoutSeconds: 10 });
  expect(seen.sort()).toEqual([
    expect.stringMatching(/^plain-0\.steady\.svc is not in epoch \d+, serial 2$/),
    'plain-0.steady.svc.cluster.local A was answered NXDOMAIN, 0 records',
  ]);
});

test('numbers that go back', async () => {
  const publications = new Publications({ constantNames: [], maxLostPercent: 50 }, violations);
  for (const [epoch, serial] of [
    [7, 1],
    [7, 2],
    [6, 3],
  ] as const) {
    await note(publications, epoch, serial);
  }
  expect(violations.take()).toEqual(['epoch 6, serial 3 was stored after epoch 7, serial 2']);
});

test('a mass deletion, unless it is announced', async () => {
  const bounds = { constantNames: [], maxLostPercent: 50 };
  const publications = new Publications(bounds, violations);
  const announcedViolations = new Violations();
  const announced = new Publications(bounds, announcedViolations);
  announced.announcesDeletions = true;
  await note(publications, 7, 1);
  await note(announced, 7, 1);
  scene.cluster.store.delete('namespaces', undefined, 'steady');
  await waitUntil('the names to go', () => scene.cluster.store.list('services', 'steady').length === 0, {
    timeoutSeconds: 10,
  });
  await note(publications, 7, 2);
  await note(announced, 7, 2);
  expect(violations.take()).toEqual([expect.stringMatching(/^\d+ of \d+ names vanished with epoch 7, serial 2$/)]);
  expect(announcedViolations.take()).toEqual([]);
});

test('readiness while the view is frozen', async () => {
  const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const watch = new ReadinessWatch(url, violations);
  await waitUntil('a probe', () => watch.status === 200, { timeoutSeconds: 10 });
  expect(violations.take()).toEqual([]);
  watch.noteFrozen(0);
  const seen: string[] = [];
  await waitUntil('a violation', () => seen.push(...violations.take()) > 0, { timeoutSeconds: 10 });
  expect(seen).toEqual(['/readyz is 200 while the view is frozen beyond its bound: ok']);
  await watch.stop();
  server.close();
});
