/** `npm start` as a user sees it: what it prints and writes, what it answers, how it ends. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { DohClient } from '../../client/doh/doh-client.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../demo/cluster/embedded-cluster.ts';
import type { ReadyFile } from '../../demo/ready-file.ts';
import { ConfigurationFolder } from '../sync-agent/kube/kubeconfig-file.ts';
import { exampleManifests } from './cluster/client.ts';
import { DemoProcess, running } from './demo-process.ts';
import { beginHttp1, beginHttp2 } from './edge/ask.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Resolves when nothing of the demo runs any more. */
async function ends(demo: DemoProcess, end: () => void): Promise<void> {
  const started = demo.descendants();
  expect(started.length).toBeGreaterThan(0);
  end();
  await expect.poll(() => running([demo.pid, ...started]), { interval: 10, timeout: 20_000 }).toEqual([]);
  expect(demo.leftovers()).toEqual([]);
}

describe('with the examples', () => {
  const redis = 'redis-0.redis-headless.cache.svc.cluster.local';
  let demo: DemoProcess;
  let ready: ReadyFile;
  let authorityPem: string;
  let client: DohClient;

  beforeAll(async () => {
    demo = new DemoProcess(['--alias', 'prod.k8s.example.com', '--cluster', 'prod']);
    ready = await demo.ready();
    authorityPem = readFileSync(ready.ca!, 'utf8');
    client = new DohClient({ url: new URL(ready.doh), authorityPem });
  });
  afterAll(async () => {
    client?.close();
    await demo.remove();
  });

  async function addresses(name: string): Promise<string[]> {
    const { packet } = await client.ask(name, 'A');
    return (packet.answers ?? []).map((answer) => ('data' in answer ? String(answer.data) : ''));
  }

  test('the ready file says where and how to ask', () => {
    const { url, doh, token, ca, ...others } = ready;
    expect(Object.keys(ready)).toEqual(['url', 'doh', 'token', 'cluster', 'zones', 'ca']);
    expect(others).toEqual({ cluster: 'prod', zones: ['cluster.local', 'prod.k8s.example.com'] });
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(token).toMatch(/^kd1[a-z2-7]{56}$/);
    expect(doh).toBe(`${url}/t/${token}/dns-query`);
    expect(authorityPem).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(statSync(demo.readyFile).mode & 0o777).toBe(0o600);
  });

  test('it prints the names with the addresses that they have', async () => {
    const printed = new RegExp(`^  ${redis.replaceAll('.', '\\.')} +A +(10\\.\\S+)$`, 'm').exec(demo.stdout)?.[1];
    expect(await addresses(redis)).toEqual([printed]);
    const lines = demo.stdout.split('\n').filter((line) => /^ {2}\S+\.svc\.cluster\.local /.test(line));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => !/ (A +10\.|SRV +0 )/.test(line))).toEqual([]);
    expect(demo.stderr).toBe('');
  });

  test('it answers under the alias too', async () => {
    expect(await addresses('redis-headless.cache.svc.prod.k8s.example.com')).toHaveLength(3);
  });

  test.for([
    ['HTTP/2', beginHttp2],
    ['HTTP/1.1', beginHttp1],
  ] as const)('it answers nobody without the token, over %s', async ([, begin]) => {
    const asked = { port: Number(new URL(ready.url).port), ca: authorityPem };
    const exchange = begin({ ...asked, path: '/dns-query?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB' });
    exchange.end();
    expect((await exchange.answer).status).toBe(401);
    const healthy = begin({ ...asked, path: '/healthz' });
    healthy.end();
    expect((await healthy.answer).status).toBe(200);
  });

  test.for(['dig', 'kdig', 'curl'])('the command that it prints for %s works', async (word, { skip }) => {
    if (spawnSync(word, ['--version']).error !== undefined) skip(`${word} is not installed`);
    const [command] = demo.commands(word);
    const said = execFileSync('sh', ['-c', command!], { encoding: 'utf8' });
    const [address] = await addresses(redis);
    expect(word === 'curl' ? said.trim().split(/\s+/).join('.') : said).toContain(address);
  });

  test('a pod that is deleted has its new address, and the change is printed', async () => {
    const [before] = await addresses(redis);
    const [, url] = / -X DELETE (\S+)$/.exec(demo.commands('curl').at(-1)!)!;
    expect((await fetch(url!, { method: 'DELETE' })).status).toBe(200);
    await expect
      .poll(async () => (await addresses(redis)).filter((address) => address !== before), { timeout: 20_000 })
      .toHaveLength(1);
    const [after] = await addresses(redis);
    await expect.poll(() => demo.stdout).toContain(`  + ${redis}. 30 IN A ${after}\n`);
    expect(demo.stdout).toContain(`  - ${redis}. 30 IN A ${before}\n`);
  });

  test('SIGTERM ends it, while clients are connected too', async () => {
    await ends(demo, () => process.kill(demo.pid, 'SIGTERM'));
    expect(await demo.exited).toEqual({ code: 0, signal: null });
    expect(existsSync(ready.ca!)).toBe(false);
  });
});

describe('in other ways', () => {
  let demo: DemoProcess | undefined;

  afterEach(async () => {
    await demo?.remove();
  });

  test('open and without TLS; SIGINT to its group, as Ctrl-C, ends it', async () => {
    demo = new DemoProcess(['--http', '--open']);
    const { url, doh, token, zones, ca } = await demo.ready();
    expect({ doh, token, zones, ca }).toEqual({
      doh: `${url}/dns-query`,
      token: null,
      zones: ['cluster.local'],
      ca: null,
    });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const client = new DohClient({ url: new URL(doh) });
    expect(await client.ask('mysql.default.svc.cluster.local', 'A')).toMatchObject({ rcode: 'NOERROR' });
    client.close();
    expect([demo.commands('dig'), demo.commands('kdig')]).toEqual([[], []]);
    const { pid } = demo;
    await ends(demo, () => process.kill(-pid, 'SIGINT'));
  });

  test.for<[string[], [name: string, answers: string][]]>([
    [
      ['--namespaces', 'cache,absent'],
      [
        ['redis-0.redis-headless.cache.svc.cluster.local', 'an address'],
        ['mysql.default.svc.cluster.local', 'NXDOMAIN'],
        ['absent.svc.cluster.local', 'NXDOMAIN'],
      ],
    ],
    [
      ['--namespace-labels', 'kubernetes.io/metadata.name in (cache)'],
      [
        ['redis-0.redis-headless.cache.svc.cluster.local', 'an address'],
        ['mysql.default.svc.cluster.local', 'NXDOMAIN'],
      ],
    ],
    [
      ['--labels', 'app=mysql'],
      [
        ['cache.svc.cluster.local', 'NOERROR'],
        ['redis-headless.cache.svc.cluster.local', 'NXDOMAIN'],
      ],
    ],
    [
      ['--pods', 'insecure', '--ignore-empty-service', '--ttl', '0'],
      [
        ['10-0-0-1.cache.pod.cluster.local', 'an address'],
        ['mysql.default.svc.cluster.local', 'an address'],
      ],
    ],
    [
      ['--pods', 'verified', '--endpoint-pod-names', '--clusterset-zone', 'clusterset.local'],
      [
        ['10-0-0-1.cache.pod.cluster.local', 'NXDOMAIN'],
        ['redis-0.redis-headless.cache.svc.cluster.local', 'an address'],
        ['clusterset.local', 'NOERROR'],
      ],
    ],
  ])('%j', async ([args, expected]) => {
    demo = new DemoProcess(['--http', '--open', ...args]);
    const { doh, zones } = await demo.ready();
    expect(zones).toEqual(['cluster.local']);
    const client = new DohClient({ url: new URL(doh) });
    for (const [name, answers] of expected) {
      const { rcode, packet } = await client.ask(name, 'A');
      expect([name, packet.answers?.length === 1 ? 'an address' : rcode]).toEqual([name, answers]);
    }
    client.close();
    expect(demo.stderr).toBe('');
    expect(demo.stdout).not.toMatch(/SERVFAIL|REFUSED/);
  });

  test('with a kubeconfig, by npm; SIGTERM to npm ends it', async () => {
    const cluster = await startEmbeddedCluster({ manifests: exampleManifests(), readyDelayMilliseconds: 0 });
    const folder = new ConfigurationFolder();
    try {
      await cluster.settled();
      const path = folder.kubeconfig({ server: cluster.url });
      demo = new DemoProcess(['--kubeconfig', path], 'npm');
      await demo.ready();
      expect(demo.stdout).toMatch(new RegExp(`^cluster  ${path} \\(Kubernetes v1\\.\\d+\\.`, 'm'));
      expect(demo.stdout).toMatch(/^ {2}redis-\d\.redis-headless\.cache\.svc\.cluster\.local +A +10\./m);
      expect(demo.stdout).not.toContain('Change something');
      const { pid } = demo;
      await ends(demo, () => process.kill(pid, 'SIGTERM'));
    } finally {
      await cluster.stop();
      folder.remove();
    }
  });

  test('a file of an earlier run is not taken for the new one; SIGTERM at the start ends it', async () => {
    demo = new DemoProcess([]);
    writeFileSync(demo.readyFile, 'old');
    const { readyFile } = demo;
    await expect.poll(() => existsSync(readyFile), { interval: 5, timeout: 20_000 }).toBe(false);
    process.kill(demo.pid, 'SIGTERM');
    expect(await demo.exited).toEqual({ code: 0, signal: null });
    expect([demo.leftovers(), demo.stderr, existsSync(readyFile)]).toEqual([[], '', false]);
  });
});

describe('what cannot work ends with one line', () => {
  let cluster: EmbeddedCluster;
  let folder: ConfigurationFolder;
  let demo: DemoProcess | undefined;

  beforeAll(async () => {
    cluster = await startEmbeddedCluster({ manifests: [], readyDelayMilliseconds: 0 });
    folder = new ConfigurationFolder();
  });
  afterEach(() => demo?.remove());
  afterAll(async () => {
    await cluster.stop();
    folder.remove();
  });

  async function failure(...args: string[]): Promise<{ code: number | null; line: string }> {
    demo = new DemoProcess(args);
    const { code } = await demo.exited;
    const [line, ...others] = demo.stderr.split('\n');
    expect(others).toEqual(['']);
    expect([demo.leftovers(), existsSync(demo.readyFile)]).toEqual([[], false]);
    return { code, line: line! };
  }

  test.for([
    [['--alias', 'no domain'], 'kube-doh: --alias "no domain" is not a domain name such as prod.k8s.example.com'],
    [
      ['--open', '--listen', '0.0.0.0:1'],
      'kube-doh: --open is for loopback addresses only: leave it out, or --listen on 127.0.0.1',
    ],
    [
      ['--http', '--listen', '0.0.0.0:1'],
      'kube-doh: --http is for loopback addresses only: leave it out, or --listen on 127.0.0.1',
    ],
    [
      ['--alias', 'local'],
      'kube-doh: --alias "local" is a top-level domain, of which a cluster cannot speak for all: use a name below one, such as prod.k8s.example.com',
    ],
    [
      ['--namespaces', 'a', '--namespace-labels', 'b'],
      'kube-doh: --namespaces and --namespace-labels cannot be combined: leave one out',
    ],
    [['--frob'], "kube-doh: Unknown option '--frob'; see npm start -- --help"],
  ] as const)('a wrong command line: %s', async ([args, line]) => {
    expect(await failure(...args)).toEqual({ code: 2, line });
  });

  test('a port that is taken', async () => {
    const { host } = new URL(cluster.url);
    expect(await failure('--listen', host)).toEqual({
      code: 1,
      line: `kube-doh: cannot listen on ${host}: another program listens there: stop it, or choose another with --listen HOST:PORT`,
    });
  });

  test('a ready file that cannot be written', async () => {
    const path = join('/nowhere', 'ready.json');
    const { code, line } = await failure('--ready-file', path);
    expect(code).toBe(1);
    expect(line).toMatch(
      /^kube-doh: cannot write the ready file \/nowhere\/ready\.json \(.*\): choose another with --ready-file$/,
    );
  });

  test.for([
    ['is missing', () => join(folder.path, 'absent'), /^kube-doh: there is no kubeconfig at .*absent: pass its path$/],
    ['cannot be read', () => folder.path, /^kube-doh: cannot read kubeconfig .*: pass the path of a readable file$/],
    [
      'is none',
      () => folder.write('other', 'a: [1'),
      /^kube-doh: .*other is not a kubeconfig \(.*\): pass the path of one$/,
    ],
    [
      'leads to nobody',
      () => folder.kubeconfig({ server: 'http://127.0.0.1:9' }),
      /^kube-doh: cannot reach the API server at http:\/\/127\.0\.0\.1:9 \(connection refused\): check that it runs, and the address in the kubeconfig$/,
    ],
  ] as const)('a kubeconfig that %s', async ([, pathOf, expected]) => {
    const { code, line } = await failure('--kubeconfig', pathOf());
    expect(code).toBe(1);
    expect(line).toMatch(expected);
  });

  test.for([
    // What may be watched need not be listed.
    ['to list and watch', ['list', 'watch'], 'list'],
    ['to watch', ['watch'], 'watch'],
  ] as const)('a cluster that forbids %s', async ([, verbs, verb]) => {
    for (const one of verbs) cluster.faults.forbid('endpointslices', one);
    const path = folder.kubeconfig({ server: cluster.url });
    const { code, line } = await failure('--kubeconfig', path);
    for (const one of verbs) cluster.faults.allow('endpointslices', one);
    expect(code).toBe(1);
    expect(line).toBe(
      `kube-doh: user "kubernetes-admin" may not ${verb} endpointslices (API group "discovery.k8s.io") in the whole cluster: ` +
        'grant the verbs "list" and "watch" on "endpointslices" with a ClusterRole and a ClusterRoleBinding',
    );
  });
});
