/** The script that is uploaded, in Cloudflare's own simulation of the platform, with the bindings that wrangler.toml gives it. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Miniflare, NoOpLog } from 'miniflare';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EnvironmentConfiguration, production, readConfigurations } from '../../../deploy/worker/configuration.ts';
import { scriptPath, writeScript } from '../../../deploy/worker/script.ts';
import { parseClusterId } from '../../../zone/cluster-id.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { kvKeys } from '../../../zone/keys.ts';
import { defaultCluster, Publishing } from '../../conformance/targets/publishing.ts';
import { snapshot } from '../../conformance/zone.ts';

const worker = 'kube-doh';
const administratorKey = randomBytes(32).toString('hex');
const secrets = {
  ADMIN_KEY_SHA256: createHash('sha256').update(administratorKey).digest('hex'),
  TOKEN_KEY: randomBytes(32).toString('hex'),
};
const configuration = (await readConfigurations(undefined)).get(production)!;

/** What `getKVNamespace` gives; its type has the methods of another class. */
interface StoredValues {
  get(key: string, type: 'arrayBuffer'): Promise<ArrayBuffer | null>;
}

let miniflare: Miniflare;
let url: URL;
let token: string;

beforeAll(async () => {
  await writeScript();
  const contents = readFileSync(scriptPath, 'utf8');
  miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    logRequests: false,
    log: new NoOpLog(),
    handleStructuredLogs: () => {},
    workers: [
      {
        config: {
          name: worker,
          compatibilityDate: configuration.compatibility_date!,
          manifest: {
            mainModule: 'worker.mjs',
            modulesRoot: '/',
            modules: { 'worker.mjs': { type: 'esm', contents } },
          },
          ...deployedWith(configuration),
        },
        dev: { rootPath: '/' },
      },
    ],
  });
  url = await miniflare.ready;
});
afterAll(() => miniflare?.dispose());

test('it answers nobody without a credential', async () => {
  expect(await statusOf('/healthz')).toBe(200);
  expect(await statusOf('/resolve?name=api.shop.svc.cluster.local')).toBe(401);
});

test('what is registered and signed is kept in KV, and its names resolve', async () => {
  const publishing = new Publishing({ url, administratorKey });
  await publishing.publishDefault();
  const store = (await miniflare.getKVNamespace('STORE')) as unknown as StoredValues;
  const stored = await store.get(kvKeys.snapshot(parseClusterId(defaultCluster)!), 'arrayBuffer');
  expect(gunzipSync(stored!)).toEqual(Buffer.from(encodeSnapshot(snapshot)));

  token = await publishing.createToken({ clusters: [defaultCluster] });
  const answer = await fetch(new URL(`/t/${token}/resolve?name=api.shop.svc.cluster.local`, url));
  expect(await answer.json()).toMatchObject({ Status: 0, Answer: [{ type: 1, data: '10.96.0.20' }] });
});

test('who asks in vain too often is told to wait, and nobody else', async () => {
  const statuses = new Set<number>();
  // The limit holds for 10 seconds; so many requests in vain pass in no two such spans.
  for (let i = 0; i <= 200 && !statuses.has(429); i += 1) statuses.add(await statusOf('/resolve?name=a.'));
  expect([...statuses]).toEqual([401, 429]);
  expect(await statusOf(`/t/${token}/resolve?name=api.shop.svc.cluster.local`)).toBe(200);
});

async function statusOf(path: string): Promise<number> {
  const response = await fetch(new URL(path, url));
  await response.arrayBuffer();
  return response.status;
}

/** What wrangler makes of the file: variables, secrets and bindings, and the classes of Durable Objects. */
function deployedWith(from: EnvironmentConfiguration) {
  const classes = from.durable_objects!.bindings.map(({ name, class_name: exportName = name }) => ({
    name,
    exportName,
  }));
  const texts = Object.entries({ ...from.vars, ...secrets });
  return {
    env: {
      ...Object.fromEntries(texts.map(([name, value]) => [name, { type: 'text', value: String(value) } as const])),
      ...named(from.kv_namespaces!, ({ binding, id = binding }) => [binding, { type: 'kv', id }]),
      ...named(classes, ({ name, exportName }) => [name, { type: 'durable-object', worker, exportName }]),
      ...named(from.ratelimits!, ({ name, namespace_id: namespace, simple }) => [
        name,
        { type: 'rate-limit', namespace, simple: simple as { limit: number; period: 10 | 60 } },
      ]),
      ...named(from.analytics_engine_datasets!, ({ binding, dataset: name = binding }) => [
        binding,
        { type: 'analytics-engine-dataset', name },
      ]),
    },
    exports: named(classes, ({ exportName }) => [exportName, { type: 'durable-object', storage: 'sqlite' }]),
  };
}

function named<Item, const Named>(items: readonly Item[], nameOf: (item: Item) => readonly [string, Named]) {
  return Object.fromEntries(items.map(nameOf));
}
