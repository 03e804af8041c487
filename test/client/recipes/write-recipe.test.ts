/** What `kube-doh config` writes for each target: whole, as users get it, in golden/; and what it says when it cannot. */
import { describe, expect, test } from 'vitest';
import type { Profile } from '../../../client/profiles/profile.ts';
import type { Watched } from '../../../client/recipes/health/watched.ts';
import type { Recipe, Way } from '../../../client/recipes/recipe.ts';
import { RecipeError } from '../../../client/recipes/recipe-error.ts';
import type { StubAddress } from '../../../client/recipes/setup.ts';
import { recipes, type Target, targets } from '../../../client/recipes/table.ts';
import { writeRecipe } from '../../../client/recipes/write-recipe.ts';
import { parseName } from '../../../zone/name.ts';
import {
  loopbackStub,
  loopbackStubAt53,
  otherToken,
  prod,
  setupOf,
  sharedStub,
  staging,
  token,
} from './example-profiles.ts';

const stubOf: Readonly<Record<Way, StubAddress>> = {
  edge: loopbackStub,
  'edge, own token': loopbackStub,
  stub: loopbackStub,
  'stub at port 53': loopbackStubAt53,
  'stub for others': sharedStub,
  cluster: loopbackStub,
};

function written(target: Target, ...profiles: readonly Profile[]) {
  return writeRecipe(target, setupOf(profiles, stubOf[recipes[target].way]));
}

function watching(target: Target, watched: Watched, ...profiles: readonly Profile[]) {
  return writeRecipe(target, setupOf(profiles), watched);
}

function refusal(
  target: Target,
  stub: StubAddress,
  ...profiles: readonly Profile[]
): { code: string; message: string } {
  return refusalOf(() => writeRecipe(target, setupOf(profiles, stub)));
}

function refusalOf(write: () => unknown): { code: string; message: string } {
  try {
    write();
  } catch (error) {
    if (error instanceof RecipeError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('it is written');
}

const where = (test: (recipe: Recipe) => boolean): readonly Target[] =>
  targets.filter((target) => test(recipes[target]));
const ofEdges = where(({ way }) => way === 'edge');
const ofManyEdges = where((recipe) => recipe.way === 'edge' && recipe.edges === 'many');
const ofOneEdge = where((recipe) => 'watches' in recipe || (recipe.way === 'edge' && recipe.edges === 'one'));
const forHealth = where((recipe) => 'watches' in recipe);
const withoutToken = where(({ way }) => way !== 'edge');

describe.each(targets)('%s', (target) => {
  test('is as it was', async () => {
    await expect(written(target, prod).text).toMatchFileSnapshot(`golden/${target}.txt`);
  });

  test('is ASCII, which every program takes in every locale', () => {
    expect(written(target, prod).text).toMatch(/^[\n\t -~]*$/);
  });

  test('tells how to use it, to verify it and to undo it, in a comment before anything else', () => {
    const { prolog, wrap } = recipes[target].comment;
    const mark = wrap(['x'])[0]!.split(/[x ]/)[0]!;
    const { text } = written(target, prod);
    const lines = text.slice(prolog.map((line) => `${line}\n`).join('').length).split('\n');
    const end = lines.findIndex((line) => (mark === '<!--' ? line === '-->' : !line.startsWith(mark)));
    const head = lines.slice(0, end).join('\n');
    for (const label of ['Use:', 'Verify:', 'Undo:']) expect(head).toContain(` ${label}`);
    expect(text.endsWith('\n')).toBe(true);
  });
});

test.each([...ofManyEdges, 'unbound', 'systemd-delegate'] as const)('%s of two clusters', async (target) => {
  await expect(written(target, prod, staging).text).toMatchFileSnapshot(`golden/two-clusters/${target}.txt`);
});

describe('the token', () => {
  test.each(ofEdges)('is in %s, which says so in its first lines', (target) => {
    const { text, secretOf } = written(target, prod);
    if (target === 'dnscrypt-proxy') expect(stampedPath(text)).toBe(`/t/${token}/c/prod/dns-query`);
    else expect(text).toContain(token);
    expect(text.split('\n').slice(0, 5).join('\n')).toContain('SECRET: this holds the token of prod.');
    expect(secretOf).toEqual(['prod']);
  });

  test.each(withoutToken)('is not in %s', (target) => {
    const { text, secretOf } = written(target, prod);
    expect(text).not.toContain(token);
    expect(text).not.toContain('SECRET');
    expect(secretOf).toEqual([]);
  });

  test.each(ofEdges)('is not missed in %s of an edge that is open', (target) => {
    const { text, secretOf } = written(target, { ...prod, token: undefined });
    expect(text).not.toContain('SECRET');
    expect(secretOf).toEqual([]);
  });

  test('of each profile', () => {
    expect(written('dnsproxy', prod, staging).secretOf).toEqual(['prod', 'staging']);
    expect(written('dnsproxy', prod, staging).text).toContain(otherToken);
  });
});

describe('an alias that is missing', () => {
  const bare: Profile = { ...prod, zones: [parseName('cluster.local')] };
  const needing = where(({ scope }) => scope === 'outside .local');

  test('is missed where names of .local are never asked for', () => {
    expect(needing).toEqual(['apple', 'coredns-cluster', 'chrome', 'firefox']);
  });

  test.each(needing)('by %s, which says what to do', (target) => {
    const how =
      '"kube-doh cluster add ... --alias NAME --replace", "kube-doh agent --alias NAME", and "kube-doh login" again';
    expect(refusal(target, loopbackStub, bare)).toEqual({
      code: 'NO_ALIAS',
      message: `${target} never asks for names of .local, and there is no other zone than cluster.local: register an alias, publish it and log in again: ${how}`,
    });
  });

  test.each(where(({ scope }) => scope === 'all zones'))('but not by %s', (target) => {
    expect(written(target, bare).text).toContain('cluster.local');
  });

  test('is missed by coredns-cluster too where the own domain is no name of .local', () => {
    const own: Profile = { ...prod, zones: [parseName('k8s.example')] };
    expect(refusal('coredns-cluster', loopbackStub, own)).toEqual({
      code: 'NO_ALIAS',
      message: 'coredns-cluster is for an alias of k8s.example, and there is none',
    });
  });
});

describe('a name of .local', () => {
  test.each(['apple', 'chrome', 'firefox'] as const)('is not sent anywhere by %s', (target) => {
    const body = written(target, prod)
      .text.replace(/^(\/\/|#) .*$/gm, '')
      .replace(/<!--.*?-->/s, '');
    expect(body).not.toMatch(/\.local\b/);
  });
});

test.each(ofOneEdge)('%s takes one edge', (target) => {
  expect(refusal(target, loopbackStub, prod, staging)).toEqual({
    code: 'SEVERAL_EDGES',
    message: `${target} takes one edge, and there are several (prod, staging): choose one with --profile`,
  });
});

test('coredns-cluster is for one cluster', () => {
  expect(refusal('coredns-cluster', loopbackStub, prod, staging).code).toBe('SEVERAL_EDGES');
});

test.each(ofEdges)('%s asks no edge without TLS', (target) => {
  const plain: Profile = { ...prod, edge: new URL('http://127.0.0.1:8080') };
  expect(refusal(target, loopbackStub, plain)).toEqual({
    code: 'PLAIN_EDGE',
    message: `${target} needs an https edge, and that of profile prod is not: use the stub`,
  });
});

describe('the stub', () => {
  test.each(where(({ way }) => way === 'stub for others'))('for %s is not on loopback', (target) => {
    expect(refusal(target, { host: '127.0.0.1', port: 53 }, prod)).toEqual({
      code: 'STUB_ADDRESS',
      message: `${target} needs a stub that other machines reach, not 127.0.0.1:53: such as "kube-doh dns --listen 10.8.0.1:53 --allow 10.8.0.0/24" and --stub 10.8.0.1:53`,
    });
  });

  test.each(where(({ way }) => way === 'stub for others' || way === 'stub at port 53'))(
    'for %s is at port 53',
    (target) => {
      expect(refusal(target, { host: 'fd00::1', port: 5300 }, prod)).toEqual({
        code: 'STUB_ADDRESS',
        message: `${target} knows no port but 53, and the stub is at 5300: let "kube-doh dns --listen [fd00::1]:53" answer, and pass --stub [fd00::1]:53`,
      });
    },
  );

  test.each<[Target, string]>([
    ['apple-resolver', 'nameserver ::1\nport 5300\n'],
    ['systemd-delegate', 'DNS=[::1]:5300\n'],
    ['dnsmasq', 'server=/cluster.local/::1#5300\n'],
    ['unbound', 'forward-addr: ::1@5300\n'],
    ['coredns-forward', 'forward . [::1]:5300\n'],
    ['grpc', 'dns://[::1]:5300/'],
    ['python', 'resolver.nameservers = ["::1"]\n'],
  ])('of %s has an address of IPv6', (target, line) => {
    expect(writeRecipe(target, setupOf([prod], { host: '::1', port: 5300 })).text).toContain(line);
  });
});

describe('an authority of its own', () => {
  const line = "The edge's certificate is one of the authority /etc/ssl/our own.pem, which the program has to trust.";

  test.each([
    ['kdig', "'+tls-ca=/etc/ssl/our own.pem'"],
    ['curl', 'cacert = "/etc/ssl/our own.pem"'],
  ] as const)('is named to %s', (target, text) => {
    expect(written(target, staging).text).toContain(text);
    expect(written(target, staging).text).not.toContain(line);
  });

  const ownLine: readonly Target[] = ['kdig', 'curl', 'prometheus', 'blackbox', 'alloy'];

  test.each(['prometheus', 'blackbox', 'alloy'] as const)('is named to %s', (target) => {
    expect(written(target, staging).text).toMatch(/ca_file(:| =) "\/etc\/ssl\/our own\.pem"/);
    expect(written(target, staging).text).not.toContain(line);
  });

  test.each([...ofEdges, 'gatus', 'uptime-kuma'].filter((target) => !ownLine.includes(target as Target)) as Target[])(
    'is left to the user of %s',
    (target) => {
      expect(written(target, staging).text).toContain(line);
      expect(written(target, prod).text).not.toContain('authority');
    },
  );
});

/** By the specification: type, 8 octets of properties, address, hashes, host, path. */
function stampedPath(text: string): string {
  const octets = Buffer.from(/sdns:\/\/([\w-]+)/.exec(text)![1]!, 'base64url');
  let at = 9;
  const parts = [];
  while (at < octets.length) {
    parts.push(octets.subarray(at + 1, at + 1 + octets[at]!).toString());
    at += 1 + octets[at]!;
  }
  expect(parts.slice(0, 3)).toEqual(['', '', 'dns.example.com']);
  return parts[3]!;
}

describe('what is watched', () => {
  const redis: Watched = { namespace: 'cache', service: 'redis-headless', minReady: 3 };
  const watched: Readonly<Partial<Record<Target, Watched>>> = {
    prometheus: { ...redis, port: 'redis' },
    alloy: { ...redis, port: 'redis' },
    gatus: redis,
    'uptime-kuma': redis,
  };

  test.each(Object.keys(watched) as Target[])('is in %s', async (target) => {
    const { text } = watching(target, watched[target]!, prod);
    await expect(text).toMatchFileSnapshot(`golden/watching/${target}.txt`);
    expect(text).toContain('https://dns.example.com/c/prod/health?namespace=cache&service=redis-headless&min_ready=3"');
  });

  test.each(['prometheus', 'alloy'] as const)('may be all pods of a namespace in %s', (target) => {
    const { text } = watching(target, { namespace: 'cache', port: '6379' }, prod);
    expect(text).toContain('"https://dns.example.com/c/prod/sd?namespace=cache&port=6379"');
    expect(text).not.toContain('min_ready=');
  });

  test('is one pod at least', () => {
    const { text } = watching('gatus', { namespace: 'cache', service: 'redis-headless' }, prod);
    expect(text).toContain('&min_ready=1"');
  });

  test.each(['gatus', 'uptime-kuma'] as const)('is one Service in %s', (target) => {
    expect(refusalOf(() => watching(target, { namespace: 'cache' }, prod))).toEqual({
      code: 'NOT_WATCHED',
      message: `${target} checks one Service: pass --service NAME as well`,
    });
  });

  test.each<[Watched, string, readonly Target[]]>([
    [{ port: '6379' }, '--port, which is for prometheus, alloy', ['prometheus', 'alloy']],
    [
      { namespace: 'cache' },
      '--namespace, which is for prometheus, alloy, gatus, uptime-kuma',
      ['prometheus', 'alloy', 'gatus', 'uptime-kuma'],
    ],
    [redis, '--namespace, which is for prometheus, alloy, gatus, uptime-kuma', Object.keys(watched) as Target[]],
  ])('%j is for some targets', (given, what, takers) => {
    for (const target of targets.filter((each) => !takers.includes(each))) {
      const message = `${target} takes no ${what}`;
      expect(refusalOf(() => watching(target, given, prod))).toEqual({ code: 'NOT_WATCHED', message });
    }
  });
});

describe('a health checker', () => {
  const open: Profile = { ...prod, token: undefined };

  test.each(forHealth)('asks an open edge without a token in %s', (target) => {
    const { text } = written(target, open);
    expect(text).not.toMatch(/health\.token|KUBE_DOH_TOKEN|Bearer|token create/);
  });

  test.each(['prometheus', 'blackbox', 'alloy', 'gatus', 'uptime-kuma'] as const)(
    'has its token apart in %s',
    (target) => {
      expect(written(target, prod).text).toMatch(/health\.token"|\$\{KUBE_DOH_TOKEN\}|Bearer TOKEN/);
    },
  );

  test.each(forHealth)('on the same machine asks without TLS in %s', (target) => {
    const plain: Profile = { ...prod, edge: new URL('http://127.0.0.1:8080') };
    expect(written(target, plain).text).toContain('# Edge: http://127.0.0.1:8080/c/prod'.slice(2));
  });

  test('of an edge that chooses the cluster by the token calls it as the profile', () => {
    expect(written('prometheus', staging).text).toContain('cluster: "staging"');
    expect(written('prometheus', staging).text).toContain('"https://dns.example.net:8443/sd"');
  });
});
