import dnsPacket from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { a, extendedError, FakeEdge, nothing, query, response, Stage, shown } from './stub-stage.ts';

const web = 'web.shop.svc.cluster.local';
const stale = (errors: string): string => `NOERROR; ${web} 5 A 10.0.0.1; EDE 3${errors}`;

function cluster(): FakeEdge {
  return new FakeEdge('prod', 'cluster.local').tell(`${web} A`, a(web, 30, '10.0.0.1')).tell(`${web} AAAA`, nothing(0));
}

describe('from the edge', () => {
  test('an answer comes from the edge once, and then from what is kept, with its TTL counted down', async () => {
    const edge = cluster();
    const stage = new Stage([edge]);
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 30 A 10.0.0.1`);
    await stage.time.pass(12_400);
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 18 A 10.0.0.1`);
    await stage.time.pass(17_500);
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 1 A 10.0.0.1`);
    expect(edge.asked).toEqual([`${web} A`]);
    await stage.time.pass(200);
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 30 A 10.0.0.1`);
    expect(edge.asked).toEqual([`${web} A`, `${web} A`]);
  });

  test('it is asked with id 0 and EDNS, whatever the client sent', async () => {
    const edge = cluster();
    await new Stage([edge]).ask(`${web} A`, { id: 4711, udpPayloadSize: null });
    const message = dnsPacket.decode(Buffer.from(edge.messages[0]!));
    expect([message.id, message.additionals?.map(({ type }) => type)]).toEqual([0, ['OPT']]);
  });

  test.for([
    ['an absent name', 'nope.shop.svc.cluster.local A', 'NXDOMAIN; SOA 30'],
    ['no IPv6 address', `${web} AAAA`, 'NOERROR; SOA 30'],
  ])('%s is kept too', async ([, question, expected]) => {
    const edge = cluster();
    const stage = new Stage([edge]);
    expect([await stage.ask(question!), await stage.ask(question!)]).toEqual([expected, expected]);
    expect(edge.asked).toEqual([question]);
  });

  test('a negative answer counts for no longer than the MINIMUM of its SOA record, and not at all without one', async () => {
    const edge = cluster()
      .tell('a.cluster.local A', nothing(3, 300, 10))
      .tell('b.cluster.local A', { rcode: 3 });
    const stage = new Stage([edge]);
    expect(await stage.ask('a.cluster.local A')).toBe('NXDOMAIN; SOA 10');
    await stage.time.pass(10_100);
    await stage.ask('a.cluster.local A');
    await stage.ask('b.cluster.local A');
    await stage.ask('b.cluster.local A');
    expect(edge.asked).toEqual(['a', 'a', 'b', 'b'].map((name) => `${name}.cluster.local A`));
  });

  test('questions for types that a name does not have leave its addresses as they are', async () => {
    const stage = new Stage([cluster().tell(`${web} UNKNOWN_65`, nothing(0)).tell(`${web} UNKNOWN_64`, nothing(0))]);
    for (const type of ['AAAA', 'UNKNOWN_65', 'UNKNOWN_64'])
      expect(await stage.ask(`${web} ${type}`)).toBe('NOERROR; SOA 30');
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 30 A 10.0.0.1`);
    expect(await stage.ask(`${web} AAAA`)).toBe('NOERROR; SOA 30');
  });

  test('what an answer came in may be used for something else afterwards', async () => {
    const edge = cluster();
    const came: Uint8Array[] = [];
    const ask = async (message: Uint8Array): Promise<Uint8Array> => {
      const answer = Buffer.from(await edge.ask(message));
      came.push(answer);
      return answer;
    };
    const stage = new Stage([{ name: edge.name, zones: edge.zones, ask }]);
    await stage.ask(`${web} A`);
    came[0]!.fill(0xff);
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 30 A 10.0.0.1`);
  });

  test('letters come back as they were written', async () => {
    const edge = cluster();
    const stage = new Stage([edge]);
    for (const spelled of ['WeB.shop.SVC.cluster.local', 'web.SHOP.svc.cluster.LOCAL']) {
      expect(await stage.ask(`${spelled} A`)).toBe(`NOERROR; ${spelled} 30 A 10.0.0.1`);
    }
    expect(edge.asked).toEqual([`${web} A`]);
  });

  test('who asks what is being asked waits for the same answer', async () => {
    const edge = cluster();
    edge.mood = 'is silent';
    const stage = new Stage([edge]);
    const answers = [1, 2, 3].map((id) => stage.answer(`${web} A`, { id }));
    edge.mood = 'answers';
    edge.speak();
    expect((await Promise.all(answers)).map((octets) => [octets![1], shown(octets)])).toEqual(
      [1, 2, 3].map((id) => [id, `NOERROR; ${web} 30 A 10.0.0.1`]),
    );
    expect(edge.asked).toHaveLength(1);
  });

  test('addresses of one set take turns', async () => {
    let drawn = 0;
    const edge = cluster().tell(`${web} A`, a(web, 30, '10.0.0.1', '10.0.0.2', '10.0.0.3'));
    const stage = new Stage([edge], { random: () => drawn });
    const first = async (): Promise<unknown> =>
      dnsPacket
        .decode(Buffer.from((await stage.answer(`${web} A`))!))
        .answers?.map((record) => ('data' in record ? record.data : ''));
    expect(await first()).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
    drawn = 0.5;
    expect(await first()).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.1']);
  });

  test('its extended errors reach those who speak EDNS', async () => {
    const edge = cluster().tell(`${web} A`, {
      ...a(web, 30, '10.0.0.1'),
      additionals: [extendedError(3, 'old snapshot')],
    });
    const stage = new Stage([edge]);
    for (let i = 0; i < 2; i += 1) {
      expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 30 A 10.0.0.1; EDE 3 old snapshot`);
    }
    expect(await stage.ask(`${web} A`, { udpPayloadSize: null })).toBe(`NOERROR; ${web} 30 A 10.0.0.1`);
  });

  test('a refusal is passed on, and does not stay', async () => {
    const edge = cluster().tell(`${web} A`, { rcode: 5, additionals: [extendedError(18, '')] });
    const stage = new Stage([edge]);
    expect(await stage.ask(`${web} A`)).toBe('REFUSED; EDE 18');
    await stage.time.pass(1100);
    edge.tell(`${web} A`, a(web, 30, '10.0.0.1'));
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 30 A 10.0.0.1`);
  });
});

describe('which edge', () => {
  const answering = (name: string, address: string, ...zones: string[]): FakeEdge => {
    const edge = new FakeEdge(name, ...zones);
    for (const zone of ['cluster.local', 'prod.example', 'deep.prod.example']) {
      edge.tell(`x.${zone} A`, a(`x.${zone}`, 30, address));
    }
    return edge;
  };
  const edges = [
    answering('one', '10.0.0.1', 'cluster.local', 'prod.example'),
    answering('two', '10.0.0.2', 'cluster.local', 'deep.prod.example'),
  ];

  test.for([
    ['x.cluster.local', '10.0.0.1'],
    ['x.prod.example', '10.0.0.1'],
    ['x.deep.prod.example', '10.0.0.2'],
  ])('%s is asked of the longest zone, of two the first', async ([name, address]) => {
    expect(await new Stage(edges).ask(`${name} A`)).toBe(`NOERROR; ${name} 30 A ${address}`);
  });

  test.for(['example.com', 'xcluster.local', 'local', 'cluster.local.example'])('%s is refused', async (name) => {
    const text = 'EDE 20 only these zones are answered: cluster.local. prod.example. cluster.local. deep.prod.example.';
    expect(await new Stage(edges).ask(`${name} A`)).toBe(`REFUSED; ${text}`);
  });

  test('an edge that goes takes its answers with it; one that stays keeps them', async () => {
    const [one, two] = [answering('one', '10.0.0.1', 'cluster.local'), answering('two', '10.0.0.2', 'prod.example')];
    const stage = new Stage([one, two]);
    await stage.ask('x.cluster.local A');
    await stage.ask('x.prod.example A');
    const three = answering('three', '10.0.0.3', 'cluster.local');
    stage.resolver.replaceSources([three, two]);
    expect(await stage.ask('x.cluster.local A')).toBe('NOERROR; x.cluster.local 30 A 10.0.0.3');
    expect(await stage.ask('x.prod.example A')).toBe('NOERROR; x.prod.example 30 A 10.0.0.2');
    expect(two.asked).toEqual(['x.prod.example A']);
  });
});

describe('while the edge fails', () => {
  test.for([
    ['fails', '; EDE 22 prod: the edge cannot be reached'],
    ['refuses the token', '; EDE 18 the edge refuses the token of prod: log in again with kube-doh login'],
    ['talks nonsense', '; EDE 23 prod: the edge sent something that is no answer to the question'],
    ['breaks down', ''],
  ] as const)('it %s: what was answered before serves, within its bound', async ([mood, errors]) => {
    const edge = cluster();
    const stage = new Stage([edge], { staleSeconds: 100 });
    await stage.ask(`${web} A`);
    edge.mood = mood;
    await stage.time.pass(29_000);
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 1 A 10.0.0.1`);
    await stage.time.pass(2000);
    expect(await stage.ask(`${web} A`)).toBe(stale(errors));
    await stage.time.pass(98_000);
    expect(await stage.ask(`${web} A`)).toBe(stale(errors));
    await stage.time.pass(2000);
    expect(await stage.ask(`${web} A`)).toMatch(/^SERVFAIL; EDE/);
  });

  test('an absent name stays absent, with its own extended error', async () => {
    const edge = cluster();
    const stage = new Stage([edge]);
    await stage.ask('nope.cluster.local A');
    edge.mood = 'fails';
    await stage.time.pass(31_000);
    expect(await stage.ask('nope.cluster.local A')).toBe(
      'NXDOMAIN; SOA 5; EDE 19; EDE 22 prod: the edge cannot be reached',
    );
  });

  test('with a bound of 0 nothing serves past its time', async () => {
    const edge = cluster();
    const stage = new Stage([edge], { staleSeconds: 0 });
    await stage.ask(`${web} A`);
    edge.mood = 'fails';
    await stage.time.pass(31_000);
    expect(await stage.ask(`${web} A`)).toBe('SERVFAIL; EDE 22 prod: the edge cannot be reached');
  });

  test('a slow edge is waited for 1.8 seconds, once; then it is tried behind the answers', async () => {
    const edge = cluster();
    const stage = new Stage([edge]);
    await stage.ask(`${web} A`);
    await stage.time.pass(31_000);
    edge.mood = 'is silent';
    expect(await stage.askFor(1700, `${web} A`)).toBe('no answer yet');
    await stage.time.pass(100);
    const late = stale('; EDE 22 prod: the edge does not answer in time');
    expect(await stage.askFor(0, `${web} A`)).toBe(late);
    edge.mood = 'answers';
    edge.speak();
    await stage.time.pass(0);
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 30 A 10.0.0.1`);
    expect(stage.told).toEqual(['prod LATE', 'prod recovered']);
  });

  test('when it failed long ago it is waited for again', async () => {
    const edge = cluster();
    const stage = new Stage([edge]);
    await stage.ask(`${web} A`);
    edge.mood = 'fails';
    await stage.time.pass(31_000);
    expect(await stage.ask(`${web} A`)).toContain('EDE 3');
    edge.mood = 'answers';
    edge.tell(`${web} A`, a(web, 30, '10.0.0.99'));
    await stage.time.pass(600_000);
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 30 A 10.0.0.99`);
  });

  test('when it still fails then, that is no news', async () => {
    const edge = cluster();
    const stage = new Stage([edge]);
    await stage.ask(`${web} A`);
    edge.mood = 'fails';
    await stage.time.pass(31_000);
    await stage.ask(`${web} A`);
    edge.mood = 'is silent';
    await stage.time.pass(600_000);
    expect(await stage.askFor(1700, `${web} A`)).toBe('no answer yet');
    await stage.time.pass(100);
    expect(await stage.askFor(0, `${web} A`)).toBe(stale('; EDE 22 prod: the edge cannot be reached'));
    expect(stage.told).toEqual(['prod NO_ANSWER']);
  });

  test('it is told whether anything serves meanwhile', async () => {
    const served = async (question: string, staleSeconds: number): Promise<unknown> => {
      const edge = cluster();
      const stage = new Stage([edge], { staleSeconds });
      await stage.ask(question);
      edge.mood = 'fails';
      await stage.time.pass(31_000);
      await stage.ask('another.cluster.local A');
      return stage.events;
    };
    const told = (isServedStale: boolean) => [expect.objectContaining({ kind: 'source-failed', isServedStale })];
    expect(await served(`${web} A`, 3600)).toEqual(told(true));
    expect(await served(`${web} A`, 0)).toEqual(told(false));
    expect(await served(`${web} A`, 0.5)).toEqual(told(false));
    expect(await served('www.example.com A', 3600)).toEqual(told(false));
  });

  test.for([
    ['has no TTL', a(web, 0, '10.0.0.99'), `NOERROR; ${web} 0 A 10.0.0.99`],
    ['is negative, without an SOA record', { rcode: 3 }, 'NXDOMAIN'],
  ] as const)('what it said before a last answer that %s does not serve', async ([, last, expected]) => {
    const edge = cluster();
    const stage = new Stage([edge]);
    await stage.ask(`${web} A`);
    edge.tell(`${web} A`, last);
    await stage.time.pass(31_000);
    expect(await stage.ask(`${web} A`)).toBe(expected);
    edge.mood = 'fails';
    expect(await stage.ask(`${web} A`)).toBe('SERVFAIL; EDE 22 prod: the edge cannot be reached');
  });

  test('it is tried again at most once a second, and only while questions come', async () => {
    const edge = cluster();
    const stage = new Stage([edge]);
    await stage.ask(`${web} A`);
    edge.mood = 'fails';
    await stage.time.pass(31_000);
    for (let i = 0; i < 30; i += 1) {
      expect(await stage.ask(`${web} A`)).toContain('EDE 3');
      await stage.time.pass(100);
    }
    expect(edge.asked).toHaveLength(1 + 3);
    await stage.time.pass(60_000);
    expect(edge.asked).toHaveLength(1 + 3);
  });

  test('it is answered rightly within two seconds of recovery', async () => {
    const edge = cluster();
    const stage = new Stage([edge]);
    await stage.ask(`${web} A`);
    edge.mood = 'refuses the token';
    await stage.time.pass(31_000);
    await stage.ask(`${web} A`);
    edge.mood = 'answers';
    edge.tell(`${web} A`, a(web, 30, '10.0.0.99'));
    await stage.time.pass(1000);
    await stage.ask(`${web} A`);
    await stage.time.pass(0);
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 30 A 10.0.0.99`);
    expect(stage.told).toEqual(['prod REFUSED_TOKEN', 'prod recovered']);
  });

  test('with nothing kept it says why, and is not asked the same again for a second', async () => {
    const edge = cluster();
    edge.mood = 'fails';
    const stage = new Stage([edge]);
    const failure = 'SERVFAIL; EDE 22 prod: the edge cannot be reached';
    expect([await stage.ask(`${web} A`), await stage.ask(`${web} A`)]).toEqual([failure, failure]);
    expect(edge.asked).toHaveLength(1);
    edge.mood = 'answers';
    await stage.time.pass(1100);
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 30 A 10.0.0.1`);
  });

  test('nobody waits for ever', async () => {
    const edge = cluster();
    edge.mood = 'is silent';
    const stage = new Stage([edge]);
    expect(await stage.askFor(3900, `${web} A`)).toBe('no answer yet');
    expect(await stage.askFor(200, `${web} A`)).toBe('SERVFAIL; EDE 22 prod: the edge does not answer in time');
  });

  test('a machine that slept does not take what it kept for fresh', async () => {
    const edge = cluster();
    const stage = new Stage([edge], { staleSeconds: 600 });
    await stage.ask(`${web} A`);
    stage.time.sleep(120_000);
    edge.tell(`${web} A`, a(web, 30, '10.0.0.7'));
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 30 A 10.0.0.7`);
    stage.time.sleep(3_600_000);
    edge.mood = 'fails';
    expect(await stage.ask(`${web} A`)).toMatch(/^SERVFAIL/);
  });

  test('a clock that is set back makes nothing younger', async () => {
    const stage = new Stage([cluster()]);
    await stage.ask(`${web} A`);
    await stage.time.pass(10_000);
    stage.time.sleep(-86_400_000);
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 20 A 10.0.0.1`);
    await stage.time.pass(10_000);
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 10 A 10.0.0.1`);
  });
});

describe('sizes', () => {
  const many = Array.from({ length: 60 }, (_, i) => `10.0.1.${i}`);

  test.for([
    ['udp', null, 'TC'],
    ['udp', 512, 'TC'],
    ['udp', 900, 'TC'],
    ['udp', 1232, 'whole'],
    ['udp', 65_535, 'whole'],
    ['tcp', null, 'whole'],
  ] as const)('60 addresses over %s with a size of %s: %s', async ([transport, udpPayloadSize, expected]) => {
    const stage = new Stage([cluster().tell(`${web} A`, a(web, 30, ...many))]);
    for (let i = 0; i < 2; i += 1) {
      const text = await stage.ask(`${web} A`, { transport, udpPayloadSize });
      expect(text.split('; ').length).toBe(expected === 'TC' ? 1 : 61);
      expect(text.startsWith('NOERROR TC')).toBe(expected === 'TC');
    }
  });

  test('nothing over UDP is longer than 1232 octets, whatever the client takes', async () => {
    const stage = new Stage([cluster().tell(`${web} A`, a(web, 30, ...many, ...many))]);
    expect(await stage.ask(`${web} A`, { udpPayloadSize: 65_535 })).toBe('NOERROR TC');
  });
});

describe('aliases that lead out of the zones', () => {
  const db = 'db.shop.svc.cluster.local';
  const alias = { answers: [{ name: db, type: 'CNAME' as const, ttl: 30, data: 'Db.example.com' }] };
  const bare = `${db} 30 CNAME Db.example.com`;
  const stageOf = (
    found: Awaited<ReturnType<NonNullable<ConstructorParameters<typeof Stage>[1]>['chase'] & {}>>,
    asked: string[] = [],
  ): Stage =>
    new Stage([cluster().tell(`${db} A`, alias).tell(`${db} CNAME`, alias).tell(`${db} AAAA`, alias)], {
      chase: async (target, type) => {
        asked.push(`${target} ${type}`);
        return found;
      },
    });

  test('the addresses of the last name are there, for the least of the TTLs', async () => {
    const asked: string[] = [];
    const stage = stageOf({ addresses: ['192.0.2.1', '192.0.2.2'], ttlSeconds: 12 }, asked);
    const expected = `NOERROR; db.example.com 12 A 192.0.2.1; db.example.com 12 A 192.0.2.2; ${bare}`;
    expect([await stage.ask(`${db} A`), await stage.ask(`${db} A`)]).toEqual([expected, expected]);
    expect(asked).toEqual(['\x02db\x07example\x03com\0 A']);
    await stage.time.pass(12_100);
    await stage.ask(`${db} A`);
    expect(asked).toHaveLength(2);
  });

  test.for([
    ['no address of the type', 'AAAA', { addresses: [], ttlSeconds: 60 }, `NOERROR; ${bare}`],
    ['the alias itself was asked for', 'CNAME', undefined, `NOERROR; ${bare}`],
    [
      'nobody can tell',
      'A',
      undefined,
      'SERVFAIL; EDE 22 nobody could resolve db.example.com., to which the name leads',
    ],
  ] as const)('%s', async ([, type, found, expected]) => {
    expect(await stageOf(found).ask(`${db} ${type}`)).toBe(expected);
  });

  test('a slow search for the last name is no failure of the edge', async () => {
    let isSlow = false;
    const found = { addresses: ['192.0.2.1'], ttlSeconds: 30 };
    const stage = new Stage([cluster().tell(`${db} A`, alias)], {
      chase: () => (isSlow ? new Promise(() => {}) : Promise.resolve(found)),
    });
    await stage.ask(`${db} A`);
    isSlow = true;
    await stage.time.pass(31_000);
    expect(await stage.askFor(1700, `${db} A`)).toBe('no answer yet');
    await stage.time.pass(100);
    const old = `NOERROR; db.example.com 5 A 192.0.2.1; ${db} 5 CNAME Db.example.com; EDE 3`;
    expect(await stage.askFor(0, `${db} A`)).toBe(old);
    expect(stage.told).toEqual([]);
  });

  test.for([
    ['A', `NOERROR; ${db} 30 CNAME www.two.example; www.two.example 20 A 10.0.0.2; www.two.example 20 A 10.0.0.3`],
    ['AAAA', `NOERROR; ${db} 30 CNAME www.two.example`],
  ])('one that leads to the zones of another edge has its %s records', async ([type, expected]) => {
    const leading = { answers: [{ name: db, type: 'CNAME' as const, ttl: 30, data: 'www.two.example' }] };
    const one = cluster().tell(`${db} ${type}`, leading);
    const two = new FakeEdge('two', 'two.example')
      .tell('www.two.example A', a('www.two.example', 20, '10.0.0.2', '10.0.0.3'))
      .tell('www.two.example AAAA', nothing(0));
    const stage = new Stage([one, two]);
    expect([await stage.ask(`${db} ${type}`), await stage.ask(`${db} ${type}`)]).toEqual([expected, expected]);
    expect(two.asked).toEqual([`www.two.example ${type}`]);
    await stage.time.pass(31_000);
    await stage.ask(`www.two.example ${type}`);
    expect(await stage.ask(`${db} ${type}`)).toBe(expected);
    expect(two.asked).toHaveLength(2);
  });

  test('aliases that lead from one edge to another and back end', async () => {
    const leading = (name: string, data: string) => ({ answers: [{ name, type: 'CNAME' as const, ttl: 30, data }] });
    const one = cluster().tell(`${db} A`, leading(db, 'www.two.example'));
    const two = new FakeEdge('two', 'two.example').tell('www.two.example A', leading('www.two.example', db));
    const stage = new Stage([one, two]);
    expect(await stage.askFor(4700, `${db} A`)).toMatch(/^SERVFAIL/);
  });

  test('an alias in the zones is as the edge answered it', async () => {
    const inner = { answers: [{ name: db, type: 'CNAME' as const, ttl: 30, data: web }] };
    const asked: string[] = [];
    const stage = new Stage([cluster().tell(`${db} A`, inner)], { chase: async (target) => void asked.push(target) });
    expect(await stage.ask(`${db} A`)).toBe(`NOERROR; ${db} 30 CNAME ${web}`);
    expect(asked).toEqual([]);
  });

  test.each([
    [16, ['\x047-16\x07example\x03com\0']],
    [17, []],
  ])('of %i aliases in a row the last one is followed, or none', async (count, followed) => {
    const names = [db, ...Array.from({ length: count }, (_, i) => `7-${i + 1}.example.com`)];
    const answers = names.slice(1).map((data, i) => ({ name: names[i]!, type: 'CNAME' as const, ttl: 30, data }));
    const asked: string[] = [];
    const chase = async (target: string) => {
      asked.push(target);
      return { addresses: ['192.0.2.1'], ttlSeconds: 30 };
    };
    await new Stage([cluster().tell(`${db} A`, { answers })], { chase }).ask(`${db} A`);
    expect(asked).toEqual(followed);
  });

  test('aliases that go round in a circle end', async () => {
    const round = {
      answers: [...alias.answers, { name: 'db.example.com', type: 'CNAME' as const, ttl: 30, data: db }],
    };
    expect(
      await new Stage([cluster().tell(`${db} A`, round)], { chase: async () => undefined }).ask(`${db} A`),
    ).toMatch(/^NOERROR/);
  });
});

describe('names outside the zones', () => {
  const forwarding = (answer: (message: Uint8Array) => Promise<Uint8Array>): Stage =>
    new Stage([cluster()], { others: { kind: 'forward', forward: answer } });

  test('are passed on as they came, and the answer back', async () => {
    const passed: Uint8Array[] = [];
    const stage = forwarding(async (message) => {
      passed.push(message);
      return response('example.com', 'A', a('example.com', 60, '192.0.2.9'));
    });
    const octets = await stage.answer('example.com A', { id: 999 });
    expect([shown(octets), octets![0]! * 256 + octets![1]!]).toEqual(['NOERROR; example.com 60 A 192.0.2.9', 999]);
    expect(passed).toEqual([query('example.com A', { id: 999 })]);
    expect(await stage.ask(`${web} A`)).toBe(`NOERROR; ${web} 30 A 10.0.0.1`);
    expect(passed).toHaveLength(1);
  });

  test('names in the zones are not, neither when whoever had the zone goes nor before anybody has it', async () => {
    const passed: string[] = [];
    const forward = async (message: Uint8Array): Promise<Uint8Array> => {
      const { name } = dnsPacket.decode(Buffer.from(message)).questions![0]!;
      passed.push(name);
      return response(name, 'A', a(name, 60, '192.0.2.9'));
    };
    const [staying, going] = [cluster(), new FakeEdge('test', 'test.example', 'deep.prod.example')];
    const stage = new Stage([staying, going], { others: { kind: 'forward', forward }, ownZones: ['own.example'] });
    const ask = async (name: string): Promise<string> => (await stage.ask(`${name} A`)).split(';')[0]!;
    expect(await ask('a.own.example')).toBe('REFUSED');
    expect(await ask('a.test.example')).toBe('NXDOMAIN');
    stage.resolver.replaceSources([staying]);
    expect(await ask('a.test.example')).toBe('REFUSED');
    expect(await ask('b.deep.prod.example')).toBe('REFUSED');
    expect(await ask('b.prod.example')).toBe('NOERROR');
    stage.resolver.replaceSources([staying, going]);
    expect(await ask('a.test.example')).toBe('NXDOMAIN');
    expect(passed).toEqual(['b.prod.example']);
  });

  test('an alias that leads into a zone whose source has gone is followed nowhere', async () => {
    const chased: string[] = [];
    const alias = (target: string) => ({ answers: [{ name: web, type: 'CNAME' as const, ttl: 1, data: target }] });
    const staying = cluster().tell(`${web} A`, alias('a.test.example'));
    const stage = new Stage([staying, new FakeEdge('test', 'test.example')], {
      chase: async (target) => {
        chased.push(target);
        return { addresses: ['192.0.2.9'], ttlSeconds: 1 };
      },
    });
    stage.resolver.replaceSources([staying]);
    expect(await stage.ask(`${web} A`)).toContain('SERVFAIL; EDE 22 nobody could resolve a.test.example.');
    expect(chased).toEqual([]);
    await stage.time.pass(2000);
    staying.tell(`${web} A`, alias('a.other.example'));
    expect(await stage.ask(`${web} A`)).toContain('192.0.2.9');
    expect(chased).toHaveLength(1);
  });

  test('an answer that is too long for the client is cut', async () => {
    const many = a('example.com', 60, ...Array.from({ length: 40 }, (_, i) => `192.0.2.${i}`));
    const stage = forwarding(async () => response('example.com', 'A', many));
    expect(await stage.ask('example.com A', { udpPayloadSize: null })).toBe('NOERROR TC');
    expect(await stage.ask('example.com A', { transport: 'tcp', udpPayloadSize: null })).toContain('192.0.2.39');
  });

  test.for([
    ['fails', async () => Promise.reject(new Error('down'))],
    ['answers with too little', async () => new Uint8Array(3)],
  ] as [string, () => Promise<Uint8Array>][])('whoever is asked %s', async ([, answer]) => {
    expect(await forwarding(answer).ask('example.com A')).toBe('SERVFAIL; EDE 22 no upstream server answers');
  });
});

describe('what is no question', () => {
  const whole = query(`${web} A`);
  test.for([
    ['nothing', new Uint8Array(0), 'silence'],
    ['half a header', whole.subarray(0, 7), 'silence'],
    ['an answer', response(web, 'A', {}), 'silence'],
    ['a question that is cut', whole.subarray(0, 20), 'FORMERR'],
    ['octets behind the end', Buffer.concat([whole, Buffer.from('x')]), 'FORMERR'],
    ['another opcode', Buffer.from(whole).fill(0x28, 2, 3), 'NOTIMP'],
  ] as const)('%s', async ([, octets, expected]) => {
    const edge = cluster();
    expect(shown(await new Stage([edge]).resolver.answer(octets, 'udp'))).toBe(expected);
    expect(edge.asked).toEqual([]);
  });
});
