/** Questions and answers in JSON: what is taken, what comes back, what is refused, and for how long it may be kept. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { asParameter, post, queryFor } from '../support/question.ts';
import { outside, Upstream } from '../support/upstream.ts';
import { refusal, whole } from '../support/whole-response.ts';
import { address, cname, group, host, node, plain, snapshot, txt } from '../support/zone.ts';

const web = 'web.shop.svc.cluster.local';

const zone = snapshot(
  [
    group('web.shop.svc', {
      own: [address('10.0.0.1'), address('2001:db8:0:0:1::')],
      nodes: [node('', { addresses: 'base', services: [{ priority: 0, weight: 100, port: 80, targets: 'base' }] })],
    }),
    plain('about.shop.svc', txt('v="1"; a\\b', 28_800)),
    plain('alias.shop.svc', { ...cname('web.shop.svc'), ttlSeconds: 7 }),
    plain('outside.shop.svc', cname('db.example.com.')),
    group('odd.svc', { hosts: [host('a.b', ['10.0.9.1']), host('\0\xff', ['10.0.9.2'])] }),
  ],
  { ttlSeconds: 20 },
);

let edge: Edge;
beforeAll(async () => {
  edge = await startOpenEdge(zone);
});

async function json(response: Response): Promise<unknown> {
  expect(response.status).toBe(200);
  return response.json();
}

const asked = { TC: false, RD: true, RA: false, AD: false, CD: false };
const soa = {
  name: 'cluster.local.',
  type: 6,
  TTL: 20,
  data: 'ns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 20',
};

describe('an answer', () => {
  test.for<[string, string, object]>([
    [
      'with data',
      `name=${web}`,
      {
        Status: 0,
        Question: [{ name: `${web}.`, type: 1 }],
        Answer: [{ name: `${web}.`, type: 1, TTL: 30, data: '10.0.0.1' }],
      },
    ],
    [
      'of a type by name',
      `name=${web}.&type=aaaa`,
      {
        Status: 0,
        Question: [{ name: `${web}.`, type: 28 }],
        Answer: [{ name: `${web}.`, type: 28, TTL: 30, data: '2001:db8:0:0:1::' }],
      },
    ],
    [
      'of a type by number, with addresses beside it',
      `name=${web}&type=33`,
      {
        Status: 0,
        Question: [{ name: `${web}.`, type: 33 }],
        Answer: [{ name: `${web}.`, type: 33, TTL: 30, data: `0 100 80 ${web}.` }],
        Additional: [
          { name: `${web}.`, type: 1, TTL: 30, data: '10.0.0.1' },
          { name: `${web}.`, type: 28, TTL: 30, data: '2001:db8:0:0:1::' },
        ],
      },
    ],
    [
      'with text',
      'name=about.shop.svc.cluster.local&type=TXT',
      {
        Status: 0,
        Question: [{ name: 'about.shop.svc.cluster.local.', type: 16 }],
        Answer: [{ name: 'about.shop.svc.cluster.local.', type: 16, TTL: 28_800, data: '"v=\\"1\\"; a\\\\b"' }],
      },
    ],
    [
      'through an alias, in the letters of the question',
      'name=ALIAS.shop.SVC.cluster.local&type=A',
      {
        Status: 0,
        Question: [{ name: 'ALIAS.shop.SVC.cluster.local.', type: 1 }],
        Answer: [
          { name: 'ALIAS.shop.SVC.cluster.local.', type: 5, TTL: 7, data: 'web.shop.SVC.cluster.local.' },
          { name: 'web.shop.SVC.cluster.local.', type: 1, TTL: 30, data: '10.0.0.1' },
        ],
      },
    ],
    [
      'that leads out of the zone',
      'name=outside.shop.svc.cluster.local',
      {
        Status: 0,
        Question: [{ name: 'outside.shop.svc.cluster.local.', type: 1 }],
        Answer: [{ name: 'outside.shop.svc.cluster.local.', type: 5, TTL: 30, data: 'db.example.com.' }],
      },
    ],
    [
      'that there is no such type',
      `name=${web}&type=MX`,
      { Status: 0, Question: [{ name: `${web}.`, type: 15 }], Authority: [soa] },
    ],
    [
      'that there is no such name',
      'name=nope.cluster.local',
      { Status: 3, Question: [{ name: 'nope.cluster.local.', type: 1 }], Authority: [soa] },
    ],
    [
      'about the zone itself',
      'name=cluster.local&type=SOA',
      { Status: 0, Question: [{ name: 'cluster.local.', type: 6 }], Answer: [soa] },
    ],
    [
      'about a label with a dot',
      'name=a\\.b.odd.svc.cluster.local',
      {
        Status: 0,
        Question: [{ name: 'a\\.b.odd.svc.cluster.local.', type: 1 }],
        Answer: [{ name: 'a\\.b.odd.svc.cluster.local.', type: 1, TTL: 30, data: '10.0.9.1' }],
      },
    ],
    [
      'about octets that are no letters',
      'name=\\000%5C255.odd.svc.cluster.local',
      {
        Status: 0,
        Question: [{ name: '\\000\\255.odd.svc.cluster.local.', type: 1 }],
        Answer: [{ name: '\\000\\255.odd.svc.cluster.local.', type: 1, TTL: 30, data: '10.0.9.2' }],
      },
    ],
    [
      'about another label than the one with a dot',
      'name=a.b.odd.svc.cluster.local',
      { Status: 3, Question: [{ name: 'a.b.odd.svc.cluster.local.', type: 1 }], Authority: [soa] },
    ],
    [
      'that is a refusal, with its reason',
      'name=example.com',
      {
        Status: 5,
        Question: [{ name: 'example.com.', type: 1 }],
        Comment: 'EDE 20 (Not Authoritative): no zone of this cluster holds the name',
      },
    ],
    [
      'to a transfer',
      'name=cluster.local&type=AXFR',
      {
        Status: 5,
        Question: [{ name: 'cluster.local.', type: 252 }],
        Comment: 'EDE 21 (Not Supported): zone transfers are not offered',
      },
    ],
    [
      'to a type that nobody may ask for',
      'name=cluster.local&type=OPT',
      {
        Status: 1,
        Question: [{ name: 'cluster.local.', type: 41 }],
        Comment: 'EDE 30 (Invalid Query Type): nobody may ask for this type',
      },
    ],
  ])('%s', async ([, search, expected]) => {
    expect(await json(await edge.fetch(`/resolve?${search}`))).toEqual({ ...asked, ...expected });
  });

  test.for([
    ['cd', { CD: true }],
    ['do', {}],
  ] as const)('%s is taken', async ([parameter, flags]) => {
    const answer = await json(await edge.fetch(`/resolve?name=${web}&${parameter}=1`));
    expect(answer).toMatchObject({ ...asked, ...flags, Status: 0 });
  });

  test.for([
    ['random_padding', 'random_padding=XXXXXXXX'],
    ['a client subnet', 'edns_client_subnet=192.0.2.0/24'],
    ['what is unknown', 'x=1&__proto__=2&NAME=a'],
    ['a second name, type and flag', 'name=..&type=0&do=1&do=x'],
  ] as const)('%s is passed over', async ([, search]) => {
    const plainAnswer = await json(await edge.fetch(`/resolve?name=${web}&type=A`));
    expect(await json(await edge.fetch(`/resolve?name=${web}&type=A&${search}`))).toEqual(plainAnswer);
  });

  test('is one line of text that ends', async () => {
    const { body } = await whole(await edge.fetch(`/resolve?name=${web}`));
    expect(body).toBe(
      `{"Status":0,"TC":false,"RD":true,"RA":false,"AD":false,"CD":false,"Question":[{"name":"${web}.","type":1}],` +
        `"Answer":[{"name":"${web}.","type":1,"TTL":30,"data":"10.0.0.1"}]}\n`,
    );
  });
});

describe('400: what is wrong is said', () => {
  const rows = [
    ['', 'a "name" parameter is needed, such as name=web.shop.svc.cluster.local'],
    ['?name=', 'a "name" parameter is needed, such as name=web.shop.svc.cluster.local'],
    ['?type=A', 'a "name" parameter is needed, such as name=web.shop.svc.cluster.local'],
    ['?name=a..b', '"a..b" is not a domain name: a label is empty'],
    ['?name=.a', '".a" is not a domain name: a label is empty'],
    [
      '?name=b%C3%BCcher.example',
      '"bücher.example" is not a domain name: only ASCII is allowed; write other names in punycode ("xn--…")',
    ],
    ['?name=%FF', '"\u{fffd}" is not a domain name: only ASCII is allowed; write other names in punycode ("xn--…")'],
    ['?name=a&type=', '"type" must be a record type such as AAAA or SRV, or a number from 1 to 65535'],
    ['?name=a&type=0', '"type" must be a record type such as AAAA or SRV, or a number from 1 to 65535'],
    ['?name=a&type=65536', '"type" must be a record type such as AAAA or SRV, or a number from 1 to 65535'],
    ['?name=a&type=NOPE', '"type" must be a record type such as AAAA or SRV, or a number from 1 to 65535'],
    ['?name=a&do=2', '"do" must be 0, 1, false or true'],
    ['?name=a&cd=yes', '"cd" must be 0, 1, false or true'],
  ] as const;

  test.for(rows)('/resolve%s', async ([search, error]) => {
    const { status, headers, body } = await whole(await edge.fetch(`/resolve${search}`));
    expect(status).toBe(400);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
    });
    const text = new TextDecoder().decode(Uint8Array.from(body, (octet) => octet.charCodeAt(0)));
    expect(JSON.parse(text)).toEqual({ error, code: 'BAD_REQUEST' });
  });
});

describe('the path of DNS messages', () => {
  test.for([
    ['a name asks in JSON', `name=${web}`, 'application/json'],
    [
      'a message and a name ask by message',
      `name=${web}&${asParameter(queryFor(web)).slice(1)}`,
      'application/dns-message',
    ],
  ] as const)('%s', async ([, search, type]) => {
    const response = await edge.fetch(`/dns-query?${search}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
  });

  test('answers in JSON are the same there', async () => {
    const [one, other] = [await edge.fetch(`/resolve?name=${web}`), await edge.fetch(`/dns-query?name=${web}`)];
    expect(await whole(other)).toEqual(await whole(one));
  });

  test.for([
    ['a message that is none is not asked by its name', `/dns-query?name=${web}&dns=%`],
    ['two messages neither', `/dns-query?name=${web}&dns=&dns=`],
    ['a wrong name is told', '/dns-query?name=..'],
    ['nothing is asked', '/dns-query'],
  ] as const)('400: %s', async ([, path]) => {
    expect(await refusal(await edge.fetch(path))).toBe('400 BAD_REQUEST');
  });

  test('a POST is a message, whatever its URL says', async () => {
    const response = await edge.fetch(`/dns-query?name=${web}`, post(queryFor('nope.cluster.local')));
    expect(response.headers.get('content-type')).toBe('application/dns-message');
    expect(await refusal(await edge.fetch(`/dns-query?name=${web}`, { method: 'POST' }))).toBe(
      '415 UNSUPPORTED_MEDIA_TYPE',
    );
  });

  test.for(['POST', 'PUT', 'DELETE'])('/resolve does not take %s', async (method) => {
    const response = await edge.fetch(`/resolve?name=${web}`, { method });
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect(await refusal(response)).toBe('405 METHOD_NOT_ALLOWED');
  });

  test.for(['/resolve', '/c/nowhere/resolve', '/t/nothing/resolve'])('OPTIONS %s: the methods', async (path) => {
    expect(await whole(await edge.fetch(path, { method: 'OPTIONS' }))).toEqual({
      status: 204,
      headers: [
        ['allow', 'GET, HEAD, OPTIONS'],
        ['cache-control', 'no-store'],
      ],
      body: '',
    });
  });

  test.for([`/resolve?name=${web}`, '/resolve?name=nope.cluster.local', '/resolve?name=..', `/dns-query?name=${web}`])(
    'HEAD %s is GET without a body',
    async (path) => {
      const get = await whole(await edge.fetch(path));
      expect(get.headers).toContainEqual(['content-length', String(get.body.length)]);
      expect(await whole(await edge.fetch(path, { method: 'HEAD' }))).toEqual({ ...get, body: '' });
    },
  );
});

describe('Content-Type: application/dns-json is for those who ask for it', () => {
  test.for([
    ['nothing said', '', undefined, 'application/json'],
    ['anything', '', '*/*', 'application/json'],
    ['JSON', '', 'application/json', 'application/json'],
    ['DNS messages', '', 'application/dns-message', 'application/json'],
    ['it', '', 'application/dns-json', 'application/dns-json'],
    ['it in capitals', '', 'Application/DNS-JSON', 'application/dns-json'],
    ['it among others', '', 'text/html, application/dns-json;q=0.9, */*', 'application/dns-json'],
    ['what only begins so', '', 'application/dns-jsonp', 'application/json'],
    ['it in the URL', '&ct=application/dns-json', undefined, 'application/dns-json'],
    ['it in the URL, and something else', '&ct=application/dns-json', 'application/json', 'application/dns-json'],
    ['JSON in the URL', '&ct=application/json', 'application/dns-json', 'application/json'],
    ['something unknown in the URL', '&ct=text/html', 'application/dns-json', 'application/dns-json'],
  ] as const)('%s', async ([, search, accept, expected]) => {
    const headers = accept === undefined ? {} : { accept };
    for (const name of [web, 'nope.cluster.local', 'example.com']) {
      const response = await edge.fetch(`/resolve?name=${name}${search}`, { headers });
      expect(response.headers.get('content-type')).toBe(expected);
      expect(response.headers.get('vary')).toBe('Accept');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

describe('Cache-Control is that of the DNS message', () => {
  const rows = [
    ['the TTL', web, 'A', 30],
    ['the lowest TTL of a chain', 'alias.shop.svc.cluster.local', 'A', 7],
    ['a long TTL', 'about.shop.svc.cluster.local', 'TXT', 28_800],
    ['NODATA', web, 'MX', 20],
    ['NXDOMAIN', 'nope.cluster.local', 'A', 20],
    ['REFUSED', 'example.com', 'A', undefined],
    ['FORMERR', web, 'OPT', undefined],
  ] as const;

  test.for(rows)('open: %s', async ([, name, type, seconds]) => {
    const response = await edge.fetch(`/resolve?name=${name}&type=${type}`);
    expect(response.headers.get('cache-control')).toBe(seconds === undefined ? 'no-store' : `max-age=${seconds}`);
    const message = await edge.fetch('/dns-query', post(queryFor(name, type)));
    expect(response.headers.get('cache-control')).toBe(message.headers.get('cache-control'));
  });

  test.for(rows)('for the asker alone where a credential was needed: %s', async ([, name, type, seconds]) => {
    const closed = await startEdge();
    await closed.register('local');
    await closed.publish(zone);
    const token = await closed.createToken(['local']);
    const expected = seconds === undefined ? 'no-store' : `private, max-age=${seconds}`;

    const inPath = await closed.fetch(`/t/${token}/resolve?name=${name}&type=${type}`);
    expect(inPath.headers.get('cache-control')).toBe(expected);
    expect(inPath.headers.get('vary')).toBe('Accept');

    const headers = { authorization: `Bearer ${token}` };
    const inHeader = await closed.fetch(`/resolve?name=${name}&type=${type}`, { headers });
    expect(inHeader.headers.get('cache-control')).toBe(expected);
    const vary = 'Authorization, Accept';
    expect(inHeader.headers.get('vary')).toBe(seconds === undefined ? 'Accept' : vary);
  });
});

describe('who may ask', () => {
  async function closedEdge(): Promise<Edge> {
    const closed = await startEdge();
    await closed.register('local');
    await closed.register('other', ['cluster.local', 'other.example']);
    await closed.publish(zone);
    return closed;
  }

  test.for([
    ['/resolve', 'no credential'],
    ['/t/kd1_nothing/resolve', 'a token that is none'],
    ['/c/local/resolve', 'no credential, with a cluster'],
    ['/dns-query', 'no credential, where messages are taken'],
  ] as const)('401 at %s: %s', async ([path]) => {
    const closed = await closedEdge();
    for (const search of [`?name=${web}`, '?name=..', '']) {
      expect(await refusal(await closed.fetch(path + search))).toBe('401 UNAUTHORIZED');
    }
  });

  test('a token in the path or the header, with or without the cluster', async () => {
    const closed = await closedEdge();
    const token = await closed.createToken(['local']);
    const headers = { authorization: `Bearer ${token}` };
    for (const response of [
      await closed.fetch(`/t/${token}/resolve?name=${web}`),
      await closed.fetch(`/t/${token}/c/local/resolve?name=${web}`),
      await closed.fetch(`/t/${token}/dns-query?name=${web}`),
      await closed.fetch(`/resolve?name=${web}`, { headers }),
      await closed.fetch(`/c/local/resolve?name=${web}`, { headers }),
    ]) {
      expect(await json(response)).toMatchObject({ Status: 0, Answer: [{ data: '10.0.0.1' }] });
    }
  });

  test('403 for a cluster that is not in scope, whether it exists or not', async () => {
    const closed = await closedEdge();
    const token = await closed.createToken(['local']);
    for (const cluster of ['other', 'nowhere']) {
      const response = await closed.fetch(`/t/${token}/c/${cluster}/resolve?name=..`);
      expect(await refusal(response)).toBe('403 CLUSTER_NOT_IN_SCOPE');
    }
  });

  test('a name outside the namespaces is refused in JSON, whether it exists or not', async () => {
    const closed = await closedEdge();
    const token = await closed.createToken(['local'], null, { namespaces: ['bank'] });
    for (const name of [web, 'nothing.shop.svc.cluster.local']) {
      const response = await closed.fetch(`/t/${token}/resolve?name=${name}`);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await json(response)).toEqual({
        ...asked,
        Status: 5,
        Question: [{ name: `${name}.`, type: 1 }],
        Comment: 'EDE 18 (Prohibited): this credential is not for that name',
      });
    }
  });

  test('what was published is not there yet: SERVFAIL, and why', async () => {
    const closed = await closedEdge();
    const token = await closed.createToken(['other']);
    expect(await json(await closed.fetch(`/t/${token}/resolve?name=${web}`))).toMatchObject({
      Status: 2,
      Comment: 'EDE 14 (Not Ready): this cluster has published no snapshot yet',
    });
  });

  test('what is stale says so', async () => {
    const open = await startOpenEdge(zone);
    await json(await open.fetch(`/resolve?name=${web}`));
    open.machine.advance(16 * 60 * 1000);
    expect(await json(await open.fetch(`/resolve?name=${web}`))).toMatchObject({
      Status: 0,
      Answer: [{ TTL: 5 }],
      Comment: expect.stringMatching(/^EDE 3 \(Stale Answer\): age=9\d\ds serial=1$/),
    });
  });
});

describe('names outside the zones', () => {
  test('are asked of somebody else, who is told DO and CD, and what he says is written down', async () => {
    const open = await startOpenEdge(zone, ['cluster.local'], [], { outside: outside('forward') });
    const upstream = new Upstream(open.machine);
    const mail = {
      name: 'Example.com',
      type: 'MX',
      ttl: 300,
      data: { preference: 10, exchange: 'mail.Example.com' },
    } as const;
    const unknown = { name: 'Example.com', type: 'UNKNOWN_65280', ttl: 9, data: Buffer.from([0, 255]) } as never;
    upstream.answers({ answers: [mail, unknown] });

    const response = await open.fetch('/resolve?name=Example.com&type=MX&do=1&cd=1');
    expect(response.headers.get('cache-control')).toBe('max-age=9');
    expect(await json(response)).toEqual({
      ...asked,
      Status: 0,
      RA: true,
      CD: true,
      Question: [{ name: 'Example.com.', type: 15 }],
      Answer: [
        { name: 'Example.com.', type: 15, TTL: 300, data: '10 mail.Example.com.' },
        { name: 'Example.com.', type: 65280, TTL: 9, data: '\\# 2 00ff' },
      ],
    });
    const [flags, opt] = upstream.received.flatMap(({ body }) => [[...body.subarray(2, 4)], [...body.subarray(-4)]]);
    expect(flags).toEqual([0x01, 0x10]);
    expect(opt).toEqual([0x80, 0, 0, 0]);
  });

  test('who is not there: SERVFAIL, and why', async () => {
    const open = await startOpenEdge(zone, ['cluster.local'], [], { outside: outside('forward') });
    expect(await json(await open.fetch('/resolve?name=example.com'))).toMatchObject({
      Status: 2,
      RA: true,
      Comment: expect.stringMatching(/^EDE 2[23] \((Network Error|No Reachable Authority)\)/),
    });
  });

  test('where this server is found (RFC 9462)', async () => {
    const open = await startOpenEdge(zone, ['cluster.local'], [], { outside: outside('refuse', 'dns.example.com') });
    expect(await json(await open.fetch('/resolve?name=_dns.resolver.arpa&type=SVCB'))).toMatchObject({
      Status: 0,
      Answer: [{ type: 64, data: '1 dns.example.com. alpn="h2,h3" dohpath="/dns-query{?dns}"' }],
    });
  });
});

test('a URL that is too long is told: 414', async () => {
  expect(await refusal(await edge.fetch(`/resolve?name=${web}&random_padding=${'x'.repeat(17_000)}`))).toBe(
    '414 URI_TOO_LONG',
  );
});

test('a large answer is whole JSON', async () => {
  const many = Array.from({ length: 1_000 }, (_, i) => address(`10.1.${i >> 8}.${i & 255}`));
  const large = await startOpenEdge(
    snapshot([group('web.shop.svc', { own: many, nodes: [node('', { addresses: 'base' })] })]),
  );
  const answer = (await json(await large.fetch(`/resolve?name=${web}`))) as { Answer: { data: string }[] };
  expect(new Set(answer.Answer.map(({ data }) => data)).size).toBe(1_000);
});
