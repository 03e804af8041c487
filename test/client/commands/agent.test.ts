/** `kube-doh agent` between an embedded cluster and a server that stands for the edge. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { run } from '../../../client/commands/agent.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../demo/cluster/embedded-cluster.ts';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { serviceManifest } from '../../demo/cluster/client.ts';
import { kubeDoh, RunningKubeDoh } from '../kube-doh.ts';
import { StandInEdge } from './agent/stand-in-edge.ts';

vi.setConfig({ testTimeout: 30_000 });

const key = SigningKey.generate();
let folder: string;
let keyPath: string;
let cluster: EmbeddedCluster;
let kubeconfig: string;
let edge: StandInEdge;
let edgeUrl: string;
let agent: RunningKubeDoh | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
  keyPath = join(folder, 'agent.pem');
  writeFileSync(keyPath, key.toPem(), { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  cluster = await startEmbeddedCluster({ manifests: [], readyDelayMilliseconds: 0 });
  kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.kubeconfig);
  edge = await StandInEdge.start(key.publicKey);
  edgeUrl = edge.url;
});
afterEach(async () => {
  agent?.signal('SIGKILL');
  agent = undefined;
  edge.stop();
  await cluster.stop();
});

test('it publishes the cluster and its changes, logs a line for each event, and ends with SIGTERM', async () => {
  agent = new RunningKubeDoh(
    'agent',
    '--edge',
    edgeUrl,
    '--key',
    keyPath,
    '--kubeconfig',
    kubeconfig,
    '--cluster',
    'prod',
    '--publish-interval',
    '1',
  );
  await expect.poll(() => agent?.lines.at(-1), { timeout: 20_000 }).toBe('ready: every watch is open');
  cluster.store.create(serviceManifest('web', 'default', { ports: [{ port: 80 }] }));
  await expect.poll(() => agent?.lines.length, { timeout: 20_000 }).toBe(5);
  agent.signal('SIGTERM');
  expect(await agent.exited).toEqual({ code: 0, signal: null });

  expect(edge.published.map(({ manifest }) => [manifest.cluster, manifest.serial])).toEqual([
    ['prod', 1],
    ['prod', 2],
  ]);
  expect(edge.published.map(({ text }) => text.includes('web.default.svc 30 IN A '))).toEqual([false, true]);
  const version = (serial: number) => `epoch ${edge.published[0]!.manifest.epoch}, serial ${serial}`;
  expect(agent.lines).toEqual([
    `publishing cluster prod to ${edgeUrl}, signed with the key whose public half is ${key.publicKey}`,
    // The embedded cluster has no access reviews.
    expect.stringMatching(/^WARN it is not known which permissions the agent has/),
    expect.stringMatching(`^published ${version(1)}: \\d+ octets, \\d+ compressed$`),
    'ready: every watch is open',
    expect.stringMatching(`^published ${version(2)}: \\d+ octets, \\d+ compressed$`),
    'ending: SIGTERM came',
    'ended',
  ]);
  for (const line of agent.stderr.trimEnd().split('\n')) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z /);
});

test('with what is published it tells how many objects have problems', async () => {
  const malformed = { type: 'ExternalName', externalName: 'a..b' };
  for (const name of ['a', 'b']) cluster.store.create(serviceManifest(name, 'default', malformed));
  agent = new RunningKubeDoh('agent', '--edge', edgeUrl, '--key', keyPath, '--kubeconfig', kubeconfig);
  await expect.poll(() => agent?.lines.at(-1), { timeout: 20_000 }).toBe('ready: every watch is open');
  expect(agent.lines).toContainEqual(expect.stringMatching(/^published .* compressed, 2 objects with problems$/));
  expect(agent.lines).toContain('WARN 2 objects have problems: 2 Services');
});

test('with a Role in one namespace it publishes that one, and logs what looks like a mistake', async () => {
  cluster.faults.roleNamespaces = ['default'];
  cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  cluster.store.create(serviceManifest('web', 'shop', { ports: [{ port: 80 }] }));
  const args = ['--edge', edgeUrl, '--key', keyPath, '--kubeconfig', kubeconfig, '--namespaces', 'default'];
  agent = new RunningKubeDoh('agent', ...args, '--zone', 'k8s');
  await expect.poll(() => agent?.lines.at(-1), { timeout: 20_000 }).toBe('ready: every watch is open');
  expect(agent.lines).toContainEqual(expect.stringMatching(/^WARN --zone "k8s" is a top-level domain: /));
  expect(edge.published[0]?.text).toContain('kubernetes.default.svc 30 IN A ');
  expect(edge.published[0]?.text).not.toContain('shop');
});

test('a key that others can read is told', async () => {
  const open = join(folder, 'open.pem');
  writeFileSync(open, key.toPem());
  chmodSync(open, 0o644);
  agent = new RunningKubeDoh('agent', '--edge', edgeUrl, '--key', open, '--kubeconfig', kubeconfig);
  await expect.poll(() => agent?.lines.at(-1), { timeout: 20_000 }).toBe('ready: every watch is open');
  expect(agent.lines).toContain(
    `WARN others on this machine can read the signing key ${open}: take that from them, as by "chmod 600"`,
  );
});

test('while the edge is down it goes on, and ends with SIGINT', async () => {
  edge.stop();
  agent = new RunningKubeDoh('agent', '--edge', edgeUrl, '--key', keyPath, '--kubeconfig', kubeconfig);
  await expect
    .poll(() => agent?.lines.at(-1), { timeout: 20_000 })
    .toMatch(/^WARN publishing failed: cannot reach the edge at .*; it is tried again /);
  agent.signal('SIGINT');
  expect(await agent.exited).toEqual({ code: 0, signal: null });
});

test('a permission that is missing ends it with the line that names it', () => {
  for (const verb of ['list', 'watch'] as const) cluster.faults.forbid('services', verb);
  agent = new RunningKubeDoh('agent', '--edge', edgeUrl, '--key', keyPath, '--kubeconfig', kubeconfig);
  return expect(agent.exited.then(({ code }) => [code, agent?.lines.at(-1)])).resolves.toEqual([
    1,
    expect.stringMatching(/^kube-doh: user "kubernetes-admin" may not (?:list|watch) services \(API group ""\)/),
  ]);
});

describe('it does not start', () => {
  test.for([
    ['outside of a cluster', () => [], /^kube-doh: this is not a pod of a cluster .*\n$/],
    [
      'without its kubeconfig',
      () => ['--kubeconfig', join(folder, 'absent')],
      /^kube-doh: there is no kubeconfig at .*\n$/,
    ],
    [
      'without its key and its kubeconfig, which is told at once',
      () => ['--key', join(folder, 'absent'), '--kubeconfig', join(folder, 'absent')],
      /^kube-doh: there is no signing key at .*; there is no kubeconfig at .*\n$/,
    ],
    ['without its key', () => ['--key', join(folder, 'absent')], /^kube-doh: there is no signing key at .*\n$/],
  ] as const)('%s', ([, args, line]) => {
    const { code, stderr } = kubeDoh('agent', '--edge', edgeUrl, '--key', keyPath, ...args());
    expect(code).toBe(1);
    expect(stderr).toMatch(line);
  });

  const noUrl = 'is not an https URL without a path, such as https://dns.example.com';
  const noKey = '--key is missing: pass the path of the private key; "kube-doh key new FILE" makes one';
  test.for([
    [['--key', 'k'], '--edge is missing: pass the URL of the edge'],
    [['--edge', 'https://dns.example.com'], noKey],
    [['--edge', 'https://dns.example.com', '--key', ''], noKey],
    [['--edge', 'dns.example.com', '--key', 'k'], `--edge "dns.example.com" ${noUrl}`],
    [['--edge', 'http://dns.example.com', '--key', 'k'], `--edge "http://dns.example.com" ${noUrl}`],
    [['--edge', 'https://dns.example.com/v1', '--key', 'k'], `--edge "https://dns.example.com/v1" ${noUrl}`],
    ...[
      'https://me:secret@dns.example.com',
      'https://dns.example.com/?token=secret',
      'me:secret@dns',
      'https://a#secret',
    ].map(
      (url) =>
        [
          ['--edge', url, '--key', 'k'],
          '--edge has more than a host: pass a URL such as https://dns.example.com',
        ] as const,
    ),
    [
      ['--edge', 'x', '--key', 'k', '--cluster', 'X'],
      `--edge "x" ${noUrl}; --cluster "X" is not 1 to 32 of a-z, 0-9 and "-"`,
    ],
  ] as const)('with a wrong command line: %j', ([args, line]) => {
    return expect(run(args)).rejects.toMatchObject({ code: 'USAGE', message: line });
  });

  test('where an option is missing, a variable that looks misspelt is told with it', async () => {
    vi.stubEnv('KUBE_DOH_EGDE', 'https://dns.example.com');
    const message = '--edge is missing: pass the URL of the edge; KUBE_DOH_EGDE is no option and not read';
    await expect(run(['--key', 'k'])).rejects.toMatchObject({ code: 'USAGE', message });
    vi.unstubAllEnvs();
  });
});
