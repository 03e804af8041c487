/**
 * What a token with a scope hears of two clusters with the same names: nothing of another cluster or namespace, in no
 * section, and no difference between what exists there and what does not.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { namespaceOf } from '../../worker/answers/scope.ts';
import { octetsOf, parseAddress } from '../../zone/address.ts';
import { parseName, relativeTo } from '../../zone/name.ts';
import type { DecodedAnswer } from './message/decode-answer.ts';
import { decodeAnswer } from './message/decode-answer.ts';
import type { Edge } from './support/edge.ts';
import { extendedError, outcome, rcodeName } from './support/outcome.ts';
import { post, queryFor } from './support/question.ts';
import {
  type Age,
  addressIn6,
  ages,
  aliasOf,
  type Cluster,
  clusters,
  type Namespace,
  namesIn,
  namespaces,
  nestedAliasOf,
  ownersOf,
  sharedAddress,
  sharedAddress6,
  sharedZones,
  startScopedWorld,
} from './support/scoped-world.ts';
import { SeededRandom } from './support/seeded-random.ts';

/** What is in another one comes before it. */
const zones = [...clusters.map(nestedAliasOf), ...sharedZones, ...clusters.map(aliasOf)];
const types = ['A', 'AAAA', 'SRV', 'PTR', 'CNAME', 'TXT', 'SOA', 'NS', 'ANY', 'HTTPS'];

interface Token {
  readonly age: Age;
  readonly text: string;
  readonly clusters: readonly Cluster[];
  readonly namespaces: readonly Namespace[] | null;
}

interface Question {
  readonly name: string;
  readonly type: string;
  /** Undefined: no cluster in the path. */
  readonly cluster: Cluster | undefined;
}

let edges: ReadonlyMap<Age, Edge>;
beforeAll(async () => {
  edges = new Map(await Promise.all(ages.map(async (age) => [age, await startScopedWorld(age)] as const)));
});

type Allowed = Pick<Token, 'clusters' | 'namespaces'>;

async function makeToken(allowed: Allowed, zone: string | null = null, age: Age = 'fresh'): Promise<Token> {
  const text = await edges.get(age)!.createToken(allowed.clusters, null, { namespaces: allowed.namespaces, zone });
  return { ...allowed, age, text };
}

async function ask(
  { age, text }: Token,
  { name, type, cluster }: Question,
): Promise<{ response: Response; octets: Uint8Array }> {
  const path = `/t/${text}${cluster === undefined ? '' : `/c/${cluster}`}/dns-query`;
  const response = await edges.get(age)!.fetch(path, post(queryFor(name, type)));
  return { response, octets: new Uint8Array(await response.arrayBuffer()) };
}

async function answerTo(token: Token, question: Question): Promise<DecodedAnswer> {
  const { response, octets } = await ask(token, question);
  expect(response.status).toBe(200);
  return decodeAnswer(octets);
}

/** The namespace that a name anywhere belongs to, in the zones of either cluster. */
function namespaceOfName(text: string): string | undefined {
  for (const zone of zones) {
    const below = relativeTo(parseName(text.toLowerCase()), parseName(zone));
    if (below !== undefined) return namespaceOf(below);
  }
  return undefined;
}

/** Every name in a record: its owner and what it points to. */
function namesOf(line: string): string[] {
  const [owner = '', , , type, ...data] = line.split(' ');
  if (type === 'CNAME' || type === 'PTR' || type === 'NS') return [owner, data[0]!];
  return type === 'SRV' ? [owner, data[3]!] : [owner];
}

/** What is in the answer and not in the scope. */
function leaks({ answer, authority, additional }: DecodedAnswer, token: Token, cluster: Cluster | undefined): string[] {
  const mayAsk = cluster === undefined ? token.clusters : [cluster];
  return [...answer, ...authority, ...additional].filter((line) => {
    const named = namesOf(line).map(namespaceOfName);
    const isForeignName = named.some(
      (namespace) => namespace !== undefined && token.namespaces?.includes(namespace as Namespace) === false,
    );
    const [, , , type, data = ''] = line.split(' ');
    const owners = type === 'A' || type === 'AAAA' ? ownersOf(data) : undefined;
    const isForeignAddress =
      owners !== undefined &&
      (!mayAsk.includes(owners.cluster) ||
        !owners.namespaces.some((namespace) => token.namespaces?.includes(namespace) ?? true));
    return isForeignName || isForeignAddress;
  });
}

function randomQuestion(random: SeededRandom, token: Token): Question {
  const cluster = random.pick([undefined, undefined, ...token.clusters, ...clusters]);
  const type = random.pick(random.below(2) === 0 ? types : ['A', 'SRV', 'ANY']);
  const kind = random.below(10);
  if (kind < 1) {
    const cluster6 = random.pick(clusters);
    const known = addressIn6(cluster6, random.pick(namespaces), random.pick([1, 20, 21]));
    const labels = reverseOf(random.pick([sharedAddress6(cluster6), known, 'fd00:9::1', '2001:db8::1'])).split('.');
    const cut = random.below(5) === 0 ? random.below(32) : 0;
    return { name: labels.slice(cut).join('.'), type: random.pick(['PTR', type]), cluster };
  }
  if (kind < 2) {
    const text = random.pick([
      sharedAddress(random.pick(clusters)),
      `10.${random.below(4)}.${random.below(7)}.${random.pick([1, 10, 11, 20, 99])}`,
      `192.0.2.${random.below(4)}`,
    ]);
    const labels = text
      .split('.')
      .toReversed()
      .slice(random.below(5) === 0 ? random.below(4) : 0);
    return { name: `${labels.join('.')}.in-addr.arpa`, type: random.pick(['PTR', type]), cluster };
  }
  const namespace = random.pick(random.below(2) === 0 ? namespaces : (token.namespaces ?? namespaces));
  const known = random.pick([
    ...namesIn(namespace),
    `abroad2.${namespace}.svc`,
    `abroad3.${namespace}.svc`,
    `10-1-0-1.${namespace}.pod`,
  ]);
  const absent = [`no.${known}`, `nothing.${namespace}.svc`, 'x.nowhere.svc', 'dns-version', 'svc'];
  const below = random.below(4) === 0 ? random.pick(absent) : known;
  const name = `${below}.${random.pick(zones)}`;
  return { name: random.below(4) === 0 ? name.toUpperCase() : name, type, cluster };
}

/** The name of an IPv6 address (RFC 3596 §2.5). */
function reverseOf(text: string): string {
  const hexadecimal = octetsOf(parseAddress(text)!).map((octet) => octet.toString(16).padStart(2, '0'));
  return `${[...hexadecimal.join('')].toReversed().join('.')}.ip6.arpa`;
}

async function randomTokens(random: SeededRandom, age: Age): Promise<Token[]> {
  const tokens: Token[] = [];
  for (let i = 0; i < 20; i += 1) {
    const order = random.below(2) === 0 ? clusters : clusters.toReversed();
    const some = namespaces.filter(() => random.below(3) === 0);
    const allowed = { clusters: order.slice(0, 1 + random.below(2)), namespaces: some.length === 0 ? null : some };
    const zone = random.pick([null, ...clusters.map(aliasOf), ...clusters.map(nestedAliasOf)]);
    tokens.push(await makeToken(allowed, zone, age));
  }
  return tokens;
}

/** One for the same clusters, and all that is in them. */
function everything({ clusters: same, age }: Token, otherAge = age): Promise<Token> {
  return makeToken({ clusters: same, namespaces: null }, null, otherAge);
}

function sorted<T extends { readonly answer: readonly string[]; readonly additional?: readonly string[] }>(
  answer: T,
): T {
  const { additional } = answer;
  return { ...answer, answer: answer.answer.toSorted(), ...(additional && { additional: additional.toSorted() }) };
}

describe('10,000 random questions with random tokens', () => {
  test.for(
    (['fresh', 'fresh', 'fresh', 'fresh', 'stale', 'stale', 'expired', 'expired', 'retired', 'retired'] as const).map(
      (age, i) => [age, i + 1] as const,
    ),
  )('leak nothing, and lose nothing, where what is published is %s: seed %i', async ([age, seed]) => {
    const random = new SeededRandom(seed);
    const tokens = await randomTokens(random, age);
    const unlimited = await Promise.all(tokens.map((token) => everything(token)));
    // What has no answer any more does not show where a chain would have led.
    const knowing =
      age === 'expired' ? await Promise.all(tokens.map((token) => everything(token, 'fresh'))) : unlimited;
    let heard = 0;
    let refused = 0;
    for (let i = 0; i < 1000; i += 1) {
      const which = random.below(tokens.length);
      const token = tokens[which]!;
      const question = randomQuestion(random, token);
      const { response, octets } = await ask(token, question);
      if (question.cluster !== undefined && !token.clusters.includes(question.cluster)) {
        expect(response.status).toBe(403);
        continue;
      }
      expect(response.status).toBe(200);
      const answer = decodeAnswer(octets);
      const said = `${question.name} ${question.type} ${question.cluster} for ${token.clusters} ${token.namespaces}`;
      expect({ said, leaks: leaks(answer, token, question.cluster) }).toEqual({ said, leaks: [] });
      if (token.namespaces === null) continue;

      const namespace = namespaceOfName(question.name);
      if (namespace !== undefined && !token.namespaces.includes(namespace as Namespace)) {
        // Another cluster's alias is to the one that is asked as any name outside, and so is every name to one that left.
        const reason = age !== 'retired' && isOfAskedCluster(question, token) ? 18 : 20;
        expect({ said, outcome: outcome(answer) }).toEqual({ said, outcome: `REFUSED EDE ${reason}` });
        refused += 1;
      } else if (!question.name.endsWith('.arpa')) {
        const whole = await answerTo(unlimited[which]!, question);
        const known = knowing === unlimited ? whole : await answerTo(knowing[which]!, question);
        const expected = leaks(known, token, question.cluster).length === 0 ? whole : { rcode: 5, answer: [] };
        // Records of a set come in any order.
        expect({ said, ...sorted(answer) }).toMatchObject({ said, ...sorted(expected) });
        if (answer.answer.length > 0) heard += 1;
      }
    }
    expect(refused).toBeGreaterThan(100);
    if (age === 'fresh' || age === 'stale') expect(heard).toBeGreaterThan(20);
    else expect(heard).toBe(0);
  });

  /** Whether the name lies in a zone of the cluster that is asked for it. */
  function isOfAskedCluster({ name, cluster }: Question, token: Token): boolean {
    const owner = clusters.find((one) => name.toLowerCase().endsWith(`.${aliasOf(one)}`));
    if (owner === undefined) return true;
    const asked = cluster ?? (token.clusters.includes(owner) ? owner : token.clusters[0]);
    return asked === owner;
  }
});

describe('a refusal does not depend on what exists', () => {
  /** The message without its id and its question, and all that HTTP says beside it. */
  async function seen(token: Token, question: Question): Promise<unknown> {
    const { response, octets } = await ask(token, question);
    const { questions: _, ...answer } = decodeAnswer(octets);
    const { 'content-length': length, ...headers } = Object.fromEntries(response.headers);
    return { status: response.status, headers, rest: Number(length) - question.name.length, answer };
  }

  test('of a name, whatever its type', async () => {
    const token = await makeToken({ clusters: ['red', 'blue'], namespaces: ['shop'] });
    const nowhere = await seen(token, { name: 'nothing.bank.svc.cluster.local', type: 'A', cluster: undefined });
    expect(nowhere).toMatchObject({ status: 200 });
    for (const zone of zones) {
      for (const below of [
        ...namesIn('bank'),
        '10-1-0-1.bank.pod',
        'nothing.bank.svc',
        'nothing.nowhere.svc',
        'nowhere.pod',
      ]) {
        for (const type of types) {
          expect(await seen(token, { name: `${below}.${zone}`, type, cluster: undefined })).toEqual(nowhere);
        }
      }
    }
  });

  test('of an address: unknown, of another namespace, of another cluster, or outside the blocks', async () => {
    const token = await makeToken({ clusters: ['red'], namespaces: ['cache'] });
    const seenOf = (name: string) => seen(token, { name: `${name}.in-addr.arpa`, type: 'PTR', cluster: undefined });
    const unknown = await seenOf('99.99.99.10');
    expect(unknown).toMatchObject({ answer: { answer: [], authority: [], additional: [] } });
    for (const name of [
      '1.0.1.10',
      '1.2.2.10',
      '1.200.1.10',
      '1.2.0.192',
      '0.1.10',
      '200.1.10',
      '4.4.8.8',
      'x.1.0.1.10',
    ]) {
      expect({ name, seen: await seenOf(name) }).toEqual({ name, seen: unknown });
    }
    const own = await answerTo(token, { name: '1.2.1.10.in-addr.arpa', type: 'PTR', cluster: undefined });
    expect(outcome(own)).toBe('NOERROR web.cache.svc.cluster.local');
  });
});

describe('a token for the namespace shop', () => {
  const rows = [
    ['web.shop.svc.cluster.local', 'A', 'NOERROR 10.1.0.1'],
    ['web.shop.svc.red.example', 'A', 'NOERROR 10.1.0.1'],
    ['web.shop.svc.clusterset.local', 'A', 'NOERROR 10.1.0.1'],
    ['shop.svc.cluster.local', 'A', 'NOERROR'],
    ['nothing.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
    ['svc.cluster.local', 'A', 'NOERROR'],
    ['cluster.local', 'NS', 'NOERROR'],
    ['dns-version.cluster.local', 'TXT', 'NOERROR "1.1.0"'],
    ['web.bank.svc.cluster.local', 'A', 'REFUSED EDE 18'],
    ['bank.svc.cluster.local', 'A', 'REFUSED EDE 18'],
    ['bank.svc.clusterset.local', 'A', 'REFUSED EDE 18'],
    ['web.bank.svc.red.example', 'AAAA', 'REFUSED EDE 18'],
    ['10-1-0-1.bank.pod.cluster.local', 'TXT', 'REFUSED EDE 18'],
    // Chains: inside, out of the namespace in one step or two, by another zone, and out of all zones.
    ['near.shop.svc.cluster.local', 'A', 'NOERROR web.shop.svc.cluster.local 10.1.0.1'],
    ['far.shop.svc.cluster.local', 'A', 'REFUSED EDE 18'],
    ['far.shop.svc.cluster.local', 'CNAME', 'REFUSED EDE 18'],
    ['far.shop.svc.cluster.local', 'ANY', 'REFUSED EDE 18'],
    ['further.shop.svc.cluster.local', 'A', 'REFUSED EDE 18'],
    ['abroad.shop.svc.cluster.local', 'A', 'REFUSED EDE 18'],
    ['abroad2.shop.svc.cluster.local', 'A', 'REFUSED EDE 18'],
    ['abroad3.shop.svc.cluster.local', 'A', 'REFUSED EDE 18'],
    // An alias in another one: the namespace stands in front of the longer one.
    ['web.shop.svc.deep.svc.red.example', 'A', 'NOERROR 10.1.0.1'],
    ['web.bank.svc.deep.svc.red.example', 'A', 'REFUSED EDE 18'],
    ['web.deep.svc.red.example', 'A', 'NXDOMAIN'],
    ['loop.shop.svc.cluster.local', 'A', 'REFUSED EDE 18'],
    ['outside.shop.svc.cluster.local', 'A', 'NOERROR db.example.com'],
    // Addresses: its own, one that bank has too, others.
    ['1.0.1.10.in-addr.arpa', 'PTR', 'NOERROR web.shop.svc.cluster.local'],
    ['1.200.1.10.in-addr.arpa', 'PTR', 'NOERROR twin.shop.svc.cluster.local'],
    ['1.1.1.10.in-addr.arpa', 'PTR', 'REFUSED EDE 18'],
    ['99.99.99.10.in-addr.arpa', 'PTR', 'REFUSED EDE 18'],
    [reverseOf('fd00:1:1::1'), 'PTR', 'NOERROR web.shop.svc.cluster.local'],
    [reverseOf('fd00:1:200::1'), 'PTR', 'NOERROR twin.shop.svc.cluster.local'],
    [reverseOf('fd00:1:2::1'), 'PTR', 'REFUSED EDE 18'],
    [reverseOf('fd00:99::99'), 'PTR', 'REFUSED EDE 18'],
    [reverseOf('fd00:1:1::1').slice(2), 'PTR', 'REFUSED EDE 18'],
    [reverseOf('2001:db8::1'), 'PTR', 'REFUSED EDE 18'],
    ['d.f.ip6.arpa', 'SOA', 'NOERROR'],
    ['10.in-addr.arpa', 'NS', 'NOERROR ns.dns.cluster.local'],
    ['1.0.0.127.in-addr.arpa', 'PTR', 'REFUSED EDE 18'],
    ['example.com', 'A', 'REFUSED EDE 20'],
  ] as const;

  test.for(rows)('%s %s: %s', async ([name, type, expected]) => {
    const token = await makeToken({ clusters: ['red'], namespaces: ['shop'] });
    const answer = await answerTo(token, { name, type, cluster: undefined });
    if (name === 'cluster.local' || type === 'SOA') expect(rcodeName(answer)).toBe(expected);
    else expect(outcome(answer)).toBe(expected);
  });

  // What it may not hear of, it does not hear the age of.
  test.for([
    ['web.shop.svc.cluster.local', 'A', 'NOERROR 10.1.0.1 EDE 3', 'SERVFAIL EDE 22'],
    ['nothing.shop.svc.cluster.local', 'A', 'NXDOMAIN EDE 19', 'SERVFAIL EDE 22'],
    ['web.bank.svc.cluster.local', 'A', 'REFUSED EDE 18', 'REFUSED EDE 18'],
    ['nothing.bank.svc.cluster.local', 'A', 'REFUSED EDE 18', 'REFUSED EDE 18'],
    ['web.bank.svc.red.example', 'TXT', 'REFUSED EDE 18', 'REFUSED EDE 18'],
    ['far.shop.svc.cluster.local', 'A', 'REFUSED EDE 18', 'REFUSED EDE 18'],
    ['1.0.1.10.in-addr.arpa', 'PTR', 'NOERROR web.shop.svc.cluster.local EDE 3', 'SERVFAIL EDE 22'],
    ['1.1.1.10.in-addr.arpa', 'PTR', 'REFUSED EDE 18', 'REFUSED EDE 18'],
    ['99.99.99.10.in-addr.arpa', 'PTR', 'REFUSED EDE 18', 'REFUSED EDE 18'],
    ['1.0.0.127.in-addr.arpa', 'PTR', 'REFUSED EDE 18', 'REFUSED EDE 18'],
  ] as const)('of a snapshot that is stale, and then expired: %s %s', async ([name, type, stale, expired]) => {
    for (const [age, expected] of [
      ['stale', stale],
      ['expired', expired],
      ['retired', 'REFUSED EDE 20'],
    ] as const) {
      const token = await makeToken({ clusters: ['red'], namespaces: ['shop'] }, null, age);
      const answer = await answerTo(token, { name, type, cluster: undefined });
      expect(`${age}: ${outcome(answer)}`).toBe(`${age}: ${expected}`);
    }
  });

  test('gets PTR targets in the zone of the token, where the cluster has it', async () => {
    const target = async (zone: string) => {
      const token = await makeToken({ clusters: ['red'], namespaces: ['shop'] }, zone);
      return outcome(await answerTo(token, { name: '1.0.1.10.in-addr.arpa', type: 'PTR', cluster: undefined }));
    };
    expect(await target('red.example')).toBe('NOERROR web.shop.svc.red.example');
    expect(await target('cluster.local')).toBe('NOERROR web.shop.svc.cluster.local');
    expect(await target('blue.example')).toBe('NOERROR web.shop.svc.cluster.local');
  });

  test('is not told how much is published', async () => {
    const listed = async (allowed: Allowed) => {
      const { text } = await makeToken(allowed);
      const headers = { authorization: `Bearer ${text}` };
      const response = await edges.get('fresh')!.fetch('/v1/clusters', { headers });
      const { clusters: all } = (await response.json()) as { clusters: object[] };
      return all.map((one) => Object.keys(one).sort());
    };
    const plain = ['ageSeconds', 'cluster', 'clustersetZones', 'epoch', 'generatedAt', 'hardLimitSeconds'];
    const members = [...plain, 'registered', 'serial', 'softLimitSeconds', 'state', 'zones'];
    expect(await listed({ clusters: ['red'], namespaces: ['shop'] })).toEqual([members]);
    expect(await listed({ clusters: ['red'], namespaces: null })).toEqual([[...members, 'counts', 'octets'].sort()]);
  });

  test('is told why', async () => {
    const token = await makeToken({ clusters: ['red'], namespaces: ['shop'] });
    const answer = await answerTo(token, { name: 'web.bank.svc.cluster.local', type: 'A', cluster: undefined });
    expect(extendedError(answer)).toMatchObject({ code: 18 });
    expect(answer.flags).not.toContain('AA');
  });
});
