/**
 * What the tree must look like: who may import whom, and who may use which package. The compiler keeps the top-level folders
 * apart (tsconfig.json); this keeps the order inside them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['zone', 'sync-agent', 'worker', 'edge', 'client', 'demo', 'deploy'];

interface Layer {
  /** Path prefix of the files it holds; the longest that fits counts. */
  readonly at: string;
  /** Prefixes of what they may import beside their own layer. */
  readonly imports: readonly string[];
}

/** Data flows down this list. A file that fits no line fails the test, so a new folder has to find its place. */
const layers: readonly Layer[] = [
  { at: 'zone/', imports: [] },
  { at: 'zone/image/', imports: ['zone/'] },
  { at: 'zone/dump.ts', imports: ['zone/'] },
  { at: 'zone/supplement/', imports: ['zone/'] },
  { at: 'zone/remarks/', imports: ['zone/'] },
  { at: 'zone/endpoints/', imports: ['zone/'] },

  { at: 'sync-agent/cluster.ts', imports: ['zone/'] },
  { at: 'sync-agent/facts.ts', imports: ['sync-agent/cluster.ts', 'zone/'] },
  { at: 'sync-agent/log.ts', imports: [] },
  { at: 'sync-agent/agent-events.ts', imports: ['zone/'] },
  { at: 'sync-agent/agent-status.ts', imports: [] },
  {
    at: 'sync-agent/kube/',
    imports: [
      'sync-agent/agent-events.ts',
      'sync-agent/agent-status.ts',
      'sync-agent/cluster.ts',
      'sync-agent/facts.ts',
      'sync-agent/log.ts',
      'zone/',
    ],
  },
  { at: 'sync-agent/records/', imports: ['sync-agent/cluster.ts', 'zone/'] },
  {
    at: 'sync-agent/supplements/source.ts',
    imports: ['sync-agent/facts.ts', 'sync-agent/kube/observed-cluster.ts', 'sync-agent/records/options.ts', 'zone/'],
  },
  {
    at: 'sync-agent/supplements/',
    imports: [
      'sync-agent/guard/',
      'sync-agent/kube/clock.ts',
      'sync-agent/log.ts',
      'sync-agent/publish/',
      'sync-agent/records/options.ts',
      'sync-agent/supplements/source.ts',
      'zone/',
    ],
  },
  {
    at: 'sync-agent/remarks/',
    imports: [
      'sync-agent/cluster.ts',
      'sync-agent/facts.ts',
      'sync-agent/kube/observed-cluster.ts',
      'sync-agent/records/',
      'sync-agent/supplements/source.ts',
      'zone/',
    ],
  },
  {
    at: 'sync-agent/endpoints/',
    imports: [
      'sync-agent/cluster.ts',
      'sync-agent/facts.ts',
      'sync-agent/records/',
      'sync-agent/supplements/source.ts',
      'zone/',
    ],
  },
  {
    at: 'sync-agent/snapshot/',
    imports: ['sync-agent/cluster.ts', 'sync-agent/records/', 'sync-agent/kube/', 'zone/'],
  },
  {
    at: 'sync-agent/publish/',
    imports: [
      'sync-agent/agent-events.ts',
      'sync-agent/kube/backoff.ts',
      'sync-agent/kube/clock.ts',
      'sync-agent/log.ts',
      'sync-agent/text-file.ts',
      'zone/',
    ],
  },
  {
    at: 'sync-agent/guard/',
    imports: [
      'sync-agent/agent-events.ts',
      'sync-agent/agent-status.ts',
      'sync-agent/kube/clock.ts',
      'sync-agent/log.ts',
      'sync-agent/snapshot/published-zone.ts',
      'sync-agent/stored-at-edge.ts',
      'zone/',
    ],
  },
  { at: 'sync-agent/leader/', imports: ['sync-agent/agent-events.ts', 'sync-agent/kube/', 'sync-agent/log.ts'] },
  {
    at: 'sync-agent/events/',
    imports: ['sync-agent/agent-events.ts', 'sync-agent/cluster.ts', 'sync-agent/kube/', 'sync-agent/log.ts'],
  },
  { at: 'sync-agent/preflight/', imports: ['sync-agent/kube/', 'sync-agent/log.ts'] },
  { at: 'sync-agent/text-file.ts', imports: [] },
  { at: 'sync-agent/configuration/', imports: ['sync-agent/text-file.ts', 'sync-agent/usage.ts'] },
  {
    at: 'sync-agent/operations/',
    imports: [
      'sync-agent/agent-events.ts',
      'sync-agent/agent-status.ts',
      'sync-agent/configuration/listen.ts',
      'sync-agent/kube/clock.ts',
      'sync-agent/log.ts',
      'sync-agent/problem-log.ts',
    ],
  },
  { at: 'sync-agent/', imports: ['sync-agent/', 'zone/'] },

  { at: 'worker/message/', imports: ['worker/octets/', 'zone/'] },
  { at: 'worker/json/', imports: ['worker/message/', 'zone/'] },
  { at: 'worker/outside/policy.ts', imports: ['zone/'] },
  {
    at: 'worker/outside/',
    imports: [
      'worker/environment.ts',
      'worker/message/',
      'worker/octets/',
      'worker/outside/policy.ts',
      'worker/trouble-log.ts',
      'zone/',
    ],
  },
  { at: 'worker/answers/', imports: ['worker/message/', 'worker/outside/', 'worker/snapshots/', 'zone/'] },
  {
    at: 'worker/access/',
    imports: ['worker/environment.ts', 'worker/octets/', 'worker/seldom-log.ts', 'worker/trouble-log.ts', 'zone/'],
  },
  { at: 'worker/clusters/zone-claims.ts', imports: ['zone/'] },
  { at: 'worker/clusters/public-key.ts', imports: ['worker/octets/'] },
  {
    at: 'worker/clusters/registration.ts',
    imports: ['worker/clusters/public-key.ts', 'worker/clusters/zone-claims.ts', 'zone/'],
  },
  { at: 'worker/objects.ts', imports: ['worker/clusters/registration.ts', 'worker/clusters/zone-claims.ts', 'zone/'] },
  { at: 'worker/environment.ts', imports: ['worker/objects.ts', 'worker/outside/policy.ts', 'zone/'] },
  { at: 'worker/patient-put.ts', imports: ['worker/environment.ts', 'worker/objects.ts'] },
  { at: 'worker/turns.ts', imports: [] },
  { at: 'worker/time-limit.ts', imports: ['worker/environment.ts'] },
  { at: 'worker/seldom-log.ts', imports: ['worker/environment.ts'] },
  { at: 'worker/trouble-log.ts', imports: ['worker/environment.ts', 'worker/seldom-log.ts'] },
  {
    at: 'worker/clusters/',
    imports: [
      'worker/clusters/',
      'worker/environment.ts',
      'worker/objects.ts',
      'worker/octets/',
      'worker/patient-put.ts',
      'worker/time-limit.ts',
      'worker/turns.ts',
      'zone/',
    ],
  },
  {
    at: 'worker/snapshots/',
    imports: [
      'worker/clusters/',
      'worker/environment.ts',
      'worker/objects.ts',
      'worker/octets/',
      'worker/patient-put.ts',
      'worker/turns.ts',
      'zone/',
    ],
  },
  {
    at: 'worker/supplements/',
    imports: [
      'worker/clusters/',
      'worker/environment.ts',
      'worker/objects.ts',
      'worker/octets/',
      'worker/snapshots/',
      'zone/',
    ],
  },
  { at: 'worker/remarks/', imports: ['worker/supplements/', 'zone/'] },
  {
    at: 'worker/endpoints/',
    imports: ['worker/answers/scope.ts', 'worker/octets/', 'worker/snapshots/', 'worker/supplements/', 'zone/'],
  },
  {
    at: 'worker/metrics.ts',
    imports: ['worker/environment.ts', 'worker/message/rcode.ts', 'worker/trouble-log.ts', 'zone/'],
  },
  // Pure.
  {
    at: 'worker/why/',
    imports: [
      'worker/answers/',
      'worker/clusters/registration.ts',
      'worker/message/',
      'worker/outside/',
      'worker/snapshots/served.ts',
      'zone/',
    ],
  },
  { at: 'worker/', imports: ['worker/', 'zone/'] },

  // Runs in workerd.
  { at: 'edge/bindings/', imports: [] },
  { at: 'edge/front/', imports: [] },
  { at: 'edge/private-folder.ts', imports: [] },
  { at: 'edge/program/', imports: [] },
  { at: 'edge/store/', imports: [] },
  { at: 'edge/meter/', imports: ['edge/front/listen-error.ts', 'edge/store/kv-server.ts'] },
  { at: 'edge/workerd/', imports: ['edge/program/program.ts'] },
  { at: 'edge/run/', imports: ['edge/private-folder.ts', 'edge/workerd/configuration.ts'] },
  { at: 'edge/', imports: ['edge/'] },

  { at: 'client/profiles/profile.ts', imports: ['zone/'] },
  { at: 'client/profiles/', imports: ['client/', 'sync-agent/text-file.ts', 'sync-agent/usage.ts', 'zone/'] },
  { at: 'client/doh/', imports: ['client/edge-url.ts', 'client/profiles/profile.ts', 'zone/'] },
  // A pure machine: what it asks, and the time, are handed in.
  { at: 'client/stub/', imports: ['worker/message/', 'worker/octets/small-octets.ts', 'zone/'] },
  {
    at: 'client/do53/',
    imports: [
      'client/dns-server/tcp-frames.ts',
      'client/loopback.ts',
      'client/stub/',
      'sync-agent/text-file.ts',
      'sync-agent/usage.ts',
      'worker/message/',
      'zone/',
    ],
  },
  { at: 'client/dns-server/', imports: ['client/stub/', 'zone/'] },
  {
    at: 'client/wiring/',
    imports: ['client/loopback.ts', 'client/profiles/profile.ts', 'sync-agent/usage.ts', 'zone/'],
  },
  { at: 'client/recipes/', imports: ['client/loopback.ts', 'client/profiles/profile.ts', 'zone/'] },
  {
    at: 'client/export/',
    imports: [
      'client/doh/',
      'client/profiles/profile.ts',
      'sync-agent/usage.ts',
      'worker/json/',
      'worker/message/',
      'zone/',
    ],
  },
  // What is found out is handed in; what it means is pure.
  { at: 'client/why/kube/', imports: ['client/why/report.ts', 'sync-agent/kube/', 'zone/'] },
  {
    at: 'client/why/machine/',
    imports: ['client/do53/hosts-file.ts', 'client/why/report.ts', 'client/wiring/', 'zone/'],
  },
  {
    at: 'client/why/',
    imports: ['client/doh/', 'client/export/', 'client/profiles/', 'client/why/kube/', 'zone/'],
  },
  { at: 'client/commands/worker.ts', imports: ['edge/program/program.ts', 'sync-agent/usage.ts'] },
  {
    at: 'client/commands/edge',
    imports: ['client/', 'edge/', 'sync-agent/', 'worker/outside/policy.ts', 'zone/'],
  },
  { at: 'client/', imports: ['client/', 'sync-agent/', 'zone/'] },
  { at: 'demo/', imports: ['demo/', 'client/', 'edge/', 'sync-agent/', 'zone/'] },
  { at: 'demo/cluster/', imports: [] },

  { at: 'deploy/source-package.ts', imports: [] },
  { at: 'deploy/chart-readme/', imports: [] },
  { at: 'deploy/manifests/', imports: [] },
  { at: 'deploy/release/', imports: ['deploy/source-package.ts'] },
  { at: 'deploy/bundle/', imports: ['deploy/source-package.ts', 'edge/program/'] },
  { at: 'deploy/package/', imports: ['deploy/bundle/', 'deploy/source-package.ts'] },
  { at: 'deploy/worker/', imports: ['edge/program/bundle.ts', 'sync-agent/usage.ts'] },
  { at: 'deploy/cost/', imports: ['sync-agent/usage.ts'] },
];

/** Who may import which package. `node:` modules are for what runs in Node. */
const packages: Readonly<Record<string, readonly string[]>> = {
  zone: [],
  worker: ['cloudflare:workers', 'hono/router/pattern-router', 'node:zlib'],
  'sync-agent': ['@kubernetes/client-node', 'node:', 'prom-client', 'yaml'],
  client: ['dns-packet', 'node:'],
  demo: ['@peculiar/x509', 'dns-packet', 'node:', 'reflect-metadata', 'yaml'],
  edge: ['@swc/core', 'esbuild', 'node:'],
  deploy: ['esbuild', 'node:', 'wrangler', 'yaml'],
};

/** Packages that these files alone may know, by prefixes of their paths. */
const fewFiles: Readonly<Record<string, readonly string[]>> = {
  '@kubernetes/client-node': ['sync-agent/kube/configuration.ts'],
  '@peculiar/x509': ['demo/edge/certificate.ts'],
  '@swc/core': ['edge/program/bundle.ts'],
  'cloudflare:workers': ['worker/durable-objects.ts'],
  esbuild: ['edge/program/bundle.ts', 'deploy/bundle/'],
  'prom-client': ['sync-agent/operations/instruments.ts'],
  wrangler: ['deploy/worker/configuration.ts'],
};

const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map((path) => normalize(join(folder, path))),
);

function source(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function importsOf(file: string): string[] {
  const statements = source(file).matchAll(/^(?:import|export)\s(?:[^'";]*?\sfrom\s)?'([^']+)'/gm);
  const calls = source(file).matchAll(/\bimport\(\s*'([^']+)'/g);
  return [...statements, ...calls].map((match) => match[1]!);
}

function layerOf(file: string): Layer | undefined {
  return layers.filter(({ at }) => file.startsWith(at)).sort((a, b) => b.at.length - a.at.length)[0];
}

test('there is something to look at', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(importsOf('worker/routes.ts')).toContain('hono/router/pattern-router');
  expect(importsOf('client/main.ts')).toContain('./commands/agent.ts');
});

describe.each(files)('%s', (file) => {
  test('imports only what its layer may', () => {
    const layer = layerOf(file);
    expect(layer, 'no layer is declared for this file').toBeDefined();
    const inner = importsOf(file).filter((path) => path.startsWith('.'));
    const wrong = inner
      .map((path) => normalize(join(dirname(file), path)))
      .filter((target) => layerOf(target) !== layer && !layer!.imports.some((prefix) => target.startsWith(prefix)));
    expect(wrong).toEqual([]);
  });

  test('imports only packages that its folder may', () => {
    const allowed = packages[file.split('/')[0]!]!;
    const outer = importsOf(file).filter((path) => !path.startsWith('.'));
    const isAllowed = (name: string) =>
      allowed.some((entry) => name === entry || (entry === 'node:' && name.startsWith(entry)));
    expect(outer.filter((name) => !isAllowed(name))).toEqual([]);
    expect(outer.filter((name) => fewFiles[name]?.some((prefix) => file.startsWith(prefix)) === false)).toEqual([]);
  });

  test('says first what it promises, and is no longer than 400 lines', () => {
    expect(source(file).replace(/^#!.*\n/, '')).toMatch(/^\/\*\*/);
    expect(source(file).split('\n').length).toBeLessThanOrEqual(400);
  });
});
