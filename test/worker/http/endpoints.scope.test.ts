/** `…/sd` and `…/health`: who hears what. A refusal, or an answer, never tells what is in another namespace. */
import { describe, expect, test } from 'vitest';
import { clusterId } from '../support/agent.ts';
import { type Edge, startEdge } from '../support/edge.ts';
import { endpointsLine, publishEndpoints } from '../support/endpoints.ts';
import { refusal, whole } from '../support/whole-response.ts';
import { webAt } from '../support/zone.ts';

const shop = endpointsLine('web.shop', ['10.0.0.1 a']);
const bank = endpointsLine('vault.bank', ['10.0.1.1 v', ['10.0.1.2 w', 'not-ready']]);

/** Two clusters; of `red` the namespace `bank` has something, or nothing. */
async function startWorld(isBankThere: boolean): Promise<Edge> {
  const edge = await startEdge();
  for (const cluster of ['red', 'blue']) {
    await edge.register(cluster, ['cluster.local', `${cluster}.example`]);
    await edge.publish(webAt('10.0.0.1'), { cluster: clusterId(cluster) });
    const lines = cluster === 'red' && isBankThere ? [shop, bank] : [shop];
    await publishEndpoints(edge, lines, { cluster: clusterId(cluster) });
  }
  return edge;
}

describe('a token that is bound to a namespace', () => {
  const paths = [
    '/sd',
    '/sd?namespace=shop',
    '/sd?service=vault',
    '/sd?namespace=bank',
    '/sd?namespace=bank&service=vault',
    '/sd?namespace=nowhere',
    '/sd?format=targets',
    '/sd?format=addresses&service=vault',
    '/health?namespace=bank&service=vault',
    '/health?namespace=bank&service=vault&min_ready=0',
    '/health?namespace=bank&service=nothing',
    '/health?namespace=nowhere&service=vault',
    '/health?namespace=shop&service=web',
    '/health',
  ];

  test.for(paths)('hears the same of %s, whatever is in another one', async (path) => {
    const seen: unknown[] = [];
    for (const isBankThere of [true, false]) {
      const edge = await startWorld(isBankThere);
      const token = await edge.createToken(['red'], null, { namespaces: ['shop'] });
      const response = await edge.fetch(path, { headers: { authorization: `Bearer ${token}` } });
      seen.push(await whole(response));
    }
    expect(seen[0]).toEqual(seen[1]);
  });

  test.for(['/sd?namespace=bank', '/sd?namespace=nowhere', '/health?namespace=bank&service=x'])(
    '%s: refused',
    async (path) => {
      const edge = await startWorld(true);
      const token = await edge.createToken(['red'], null, { namespaces: ['shop'] });
      edge.store.calls.length = 0;
      const response = await edge.fetch(`/t/${token}${path}`);
      expect(await refusal(response)).toBe('403 NAMESPACE_NOT_IN_SCOPE');
      expect(edge.store.calls.filter((call) => call === 'get cluster/red/endpoints')).toEqual([]);
    },
  );

  test('and one that is bound to none hears all of it', async () => {
    const edge = await startWorld(true);
    const token = await edge.createToken(['red']);
    const list = await edge.fetch(`/t/${token}/sd?format=addresses`);
    expect(await list.text()).toBe('10.0.1.1\n10.0.1.2\n10.0.0.1\n');
    const health = await edge.fetch(`/t/${token}/health?namespace=bank&service=vault`);
    expect(await health.json()).toMatchObject({ status: 'ok', ready: 1, notReady: 1 });
  });

  test('hears all of its own', async () => {
    const edge = await startWorld(true);
    const token = await edge.createToken(['red'], null, { namespaces: ['shop', 'bank'] });
    expect(await (await edge.fetch(`/t/${token}/sd?format=addresses`)).text()).toBe('10.0.1.1\n10.0.1.2\n10.0.0.1\n');
  });
});

describe('the doors, in the order of all paths', () => {
  const service = 'namespace=shop&service=web';

  test.for([`/sd`, `/health`, `/health?${service}`])('%s', async (path) => {
    const edge = await startWorld(true);
    const token = await edge.createToken(['red']);
    const basic = { authorization: `Basic ${btoa(`anybody:${token}`)}` };
    const bearer = { authorization: `Bearer ${token}` };
    const statusOf = async (at: string, headers: Record<string, string> = {}, method = 'GET') =>
      (await edge.fetch(at, { headers, method })).status;
    expect(await statusOf(path, bearer)).toBe(200);
    expect(await statusOf(path, bearer, 'HEAD')).toBe(200);
    expect(await statusOf(path, basic)).toBe(200);
    expect(await statusOf(`/t/${token}${path}`)).toBe(200);
    expect(await statusOf(`/c/red${path}`, bearer)).toBe(200);
    expect(await statusOf(`/t/${token}/c/red${path}`)).toBe(200);
    const refusalOf = async (at: string, init: RequestInit = {}) => refusal(await edge.fetch(at, init));
    expect(await refusalOf(path)).toBe('401 UNAUTHORIZED');
    expect(await refusalOf(`/t/${token.slice(0, -1)}x${path}`)).toBe('401 UNAUTHORIZED');
    expect(await refusalOf(`/c/nobody${path}`)).toBe('401 UNAUTHORIZED');
    expect(await refusalOf(path, { method: 'POST', headers: bearer })).toBe('405 METHOD_NOT_ALLOWED');
    for (const cluster of ['blue', 'nobody']) {
      expect(await refusalOf(`/c/${cluster}${path}`, { headers: bearer })).toBe('403 CLUSTER_NOT_IN_SCOPE');
    }
    // What is wrong with the rest is told to nobody who may not ask.
    expect(await refusalOf('/sd?x=y')).toBe('401 UNAUTHORIZED');
    expect(await refusalOf('/c/blue/sd?x=y', { headers: bearer })).toBe('403 CLUSTER_NOT_IN_SCOPE');
  });

  test('the cluster is the token’s first, unless the path names one', async () => {
    const edge = await startWorld(true);
    const token = await edge.createToken(['blue', 'red']);
    for (const [prefix, cluster] of [
      ['', 'blue'],
      ['/c/red', 'red'],
    ]) {
      const response = await edge.fetch(`/t/${token}${prefix}/health`);
      expect(await response.json()).toMatchObject({ cluster });
    }
  });

  test('who asked is told to operators once, and nothing of what was asked', async () => {
    const edge = await startWorld(true);
    const token = await edge.createToken(['red']);
    edge.machine.lines.length = 0;
    for (const path of ['/sd?namespace=shop', '/health?namespace=shop&service=web'])
      await edge.fetch(`/t/${token}${path}`);
    expect(edge.machine.lines).toEqual([
      expect.stringMatching(/^audit: token [a-z2-7]{8} by path: questions of cluster red$/),
    ]);
  });
});
