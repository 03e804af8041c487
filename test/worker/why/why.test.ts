/** `/v1/why` over HTTP: the first cause, from a question to the name, and what somebody may have meant. */
import { describe, expect, test } from 'vitest';
import type { Explanation } from '../../../worker/why/explanation.ts';
import type { NameRemarks } from '../../../zone/remarks/remarks.ts';
import { Agent } from '../support/agent.ts';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { publishRemarks, remark } from '../support/remarks.ts';
import { address, cname, group, host, node, plain, snapshot, txt, webGroup } from '../support/zone.ts';

const redis = { priority: 0, weight: 100, port: 6379, targets: 'hosts' } as const;

const published = snapshot(
  [
    webGroup('10.0.0.1'),
    group('redis-headless.cache.svc', {
      hosts: [
        host('redis-0', ['10.0.1.1'], [6379]),
        host('redis-1', ['10.0.1.2'], [6379]),
        host('10-0-1-3', ['10.0.1.3']),
      ],
      nodes: [
        node('', { addresses: 'hosts', services: [redis] }),
        node('_redis._tcp', { addresses: 'hosts', services: [redis] }),
      ],
    }),
    group('web.cache.svc', { own: [address('10.0.0.9')], nodes: [node('', { addresses: 'base' })] }),
    plain('old.shop.svc', cname('gone.shop.svc')),
    plain('far.shop.svc', cname('db.example.com.')),
    plain('ring.shop.svc', cname('ring.shop.svc')),
    plain('dns-version', txt('1.1.0')),
  ],
  { origins: ['cluster.local', 'prod.example'], prefixes: ['10.0.0.0/8'] },
);

const remarks: readonly NameRemarks[] = [
  { name: 'svc', below: remark('NO_NAMESPACE', 'namespace {child} is not published in {zone}') },
  { name: 'cache.svc', below: remark('NO_SERVICE', 'there is no Service {child}') },
  { name: 'shop.svc', below: remark('NO_SERVICE'), names: { gone: remark('NO_SUCH', 'gone went') } },
  {
    name: 'redis-headless.cache.svc',
    below: remark('NO_SUCH_POD', '{label} is no pod'),
    service: remark('NO_PORT', 'no port {label}'),
    names: { 'redis-2': remark('NOT_READY', 'redis-2 is not ready') },
  },
  { name: 'empty.shop.svc', at: remark('NO_ENDPOINTS') },
  // It got its records since.
  {
    name: 'web.shop.svc',
    at: remark('NONE_READY'),
    below: remark('NONE_READY'),
    names: { 'web-1': remark('NOT_READY', 'web-1 is not ready') },
  },
];

async function world(): Promise<Edge> {
  const edge = await startOpenEdge(published, ['cluster.local', 'prod.example']);
  await publishRemarks(edge, remarks);
  return edge;
}

async function why(edge: Edge, search: string, init?: RequestInit): Promise<Explanation> {
  const response = await edge.fetch(`/v1/why?${search}`, init);
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  return (await response.json()) as Explanation;
}

/** As `NXDOMAIN NOT_READY: text`. */
function summary({ rcode, cause }: Explanation): string {
  return cause === null ? `${rcode}` : `${rcode} ${cause.code}: ${cause.text}`;
}

test('all that is said of a name that is there', async () => {
  expect(await why(await world(), 'name=Web.shop.svc.cluster.local')).toEqual({
    name: 'web.shop.svc.cluster.local.',
    type: 'A',
    cluster: 'local',
    steps: [
      { step: 'credential', ok: true, text: 'questions need no credential here' },
      { step: 'zone', ok: true, text: 'the zone cluster.local belongs to cluster local' },
      { step: 'snapshot', ok: true, text: 'the snapshot is fresh' },
      { step: 'scope', ok: true, text: 'this credential is for web.shop.svc.cluster.local' },
      { step: 'name', ok: true, text: 'web.shop.svc.cluster.local has an answer' },
    ],
    rcode: 'NOERROR',
    records: 1,
    cause: null,
    suggestions: [],
  });
});

test('all that is said of one that is not', async () => {
  expect(await why(await world(), 'name=redis-2.redis-headless.cache.svc.prod.example&type=aaaa')).toEqual({
    name: 'redis-2.redis-headless.cache.svc.prod.example.',
    type: 'AAAA',
    cluster: 'local',
    steps: [
      { step: 'credential', ok: true, text: 'questions need no credential here' },
      { step: 'zone', ok: true, text: 'the zone prod.example belongs to cluster local' },
      { step: 'snapshot', ok: true, text: 'the snapshot is fresh' },
      { step: 'scope', ok: true, text: 'this credential is for redis-2.redis-headless.cache.svc.prod.example' },
      { step: 'name', ok: false, text: 'redis-2 is not ready' },
    ],
    rcode: 'NXDOMAIN',
    records: 0,
    cause: { code: 'NOT_READY', text: 'redis-2 is not ready', next: 'do NOT_READY' },
    suggestions: [
      'redis-0.redis-headless.cache.svc.prod.example.',
      'redis-1.redis-headless.cache.svc.prod.example.',
      'redis-headless.cache.svc.prod.example.',
    ],
  });
});

describe('which remark fits', () => {
  test.for([
    ['redis-9.redis-headless.cache.svc', 'NXDOMAIN NO_SUCH_POD: redis-9 is no pod'],
    ['a.redis-9.redis-headless.cache.svc', 'NXDOMAIN NO_SUCH_POD: a.redis-9 is no pod'],
    ['_http._tcp.redis-headless.cache.svc', 'NXDOMAIN NO_PORT: no port _http._tcp'],
    ['redis.cache.svc', 'NXDOMAIN NO_SERVICE: there is no Service redis'],
    ['redis-0.redis.cache.svc', 'NXDOMAIN NO_SERVICE: there is no Service redis'],
    ['web.nowhere.svc', 'NXDOMAIN NO_NAMESPACE: namespace nowhere is not published in cluster.local'],
    ['empty.shop.svc', 'NXDOMAIN NO_ENDPOINTS: it is NO_ENDPOINTS'],
    // Its line says nothing of names below it, and the one above speaks of others.
    ['x.empty.shop.svc', 'NXDOMAIN NOT_THERE: shop.svc.cluster.local exists, and has nothing named empty.'],
    // What exists beyond the line's name is no other pod.
    [
      'x.redis-0.redis-headless.cache.svc',
      'NXDOMAIN NOT_THERE: redis-0.redis-headless.cache.svc.cluster.local exists, and has nothing named x.',
    ],
    ['_x._redis._tcp.redis-headless.cache.svc', 'NXDOMAIN NO_PORT: no port _x._redis._tcp'],
    // Its line above says that there is no such Service, which was so before the snapshot.
    ['_http._tcp.web.cache.svc', 'NXDOMAIN NOT_THERE: web.cache.svc.cluster.local exists, and has nothing named _tcp.'],
    ['web-0.web.shop.svc', 'NXDOMAIN NOT_THERE: web.shop.svc.cluster.local exists, and has nothing named web-0.'],
    ['web-1.web.shop.svc', 'NXDOMAIN NOT_READY: web-1 is not ready'],
    // No member that every object has is a remark.
    ['constructor.cache.svc', 'NXDOMAIN NO_SERVICE: there is no Service constructor'],
    ['tostring.shop.svc', 'NXDOMAIN NO_SERVICE: it is NO_SERVICE'],
    ['nothing', 'NXDOMAIN NOT_THERE: cluster.local exists, and has nothing named nothing.'],
    ['a\\.b.cache.svc', 'NXDOMAIN NOT_THERE: cache.svc.cluster.local exists, and has nothing named a.b.'],
  ] as const)('%s', async ([name, expected]) => {
    const edge = await world();
    expect(summary(await why(edge, `name=${encodeURIComponent(`${name}.cluster.local`)}`))).toBe(expected);
  });
});

describe('without remarks', () => {
  test.for([
    [
      'redis-9.redis-headless.cache.svc.cluster.local',
      'NXDOMAIN NOT_THERE: redis-headless.cache.svc.cluster.local exists, and has nothing named redis-9.',
    ],
    ['web.nowhere.svc.cluster.local', 'NXDOMAIN NOT_THERE: svc.cluster.local exists, and has nothing named nowhere.'],
    ['cache.svc.cluster.local', 'NOERROR NO_DATA: cache.svc.cluster.local exists, and has no records of its own.'],
    [
      'redis-headless.cache.svc.cluster.local&type=TXT',
      'NOERROR NO_DATA: redis-headless.cache.svc.cluster.local has no TXT records, but A, SRV.',
    ],
    [
      'old.shop.svc.cluster.local',
      'NXDOMAIN TARGET_MISSING: old.shop.svc.cluster.local is an alias of gone.shop.svc.cluster.local. ' +
        'shop.svc.cluster.local exists, and has nothing named gone.',
    ],
    ['far.shop.svc.cluster.local', 'NOERROR'],
    ['ring.shop.svc.cluster.local', 'NOERROR'],
    ['1.0.0.10.in-addr.arpa&type=PTR', 'NOERROR'],
    ['1.0.0.10.in-addr.arpa', 'NOERROR NO_DATA: The name 1.0.0.10.in-addr.arpa has no A records.'],
    [
      '9.9.0.10.in-addr.arpa&type=PTR',
      'NXDOMAIN NOT_THERE: No name is published for the address of 9.9.0.10.in-addr.arpa.',
    ],
    [
      '9.9.9.9.in-addr.arpa&type=PTR',
      'REFUSED ZONE_UNKNOWN: The name 9.9.9.9.in-addr.arpa is in none of the zones cluster.local, prod.example.',
    ],
    ['example.com', 'REFUSED ZONE_UNKNOWN: The name example.com is in none of the zones cluster.local, prod.example.'],
    ['localhost', 'NOERROR'],
    ['cluster.local', 'NOERROR NO_DATA: cluster.local exists, and has no records of its own.'],
  ] as const)('%s', async ([search, expected]) => {
    const edge = await startOpenEdge(published, ['cluster.local', 'prod.example']);
    const { cause, ...others } = await why(edge, `name=${search}`);
    expect(summary({ ...others, cause: cause && { ...cause, text: cause.text } })).toBe(expected);
  });
});

test('a target that is missing is explained as itself', async () => {
  const explained = await why(await world(), 'name=old.shop.svc.cluster.local');
  expect(explained.cause).toEqual({
    code: 'TARGET_MISSING',
    text: 'old.shop.svc.cluster.local is an alias of gone.shop.svc.cluster.local. gone went',
    next: 'do NO_SUCH',
  });
  expect(explained.records).toBe(1);
});

test('remarks are on names in the cluster’s own zone, and on no others', async () => {
  const both = snapshot([webGroup('10.0.0.1')], {
    clusterset: { groups: [webGroup('10.0.0.2')], origins: ['clusterset.local'] },
  });
  const edge = await startOpenEdge(both, ['cluster.local'], ['clusterset.local']);
  await publishRemarks(edge, remarks);
  expect(summary(await why(edge, 'name=db.shop.svc.cluster.local'))).toBe('NXDOMAIN NO_SERVICE: it is NO_SERVICE');
  expect(summary(await why(edge, 'name=db.shop.svc.clusterset.local'))).toBe(
    'NXDOMAIN NOT_THERE: shop.svc.clusterset.local exists, and has nothing named db.',
  );
});

describe('did you mean', () => {
  test.for([
    ['one letter', 'wbe.shop.svc.cluster.local', ['web.shop.svc.cluster.local.']],
    [
      'one letter further up',
      'redis-0.redis-headles.cache.svc.cluster.local',
      ['redis-0.redis-headless.cache.svc.cluster.local.'],
    ],
    [
      'the namespace',
      'redis-0.redis-headless.shop.svc.cluster.local',
      ['redis-0.redis-headless.cache.svc.cluster.local.'],
    ],
    ['the beginning', 'redis-0.cluster.local', ['redis-0.redis-headless.cache.svc.cluster.local.']],
    ['a pod alone, made whole', 'redis-0.svc.cluster.local', ['redis-0.redis-headless.cache.svc.cluster.local.']],
    ['no zone', 'redis-0.redis-headless', ['redis-0.redis-headless.cache.svc.cluster.local.']],
    ['a service alone', 'web.cluster.local', ['web.shop.svc.cluster.local.', 'web.cache.svc.cluster.local.']],
    ['svc left out', 'web.shop.cluster.local', ['web.shop.svc.cluster.local.']],
    ['svc and zone left out', 'web.shop', ['web.shop.svc.cluster.local.']],
    [
      'the namespace left out',
      'redis-0.redis-headless.svc.cluster.local',
      ['redis-0.redis-headless.cache.svc.cluster.local.'],
    ],
    ['one label too many', 'x.web.shop.svc.cluster.local', ['web.shop.svc.cluster.local.']],
    ['swapped', 'shop.web.svc.cluster.local', ['web.shop.svc.cluster.local.']],
    ['the zone misspelled', 'web.shop.svc.clutser.local', ['web.shop.svc.cluster.local.']],
    ['half of the zone', 'web.shop.svc.cluster', ['web.shop.svc.cluster.local.']],
    ['under an alias', 'wbe.shop.svc.prod.example', ['web.shop.svc.prod.example.']],
    ['nothing like it', 'completely.different.things.cluster.local', []],
    ['nothing like it, in no zone', 'example.com', []],
  ] as const)('%s: %s', async ([, name, expected]) => {
    expect((await why(await world(), `name=${name}`)).suggestions).toEqual(expected);
  });
});

describe('before the name', () => {
  const last = ({ steps }: Explanation) => steps.at(-1);

  test('no cluster is named', async () => {
    const edge = await startEdge({ isOpen: true, defaultCluster: undefined });
    const explained = await why(edge, 'name=web.shop.svc.cluster.local');
    expect([summary(explained), explained.cluster, last(explained)?.step]).toEqual([
      'SERVFAIL CLUSTER_UNKNOWN: No cluster is named, and none is the default.',
      null,
      'zone',
    ]);
  });

  test('the cluster is not registered', async () => {
    const edge = await startEdge({ isOpen: true });
    expect(summary(await why(edge, 'name=web.shop.svc.cluster.local'))).toBe(
      'SERVFAIL CLUSTER_UNKNOWN: Cluster local is not registered.',
    );
  });

  test('nothing was published', async () => {
    const edge = await startEdge({ isOpen: true });
    await edge.register('local');
    const explained = await why(edge, 'name=web.shop.svc.cluster.local');
    expect(summary(explained)).toBe('SERVFAIL NO_SNAPSHOT: Cluster local has published nothing yet.');
    expect(last(explained)).toEqual({ step: 'snapshot', ok: false, text: 'cluster local has published nothing yet' });
  });

  test('the cluster was retired', async () => {
    const edge = await startOpenEdge(published, ['cluster.local', 'prod.example']);
    await edge.publish({ kind: 'retired' }, { serial: 2 });
    edge.machine.advance(60_000);
    expect(summary(await why(edge, 'name=web.shop.svc.cluster.local'))).toBe(
      'REFUSED RETIRED: Cluster local was retired.',
    );
  });

  test('what is stored is damaged', async () => {
    const edge = await startOpenEdge(published, ['cluster.local', 'prod.example']);
    await edge.store.tamper('cluster/local/snapshot', ({ octets }) => ({ octets: octets.slice(1) }));
    const fresh = await edge.newIsolate();
    expect((await why(fresh, 'name=web.shop.svc.cluster.local')).cause?.code).toBe('DAMAGED_SNAPSHOT');
  });

  test('a stale snapshot is the cause, and the search goes on', async () => {
    const edge = await world();
    edge.machine.advance(20 * 60_000);
    for (const [name, step] of [
      ['web.shop', { step: 'name', ok: true, text: 'web.shop.svc.cluster.local has an answer' }],
      ['nope.cache', { step: 'name', ok: false, text: 'there is no Service nope' }],
    ] as const) {
      const explained = await why(edge, `name=${name}.svc.cluster.local`);
      expect(explained.cause?.code).toBe('STALE');
      expect(explained.cause?.text).toBe(
        'Cluster local published its last snapshot too long ago (age=1200s serial=1).',
      );
      expect(last(explained)).toEqual(step);
    }
  });

  test('an expired snapshot ends it', async () => {
    const edge = await world();
    edge.machine.advance(25 * 60 * 60_000);
    const explained = await why(edge, 'name=web.shop.svc.cluster.local');
    expect([explained.cause?.code, explained.rcode, last(explained)?.step]).toEqual([
      'EXPIRED',
      'SERVFAIL',
      'snapshot',
    ]);
  });

  test('the zone is of another cluster of the token', async () => {
    const edge = await startEdge();
    await edge.register('local', ['cluster.local']);
    await edge.register('prod', ['cluster.local', 'prod.example']);
    const token = await edge.createToken(['local', 'prod']);
    const headers = { authorization: `Bearer ${token}` };
    const search = (name: string) => `cluster=local&name=web.shop.svc.${name}`;
    expect(summary(await why(edge, search('prod.example'), { headers }))).toBe(
      'SERVFAIL ZONE_OF_OTHER_CLUSTER: The zone prod.example is not of cluster local, but of another of this credential.',
    );
    expect(summary(await why(edge, search('prod.exmaple'), { headers }))).toBe(
      'SERVFAIL ZONE_UNKNOWN: The name web.shop.svc.prod.exmaple is in none of the zones cluster.local, prod.example.',
    );
  });

  test('a zone that is registered and not published', async () => {
    const edge = await startOpenEdge(snapshot([webGroup('10.0.0.1')]), ['cluster.local', 'prod.example']);
    expect(summary(await why(edge, 'name=web.shop.svc.prod.example'))).toBe(
      'REFUSED ZONE_NOT_PUBLISHED: The zone prod.example is registered, and the agent does not publish it.',
    );
  });
});

describe('a token', () => {
  test('says whom it is good for, in whatever place it stands', async () => {
    const edge = await startEdge();
    await edge.register('local');
    await edge.publish(snapshot([webGroup('10.0.0.1')]));
    const token = await edge.createToken(['local'], null, { namespaces: ['shop'] });
    const search = 'name=web.shop.svc.cluster.local';
    const inHeader = await why(edge, search, { headers: { authorization: `Bearer ${token}` } });
    const inPath = (await (await edge.fetch(`/t/${token}/v1/why?${search}`)).json()) as Explanation;
    expect(inPath).toEqual(inHeader);
    expect(inHeader.steps[0]?.text).toBe(
      `token ${token.slice(3, 11)} is good for cluster local, bound to namespace shop`,
    );
    expect(edge.machine.lines.join('\n')).not.toContain('web.shop');
    expect(edge.machine.lines).toContain(`audit: token ${token.slice(3, 11)} by path: questions of cluster local`);
  });

  test('bound to namespaces is told so by the name alone', async () => {
    const edge = await startEdge();
    await edge.register('local');
    await edge.publish(published.kind === 'live' ? snapshot([webGroup('10.0.0.1')]) : published);
    const token = await edge.createToken(['local'], null, { namespaces: ['cache'] });
    const headers = { authorization: `Bearer ${token}` };
    for (const name of ['web.shop', 'nope.shop', 'x.nowhere']) {
      const { cause, suggestions } = await why(edge, `name=${name}.svc.cluster.local`, { headers });
      expect(cause?.code).toBe('OUT_OF_SCOPE');
      expect(cause?.text).toBe(`This credential is not for ${name}.svc.cluster.local.`);
      expect(suggestions).toEqual([]);
    }
  });

  test.for([
    ['A', '1.0.0.10.in-addr.arpa', '2.0.0.10.in-addr.arpa'],
    ['PTR', '1.0.0.10.in-addr.arpa', '2.0.0.10.in-addr.arpa'],
    ['A', 'web.shop', 'wbe.shop'],
    ['A', 'web.shop.svc', 'wbe.shop.svc'],
    ['A', 'web.shop.svc.clutser.local', 'wbe.shop.svc.clutser.local'],
    ['SRV', '_sql._tcp.web.shop.svc.cluster.local', '_sql._tcp.wbe.shop.svc.cluster.local'],
    ['A', 'far.cache.svc.cluster.local', 'afr.cache.svc.cluster.local'],
  ] as const)('bound to namespaces is told the same of %s %s and %s', async ([type, there, missing]) => {
    const edge = await startEdge();
    await edge.register('local');
    const own = [plain('far.cache.svc', cname('web.shop.svc')), plain('afr.cache.svc', cname('wbe.shop.svc'))];
    await edge.publish(snapshot([webGroup('10.0.0.1'), ...own], { prefixes: ['10.0.0.0/8'] }));
    await publishRemarks(edge, [...remarks, { name: '', below: remark('X'), names: { 'web.shop': remark('SECRET') } }]);
    const token = await edge.createToken(['local'], null, { namespaces: ['cache'] });
    const [one, other] = await Promise.all(
      [there, missing].map(async (name) => {
        const told = await why(edge, `name=${name}&type=${type}`, { headers: { authorization: `Bearer ${token}` } });
        return JSON.stringify(told).replaceAll(name, 'NAME');
      }),
    );
    expect(one).toBe(other);
  });

  test('bound to namespaces is told of no member that every object has', async () => {
    const edge = await startEdge();
    await edge.register('local');
    await edge.publish(snapshot([webGroup('10.0.0.1')]));
    await publishRemarks(edge, [{ name: '', below: remark('NOT_A_SERVICE') }]);
    const token = await edge.createToken(['local'], null, { namespaces: ['cache'] });
    const headers = { authorization: `Bearer ${token}` };
    const explained = await why(edge, 'name=constructor.cluster.local', { headers });
    expect(summary(explained)).toBe('NXDOMAIN NOT_A_SERVICE: it is NOT_A_SERVICE');
  });

  test('bound to namespaces is told what there is in them', async () => {
    const edge = await startEdge();
    await edge.register('local', ['cluster.local', 'prod.example']);
    await edge.publish(published);
    const token = await edge.createToken(['local'], null, { namespaces: ['cache'] });
    const search = 'name=redis-0.redis-headless.svc.cluster.local';
    const { cause, suggestions } = await why(edge, search, { headers: { authorization: `Bearer ${token}` } });
    expect(cause?.code).toBe('OUT_OF_SCOPE');
    expect(suggestions).toEqual(['redis-0.redis-headless.cache.svc.cluster.local.']);
  });
});

describe('refusals', () => {
  test.for([
    ['', '400 BAD_REQUEST'],
    ['name=..', '400 BAD_REQUEST'],
    ['name=web.shop.svc.cluster.local&type=NONE', '400 BAD_REQUEST'],
    ['name=web.shop.svc.cluster.local&type=AXFR', '400 BAD_REQUEST'],
    ['name=web.shop.svc.cluster.local&type=OPT', '400 BAD_REQUEST'],
    ['name=web.shop.svc.cluster.local&cluster=other', '403 CLUSTER_NOT_IN_SCOPE'],
    ['name=web.shop.svc.cluster.local&cluster=NO', '403 CLUSTER_NOT_IN_SCOPE'],
  ] as const)('?%s: %s', async ([search, expected]) => {
    const edge = await startEdge();
    await edge.register('local');
    const token = await edge.createToken(['local']);
    const response = await edge.fetch(`/v1/why?${search}`, { headers: { authorization: `Bearer ${token}` } });
    const { code, error } = (await response.json()) as { code: string; error: string };
    expect(`${response.status} ${code}`).toBe(expected);
    expect(error).not.toBe('');
  });
});

describe('remarks that are not the cluster’s', () => {
  const search = 'name=redis-2.redis-headless.cache.svc.cluster.local';

  test.for([
    ['signed by another key', 1],
    ['another body', 2],
    ['no gzip', 3],
    ['no manifest', 4],
  ] as const)('%s: not read, and told to operators', async ([, kind]) => {
    const edge = await world();
    expect((await why(edge, search)).cause?.code).toBe('NOT_READY');
    const stranger = await Agent.create();
    await edge.store.tamper('cluster/local/remarks', ({ octets, metadata }) => {
      if (kind === 1) return { metadata: { ...metadata, signature: 'A'.repeat(86) } };
      if (kind === 2) return { octets: octets.slice(0, -1) };
      return kind === 3 ? { octets: new Uint8Array(octets.length) } : { metadata: {} };
    });
    expect(stranger.publicKey).not.toBe(edge.agent.publicKey);
    expect((await why(edge, search)).cause?.code).toBe('NOT_THERE');
    if (kind !== 4) expect(edge.machine.lines.join('\n')).toContain('the remarks of cluster local are not read: ');
  });

  test('KV fails: the snapshot tells what it can', async () => {
    const edge = await world();
    await why(edge, search);
    edge.store.fail('get');
    expect((await why(edge, search)).cause?.code).toBe('NOT_THERE');
  });
});
