/** What the process that serves was started with, and what it has loaded: memory that it takes and never gives back. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeEach, expect, onTestFinished, test } from 'vitest';

const start = fileURLToPath(new URL('../../../../client/start.mjs', import.meta.url));
const connection = ['--doh', 'https://127.0.0.1:9/dns-query', '--zone', 'cluster.local'];
const parserOfTypeScript = 'NativeModule internal/deps/amaro/dist/index';
const fetchOfNode = 'NativeModule internal/deps/undici/undici';

interface Told {
  readonly processId: number;
  readonly flags: readonly string[];
  /** Of Node's own. */
  readonly builtins: readonly string[];
}

let folder: string;
let told: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  told = join(folder, 'told.json');
  writeFileSync(
    join(folder, 'tell.mjs'),
    `import { writeFileSync } from 'node:fs';
    process.on('exit', () => {
      const told = { processId: process.pid, flags: process.execArgv, builtins: process.moduleLoadList };
      writeFileSync(${JSON.stringify(told)}, JSON.stringify(told));
    });`,
  );
});

/** As for the first time, with nothing compiled. */
function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const tell = pathToFileURL(join(folder, 'tell.mjs')).href;
  return { ...process.env, NODE_OPTIONS: `--import ${tell}`, NODE_COMPILE_CACHE: join(folder, 'compiled'), ...more };
}

/** Serves, and ends when it is told to. */
async function serve(
  nodeFlags: readonly string[],
  more?: NodeJS.ProcessEnv,
): Promise<Told & { readonly child: ChildProcess }> {
  const ready = join(folder, 'ready.json');
  const args = ['dns', '--listen', '127.0.0.1:0', ...connection, '--ready-file', ready];
  const child = spawn(process.execPath, [...nodeFlags, start, ...args], { env: environment(more), stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  await expect.poll(() => existsSync(ready), { timeout: 20_000 }).toBe(true);
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  return { ...whatItTold(), child };
}

function whatItTold(): Told {
  return JSON.parse(readFileSync(told, 'utf8'));
}

test.skipIf(process.platform === 'win32')(
  'it has compiled nothing itself, and loaded neither the parser of TypeScript nor fetch, even the first time',
  async () => {
    const { builtins } = await serve([]);
    expect(builtins).toContain('NativeModule http2');
    expect(builtins).not.toContain(parserOfTypeScript);
    expect(builtins).not.toContain(fetchOfNode);
  },
);

test('a command that is not started anew loads the parser the first time', () => {
  spawnSync(process.execPath, [start, 'key', '--help'], { env: environment() });
  expect(whatItTold().builtins).toContain(parserOfTypeScript);
});

test.skipIf(process.platform === 'win32')(
  'it is the process that was started, with its flags, and behind them those that suit it',
  async () => {
    const { processId, flags, child } = await serve(['--no-incremental-marking', '--use-openssl-ca']);
    expect(processId).toBe(child.pid);
    expect(flags).toEqual([
      '--no-incremental-marking',
      '--use-openssl-ca',
      '--no-concurrent-recompilation',
      '--initial-old-space-size=0',
      '--incremental-marking',
    ]);
  },
);

test('where nothing can be kept, it serves all the same', async () => {
  const { builtins } = await serve([], { NODE_DISABLE_COMPILE_CACHE: '1' });
  expect(builtins).toContain(parserOfTypeScript);
});

test('of packages it loads the one for DNS messages alone', async () => {
  const loaded = join(folder, 'loaded');
  writeFileSync(
    join(folder, 'tell.mjs'),
    `import { appendFileSync } from 'node:fs';
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) {
      appendFileSync(${JSON.stringify(loaded)}, url + '\\n');
      return next(url, context);
    } });
    process.on('exit', () => appendFileSync(${JSON.stringify(told)}, '{}'));`,
  );
  await serve([]);
  const packages = readFileSync(loaded, 'utf8').matchAll(/\/node_modules\/((?:@[^/]+\/)?[^/]+)\//g);
  expect([...new Set([...packages].map(([, name]) => name))].sort()).toEqual(['@leichtgewicht/ip-codec', 'dns-packet']);
});
