/** `kube-doh config`: hosts that are set up, verified and undone by what the printed configurations say in their comments. */
import { describe, expect, inject, test } from 'vitest';
import { clusterNames } from './expected.ts';
import { testsOf } from './host-tests.ts';
import { dnsmasq, glibc, type KindOfHost, networkManager, resolved, unbound } from './kinds.ts';
import { kubeDoh, login, startStub } from './kube-doh.ts';
import { oldResolver } from './names.ts';
import { follow, type Recipe, recipeFor, undo } from './recipe.ts';
import { Host } from './room/host.ts';
import { pagePort } from './room/room.ts';

const scene = inject('scene');

function testsOfRecipe(
  kind: KindOfHost,
  target: string,
  stub = '127.0.0.1:5300',
  upstream: readonly string[] = [],
): void {
  let recipe: Recipe;
  testsOf({
    ...kind,
    setUp: async (host) => {
      const running = await startStub(host, stub, ...upstream);
      recipe = await recipeFor(host, target, '--stub', stub);
      await follow(host, recipe);
      return running;
    },
    undo: (host) => undo(host, recipe),
  });
}

describe('dnsmasq', () => testsOfRecipe(dnsmasq(scene, 21), 'dnsmasq'));
describe('unbound', () => testsOfRecipe(unbound(scene, 22), 'unbound'));
describe('systemd-resolved', () => testsOfRecipe(resolved(scene, 23), 'systemd-resolved'));
describe('networkmanager', () => testsOfRecipe(networkManager(scene, 24), 'networkmanager'));
describe('resolv-conf', () => {
  const kind = glibc(scene, 25);
  const backup = '/etc/resolv.conf.before-kube-doh';
  testsOfRecipe({ ...kind, unstable: [backup] }, 'resolv-conf', '127.0.0.1:53', ['--upstream', oldResolver]);
});

test('curl asks the edge by itself', async () => {
  const { host: options } = glibc(scene, 26);
  const host = await Host.start(scene.room, options);
  await login(host, scene);
  const path = '/root/edge.curlrc';
  host.write(path, await kubeDoh(host, 'config', '--for', 'curl'));
  for (const { name, addresses } of clusterNames(scene.edge).filter(({ addresses }) => addresses !== 'not found')) {
    const reached = await host.run(['curl', '-sS', '--config', path, `http://${name}:${pagePort}/`]);
    expect(addresses).toContain(reached);
  }
  await host.close();
});
