/** Commands that ask the edge of `npm start`: the real Worker, with the embedded cluster behind it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { ReadyFile } from '../../../demo/ready-file.ts';
import { DemoProcess } from '../../demo/demo-process.ts';
import type { Ran } from '../kube-doh.ts';

const main = fileURLToPath(new URL('../../../client/start.mjs', import.meta.url));

/** Runs a command to its end; the test's own server may answer it. */
export async function runCommand(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<Ran> {
  const child = spawnCommand(args, variables);
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  return { code: await exited, stdout, stderr };
}

export function spawnCommand(args: readonly string[], variables: Readonly<Record<string, string>>): ChildProcess {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  // Nobody's own logins.
  const env = { ...environment, KUBE_DOH_PROFILES: '/nonexistent/profiles.json', ...variables };
  return spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** An edge with the zones cluster.local and prod.k8s.example.com, and TTLs of 5 seconds. */
export class EdgeOfDemo {
  readonly #demo = new DemoProcess(['--alias', 'prod.k8s.example.com', '--ttl', '5']);
  #ready: ReadyFile | undefined;

  async ready(): Promise<this> {
    this.#ready = await this.#demo.ready();
    return this;
  }

  /** What a CI job has in its environment. */
  get variables(): Readonly<Record<string, string>> {
    const { url, token, ca } = this.#ready!;
    return { KUBE_DOH_URL: `${url}/dns-query`, KUBE_DOH_TOKEN: token!, KUBE_DOH_AUTHORITY: ca! };
  }

  run(...args: readonly string[]): Promise<Ran> {
    return runCommand(args, this.variables);
  }

  /** The one address of a name. */
  async address(name: string): Promise<string> {
    const { stdout } = await this.run('resolve', name, '--short');
    return stdout.trim();
  }

  /** Below the API server of the cluster. */
  api(path: string): string {
    const url = / -X DELETE (\S+)$/.exec(this.#demo.commands('curl').at(-1)!)![1]!;
    return new URL(path, url).href;
  }

  remove(): Promise<void> {
    return this.#demo.remove();
  }
}
