/** `kube-doh why` as a user sees it. Addresses here are on loopback, or nothing of this machine is looked at. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { namespace, pod, service, statefulSet } from '../why/kube/manifests.ts';
import { PocketApi } from '../why/kube/pocket-api.ts';
import { StubEdge } from '../why/stub-edge.ts';
import { EdgeOfDemo, runCommand } from './edge-of-demo.ts';

const token = `kd1${'a'.repeat(56)}`;
const redis9 = 'redis-9.redis-headless.cache.svc.cluster.local.';

function told(more: object = {}): object {
  return {
    name: redis9,
    type: 'A',
    cluster: 'prod',
    steps: [
      { step: 'credential', ok: true, text: 'token abcd2345 is good for cluster prod' },
      { step: 'name', ok: false, text: 'there is no redis-9' },
    ],
    rcode: 'NXDOMAIN',
    records: 0,
    cause: { code: 'NO_SUCH_POD', text: 'There is no ready pod redis-9.', next: 'Ask for another.' },
    suggestions: ['redis-0.redis-headless.cache.svc.cluster.local.'],
    ...more,
  };
}

describe('of an edge that tells what a test says', () => {
  let edge: StubEdge;

  beforeEach(async () => {
    edge = await new StubEdge().listen();
  });
  afterEach(() => edge.close());

  function why(...args: readonly string[]) {
    return runCommand(['why', ...args, '--zone', 'cluster.local'], {
      KUBE_DOH_URL: '',
      KUBE_DOH_TOKEN: token,
      KUBECONFIG: '',
    });
  }
  const here = () => ['--no-machine', '--doh', `${edge.origin}/c/prod/dns-query`];

  test('a name that is not there', async () => {
    edge.tell = () => ({ body: told() });
    const { code, stdout, stderr } = await why('redis-9.redis-headless.cache', ...here());
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      `${redis9} A, asked of`,
      edge.origin,
      '',
      'ok  token abcd2345 is good for cluster prod',
      '--  there is no redis-9',
      '',
      'Cause: There is no ready pod redis-9.',
      'Next:  Ask for another.',
      'Did you mean:',
      '  redis-0.redis-headless.cache.svc.cluster.local.',
      '',
    ]);
    expect(edge.asked).toEqual([
      { path: `/v1/why?name=${redis9}&type=A&cluster=prod`, authorization: `Bearer ${token}` },
    ]);
  });

  test('as JSON', async () => {
    edge.tell = () => ({ body: told() });
    const { code, stdout } = await why('redis-9.redis-headless.cache', 'AAAA', '--json', ...here());
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      ...told(),
      type: 'AAAA',
      edge: edge.origin,
      verdict: 'cause',
      cause: { code: 'NO_SUCH_POD', text: 'There is no ready pod redis-9.', next: 'Ask for another.', finder: 'edge' },
    });
  });

  test('a name that is there, for an edge and no more', async () => {
    edge.tell = () => ({ body: told({ rcode: 'NOERROR', records: 3, cause: null, suggestions: [], steps: [] }) });
    const { code, stdout } = await why('redis-headless.cache', ...here());
    expect([code, stdout.trimEnd().split('\n').at(-1)]).toEqual([0, 'Nothing is in the way.']);
  });

  test('along the search path of a pod', async () => {
    edge.tell = (_, query) => {
      const name = query.get('name')!;
      return {
        body: told(name === 'web.default.svc.cluster.local.' ? { rcode: 'NOERROR', records: 1, cause: null } : {}),
      };
    };
    const { code, stdout } = await why('web.default', '-n', 'cache', ...here());
    expect([code, stdout.split(' ')[0]]).toEqual([0, 'web.default.svc.cluster.local.']);
    expect(edge.asked.length).toBe(2);
    const absent = await why('absent.default', '-n', 'cache', ...here());
    expect([absent.code, absent.stdout.split(' ')[0]]).toEqual([1, 'absent.default.cache.svc.cluster.local.']);
  });

  test.for([
    [null, 'OUT_OF_SCOPE'],
    ['SERVFAIL', 'EXPIRED'],
  ] as const)('%s for a name further along the search path is nothing that was asked', async ([rcode, code]) => {
    edge.tell = (_, query) => {
      const isFirst = query.get('name') === redis9;
      return { body: told(isFirst ? {} : { rcode, cause: { code, text: 'a', next: 'b' } }) };
    };
    const { stdout } = await why('redis-9.redis-headless', '-n', 'cache', '--json', ...here());
    const { name, cause } = JSON.parse(stdout);
    expect([name, cause.code, edge.asked.length]).toEqual([redis9, 'NO_SUCH_POD', 3]);
  });

  test('a name without its namespace is asked for all the same', async () => {
    edge.tell = () => ({ body: told() });
    expect((await why('redis-0', ...here())).stdout).toMatch(/^redis-0\.svc\.cluster\.local\. A, /);
  });

  test('an edge that is older gives the answer alone', async () => {
    edge.records = [{ name: 'web.default.svc.cluster.local', type: 'A', data: '127.0.0.7' }];
    const found = await why('web.default', ...here());
    expect([found.code, found.stderr]).toEqual([0, '']);
    expect(found.stdout).toContain('older than this command');
    const absent = await why('absent.default', ...here());
    expect([absent.code, absent.stdout.trimEnd().split('\n').at(-1)]).toEqual([2, 'The cause could not be told.']);
  });

  test.for([
    [401, { code: 'UNAUTHORIZED', error: 'a credential is needed' }, 1, 'TOKEN_REFUSED'],
    [403, { code: 'CLUSTER_NOT_IN_SCOPE', error: `not with ${token}` }, 1, 'CLUSTER_OUT_OF_SCOPE'],
  ] as const)('HTTP status %i is a cause', async ([status, body, code, cause]) => {
    edge.tell = () => ({ status, body });
    const ran = await why('web.default', '--json', ...here());
    const report = JSON.parse(ran.stdout);
    expect([ran.code, report.cause.code, report.rcode, report.records]).toEqual([code, cause, null, null]);
    expect(report.steps).toMatchObject([{ step: 'credential', ok: false }]);
    expect(ran.stdout).not.toContain(token);
  });

  test.for([
    [
      429,
      { code: 'TOO_MANY_REQUESTS', error: 'too many requests; wait before you try again' },
      'HTTP status 429: too many requests',
    ],
    [503, { code: 'STORE_UNAVAILABLE', error: `the store: ${token}` }, 'HTTP status 503: the store: (the token)'],
    [200, '{"name":', 'no JSON'],
    [200, { steps: [] }, 'no explanation'],
  ] as const)('HTTP status %i with %j tells nothing', async ([status, body, line]) => {
    edge.tell = () => ({ status, body });
    const { code, stdout, stderr } = await why('web.default', ...here());
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^kube-doh: [^\n]*\n$/);
    expect(stderr).toContain(line);
  });

  test('nobody there is a cause', async () => {
    const { code, stdout } = await why('web.default', '--json', '--no-machine', '--doh', 'http://127.0.0.1:1');
    expect([code, JSON.parse(stdout).cause.code]).toEqual([1, 'EDGE_UNREACHABLE']);
  });

  test('a token that is refused before the zones are known', async () => {
    edge.tell = () => ({ status: 401, body: { code: 'UNAUTHORIZED', error: 'a credential is needed' } });
    const variables = { KUBE_DOH_TOKEN: token };
    const { code, stdout } = await runCommand(['why', 'web.default', '--doh', edge.origin], variables);
    expect(code).toBe(1);
    expect(stdout.replace(/\s+/g, ' ')).toContain('has expired, or was revoked');
    expect(stdout).toContain(`asked of ${edge.origin}`);
  });

  describe('with a kubeconfig', () => {
    let folder: string;
    let server: Server;
    let api: PocketApi;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'kube-doh-why-'));
      server = createServer(async (request, response) => {
        const answer = await api.request(request.url!).then(
          (body) => ({ status: 200, body }),
          () => ({ status: 404, body: { kind: 'Status', message: 'not found' } }),
        );
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer.body));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const kubeconfig = {
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
        contexts: [{ name: 'test', context: { cluster: 'c', user: 'u' } }],
        users: [{ name: 'u', user: {} }],
        'current-context': 'test',
      };
      writeFileSync(join(folder, 'config'), JSON.stringify(kubeconfig));
    });
    afterEach(() => {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    });

    const notReady = [
      namespace(),
      service('redis-headless'),
      statefulSet('redis', { replicas: 10 }),
      pod('redis-9', { isReady: false }),
    ];

    test('what the cluster says more exactly is the cause', async () => {
      api = new PocketApi(notReady);
      edge.tell = () => ({ body: told() });
      const { code, stdout } = await why(
        ...['redis-9.redis-headless.cache', '--json', ...here()],
        ...['--kubeconfig', join(folder, 'config'), '--context', 'test'],
      );
      const { cause, steps } = JSON.parse(stdout);
      expect([code, cause.code, cause.finder]).toEqual([1, 'POD_NOT_READY', 'kubernetes']);
      expect(steps.at(-1)).toMatchObject({ step: 'kubernetes', ok: true });
    });

    test('what is out of scope stays so, and the cluster is not asked', async () => {
      api = new PocketApi(notReady);
      edge.tell = () => ({ body: told({ cause: { code: 'OUT_OF_SCOPE', text: 'a', next: 'b' } }) });
      const { stdout } = await why(
        'redis-9.redis-headless.cache',
        '--json',
        ...here(),
        '--kubeconfig',
        join(folder, 'config'),
      );
      expect([JSON.parse(stdout).cause.code, api.asked]).toEqual(['OUT_OF_SCOPE', []]);
    });

    test('one that is not there leaves the cause of the edge', async () => {
      edge.tell = () => ({ body: told() });
      const { code, stdout } = await why(
        'redis-9.redis-headless.cache',
        '--json',
        ...here(),
        '--kubeconfig',
        '/nonexistent',
      );
      const { cause, steps } = JSON.parse(stdout);
      expect([code, cause.code, steps.at(-1).ok]).toEqual([1, 'NO_SUCH_POD', false]);
    });
  });
});

describe('of the real edge', () => {
  const edge = new EdgeOfDemo();

  beforeAll(() => edge.ready(), 60_000);
  afterAll(() => edge.remove());

  test('a name that is there', async () => {
    const { code, stdout, stderr } = await edge.run('why', 'redis-0.redis-headless', '-n', 'cache', '--no-machine');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').filter((line) => /^(ok|--) {2}/.test(line)).length).toBeGreaterThanOrEqual(5);
    expect(stdout).not.toMatch(/^--/m);
  });

  test.for([
    ['redis-9.redis-headless.cache', 'redis-0.redis-headless.cache.svc.cluster.local.'],
    ['redis-headles.cache', 'redis-headless.cache.svc.cluster.local.'],
    ['redis-0.redis-headless', 'redis-0.redis-headless.cache.svc.cluster.local.'],
  ] as const)('%s: did you mean %s', async ([name, suggestion]) => {
    const { code, stdout } = await edge.run('why', name, '--no-machine', '--json');
    const { verdict, rcode, suggestions } = JSON.parse(stdout);
    expect({ code, verdict, rcode }).toEqual({ code: 1, verdict: 'cause', rcode: 'NXDOMAIN' });
    expect(suggestions).toContain(suggestion);
  });

  test.for([
    ['local', 0, undefined],
    ['other', 1, 'CLUSTER_OUT_OF_SCOPE'],
  ] as const)('of cluster %s', async ([cluster, code, cause]) => {
    const url = edge.variables['KUBE_DOH_URL']!.replace('/dns-query', `/c/${cluster}/dns-query`);
    const args = ['why', 'web.default', '--no-machine', '--json', '--zone', 'cluster.local', '--doh', url];
    const ran = await runCommand(args, edge.variables);
    expect([ran.code, JSON.parse(ran.stdout).cause?.code]).toEqual([code, cause]);
  });

  test('a name in none of the zones', async () => {
    const { code, stdout } = await edge.run('why', 'www.example.com.', '--no-machine', '--json');
    expect([code, JSON.parse(stdout).cause.code]).toEqual([1, 'ZONE_UNKNOWN']);
  });
});

test.for([
  [[], 'the command is "kube-doh why NAME [TYPE]"; see kube-doh why --help'],
  [['a', 'A', 'b'], 'the command is "kube-doh why NAME [TYPE]"; see kube-doh why --help'],
  [
    ['a', 'X', '--connect', '0'],
    '"X" is no record type: pass one such as AAAA, SRV or TYPE65; --connect "0" is no port from 1 to 65535',
  ],
  [['a', '--connect', '80', '--no-machine'], '--connect and --no-machine exclude each other'],
  [['a', '-n', 'A_'], '--namespace "A_" is no name of a namespace: pass one such as default'],
  [['a', '--frob'], "Unknown option '--frob'; see kube-doh why --help"],
] as const)('%j is a wrong command line', async ([args, line]) => {
  expect(await runCommand(['why', ...args], {})).toEqual({ code: 2, stdout: '', stderr: `kube-doh: ${line}\n` });
});
