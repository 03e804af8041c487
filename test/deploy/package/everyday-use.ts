/** What everybody does with the installed package, on one Node: asked of each that the package is said to run on. */
import { spawn } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  type InstalledPackage,
  installPackage,
  type PackedPackage,
  packPackage,
  removeFolder,
  sizeOf,
  temporaryFolder,
} from './installed-package.ts';
import { startWholeSystem, type WholeSystem } from './whole-system.ts';

/** The stub's own packages, and nothing of the edge or of the tests. */
const mostOctets = 40_000_000;

/** `nodePath` is asked when the tests run. */
export function testEverydayUse(version: string, nodePath: () => Promise<string> | string): void {
  describe(`from the tarball, on Node ${version}`, () => {
    const folder = temporaryFolder();
    let packed: PackedPackage;
    let installed: InstalledPackage;
    let system: WholeSystem;
    let node: string;

    beforeAll(async () => {
      [packed, node] = await Promise.all([packPackage(folder), nodePath()]);
      [installed, system] = await Promise.all([installPackage(packed, node), startWholeSystem(folder)]);
    }, 120_000);
    afterAll(async () => {
      await system?.stop();
      removeFolder(folder);
    });

    test('it tells how to use it, and which version it is', async () => {
      const help = await installed.npx(['--help']);
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toContain('kube-doh COMMAND [OPTIONS]');
      expect(await installed.npx(['--version'])).toEqual({
        code: 0,
        stdout: `kube-doh ${packed.version}\n`,
        stderr: '',
      });
    });

    test('the agent tells what it would publish, publishes it, and the edge is asked', async () => {
      const first = await installed.npx(['agent', '--once', '--dry-run', ...system.agentFlags]);
      expect(first).toMatchObject({ code: 0 });
      expect(first.stdout).toMatch(/^\+ redis-0\.redis-headless\.cache\.svc\.cluster\.local\. 30 IN A 10\./m);
      expect(await installed.npx(['agent', '--once', ...system.agentFlags])).toMatchObject({ code: 0, stdout: '' });
      const name = 'redis-0.redis-headless.cache';
      // The edge may still remember that it looked, and that there was nothing.
      const found = await installed.npx(['wait', name, '--timeout', '30s'], system.clientEnvironment);
      expect(found.code, found.stderr).toBe(0);
      const answer = await installed.npx(['resolve', name], system.clientEnvironment);
      expect(answer.code, answer.stderr).toBe(0);
      expect(answer.stdout).toMatch(/^redis-0\.redis-headless\.cache\.svc\.cluster\.local\.\s+30\s+IN\s+A\s+10\./);
      const second = await installed.npx(['agent', '--once', '--dry-run', ...system.agentFlags]);
      expect(second).toMatchObject({ code: 0, stdout: '' });
    });

    test('the stub answers programs that ask it, and ends when it is told to', async () => {
      const ready = join(folder, 'stub.json');
      const command = join(installed.folder, 'node_modules/.bin/kube-doh');
      const env = { ...system.clientEnvironment, HOME: installed.folder };
      const args = [command, 'dns', '--listen', '127.0.0.1:0', '--ready-file', ready];
      const stub = spawn(node, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
      const [exited, said] = [once(stub, 'exit'), readText(stub.stderr)];
      onTestFinished(() => void stub.kill('SIGKILL'));
      await expect.poll(() => existsSync(ready), { timeout: 20_000 }).toBe(true);
      const resolver = new Resolver();
      resolver.setServers(JSON.parse(readFileSync(ready, 'utf8')).listen);
      expect(await resolver.resolve4('redis-0.redis-headless.cache.svc.cluster.local')).toHaveLength(1);
      stub.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
      // Each line has a time: what V8 says of flags that it does not know has none.
      expect((await said).split('\n').filter((line) => !/^(\d{4}-\S+Z .*)?$/.test(line))).toEqual([]);
    });

    test('it takes at most 40 MB', () => {
      const octets = sizeOf(installed.folder);
      expect(octets).toBeGreaterThan(1_000_000);
      expect(octets).toBeLessThan(mostOctets);
    });
  });
}
