/** Whatever goes wrong while a credential is looked at: it is told, and nothing that opens anything is told with it. */
import { describe, expect, test } from 'vitest';
import { readDoorSettings } from '../../worker/access/settings.ts';
import { administratorDoors, type Carried, doors, type Place, requestWith, startPlace } from './support/doors.ts';
import { post, queryFor } from './support/question.ts';
import { type WholeResponse, whole } from './support/whole-response.ts';
import { webAt } from './support/zone.ts';

const name = 'secret-name.shop.svc.cluster.local';

/** Sends it, and lets time pass until there is an answer. */
async function answered({ edge }: Place, carried: Carried, path: string, init: RequestInit): Promise<WholeResponse> {
  let isOver = false;
  const answering = edge.receive(requestWith(carried, path, init)).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    edge.machine.advance(500);
  }
  return whole(await answering);
}

/** What must be in no line and in no answer. */
function expectNoSecret({ edge }: Place, carried: Carried, responses: readonly WholeResponse[]): void {
  const log = edge.machine.lines.join('\n');
  const secrets = [...carried.secrets, ...Object.values(carried.headers ?? {})];
  for (const text of [log, ...responses.map((response) => JSON.stringify(response))]) {
    for (const secret of secrets) expect(text).not.toContain(secret);
  }
  expect(log).not.toContain('secret-name');
}

interface Trouble {
  /** Where the credential itself cannot be looked at. */
  readonly doors: readonly string[];
  readonly status: number;
  readonly line: string;
  begin(place: Place): void | Promise<void>;
}

const tokenDoors = ['bearer', 'basic', 'path', 'host'];

const troubles: Readonly<Record<string, Trouble>> = {
  'KV fails': {
    doors: tokenDoors,
    status: 503,
    line: 'request failed: KV GET failed: 500 Internal Server Error',
    begin: ({ edge }) => edge.store.fail('get'),
  },
  'KV does not answer': {
    doors: tokenDoors,
    status: 503,
    line: 'request failed: the store did not answer in time',
    begin: ({ edge }) => void edge.store.hold(),
  },
  'the registry is damaged': {
    doors: tokenDoors,
    status: 200,
    line: 'the registry is not read: it is damaged',
    begin: ({ edge }) => edge.store.put('registry', '{'),
  },
  'the snapshot is damaged': {
    doors: Object.keys(doors),
    status: 200,
    line: 'cluster local is not read: what is stored has no manifest that is known here',
    begin: ({ edge }) => edge.store.tamper('cluster/local/snapshot', () => ({ metadata: { manifest: 'x' } })),
  },
  'Access fails': {
    doors: ['access'],
    status: 503,
    line: 'request failed: the keys of Cloudflare Access: status 500',
    begin: ({ team }) => team.fail(() => new Response('no keys', { status: 500 })),
  },
  'Access tells no JSON': {
    doors: ['access'],
    status: 503,
    line: 'request failed: the keys of Cloudflare Access: ',
    begin: ({ team }) => team.fail(() => new Response('no keys')),
  },
  'Access is not reached': {
    doors: ['access'],
    status: 503,
    line: 'request failed: the keys of Cloudflare Access: no way there',
    begin: ({ team }) => team.fail(() => Promise.reject(new Error('no way there'))),
  },
  'Access does not answer': {
    doors: ['access'],
    status: 503,
    line: 'request failed: the keys of Cloudflare Access: no answer in time',
    begin: ({ team }) => team.fail(() => new Promise(() => {})),
  },
};

describe.each(Object.entries(troubles))('%s', (_, { doors: names, status, line, begin }) => {
  test.for(names)('at the door %s', async (door) => {
    const place = await startPlace('right');
    await place.edge.register('local');
    await place.edge.publish(webAt('10.0.0.1'));
    const carried = await doors[door]!(place, 'right');
    // It remembers nothing.
    const cold = { ...place, edge: await place.edge.newIsolate() };
    await begin(cold);
    place.edge.machine.lines.length = 0;
    const response = await answered(cold, carried, '/dns-query', post(queryFor(name)));
    expect(response.status).toBe(status);
    expect(cold.edge.machine.lines.join('\n')).toContain(line);
    expectNoSecret(cold, carried, [response]);
  });
});

test.for(Object.keys(doors))('rate limiting fails, at the door %s', async (door) => {
  const failing = { limit: () => Promise.reject(new Error('no limiter today')) };
  const place = await startPlace('right', { rateByToken: failing, rateByAddress: failing });
  const carried = await doors[door]!(place, 'right');
  const response = await answered(place, carried, '/dns-query', post(queryFor(name)));
  expect(response.status).toBe(200);
  expect(place.edge.machine.lines).toContain('rate limiting failed: no limiter today');
  expectNoSecret(place, carried, [response]);
});

test.for([...Object.keys(doors).filter((door) => door !== 'path'), 'administrator'])(
  'the objects fail, for a listing at the door %s',
  async (door) => {
    const place = await startPlace('right');
    const carried = door === 'administrator' ? administratorDoors['bearer']! : await doors[door]!(place, 'right');
    Object.defineProperty(place.edge.objects, 'registry', {
      get: () => {
        throw new Error('the object is gone');
      },
    });
    const response = await answered(place, carried, '/v1/clusters', {});
    expect(response.status).toBe(503);
    expect(place.edge.machine.lines).toContain('request failed: the object is gone');
    expectNoSecret(place, carried, [response]);
  },
);

test('the administrator’s key, while the store fails in every way', async () => {
  const place = await startPlace('right');
  for (const operation of ['get', 'put', 'delete', 'list'] as const) place.edge.store.fail(operation);
  const carried = administratorDoors['bearer']!;
  const requests = [
    ['GET', '/v1/tokens', undefined],
    ['POST', '/v1/tokens', JSON.stringify({ name: 'secret-name', clusters: ['local'] })],
    ['DELETE', '/v1/tokens?id=abcdefgh', undefined],
  ] as const;
  const responses = [];
  for (const [method, path, body] of requests) {
    responses.push(await answered(place, carried, path, { method, ...(body === undefined ? {} : { body }) }));
  }
  expect(responses.map(({ status }) => status)).toEqual([503, 503, 503]);
  expect(place.edge.machine.lines.join()).toContain('request failed: KV PUT failed');
  expectNoSecret(place, carried, responses);
});

test('a binding that is wrong is told without what stands in it', () => {
  const secret = 'secret-value';
  const wrong = [
    { TOKEN_HOST_SUFFIX: `${secret}!` },
    { ACCESS: secret },
    { ACCESS: JSON.stringify({ team: secret, audience: secret }) },
    { MTLS: JSON.stringify({ grants: [{ fingerprintSha256: secret }] }) },
  ];
  for (const bindings of wrong) {
    const { problems } = readDoorSettings(bindings);
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain(secret);
  }
});
