/** What a machine's own answer, and its routes, mean beside the edge's. */
import { expect, test } from 'vitest';
import { flushCommand } from '../../../../client/why/machine/flush.ts';
import type { Here } from '../../../../client/why/machine/here.ts';
import { judgeAnswer } from '../../../../client/why/machine/judge-answer.ts';
import { judgeAttempt, judgeRoutes } from '../../../../client/why/machine/judge-route.ts';
import { judgeTarget } from '../../../../client/why/machine/judge-target.ts';
import { type Judgement, machineCodes } from '../../../../client/why/machine/machine-cause.ts';
import { columns, wrapped } from '../../../../client/why/wrapped.ts';

const name = 'redis-0.redis-headless.cache.svc.cluster.local';
const addresses = ['10.244.0.5'];
const wired = { kind: 'wired', listen: '127.0.0.1:5300', problems: [], rcode: 0 } as const;
const linux: Here = {
  platform: 'linux',
  answer: { kind: 'none' },
  hostsFile: [],
  wired,
  mdnsSource: undefined,
  dnsFinds: false,
  caches: [],
};

interface Situation {
  readonly what: string;
  readonly code: string | undefined;
  readonly judgement: Judgement;
}

function answer(
  what: string,
  code: string | undefined,
  here: Partial<Here>,
  atEdge = addresses,
  zone = 'cluster.local',
): Situation {
  return { what, code, judgement: judgeAnswer({ name, zone, addresses: atEdge }, { ...linux, ...here }) };
}

const at = (...found: string[]) => ({ answer: { kind: 'addresses', addresses: found } }) as const;
const route = { kind: 'route', from: '192.0.2.10', isLikeInternet: false } as const;
const noRoute = { kind: 'none', code: 'ENETUNREACH' } as const;

const situations: readonly Situation[] = [
  answer('the same', undefined, at('10.244.0.5')),
  answer('some of them', undefined, at('10.244.0.5', '10.244.0.9'), ['10.244.0.5', '10.244.0.6']),
  answer('many', undefined, at('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'), [
    '10.0.0.1',
    '10.0.0.2',
    '10.0.0.3',
    '10.0.0.4',
  ]),
  answer('neither has it', undefined, {}, []),
  answer('only this machine has it', undefined, at('10.1.0.7'), []),
  answer('a line in the hosts file', 'HOSTS_FILE', { ...at('10.1.0.7'), hostsFile: ['10.1.0.7'] }),
  answer('somebody else answers', 'OTHER_ANSWER', at('10.1.0.7')),
  answer('somebody else answers, on macOS', 'OTHER_ANSWER', { ...at('10.1.0.7'), platform: 'darwin' }),
  answer('nothing is wired', 'LOCAL_NOT_ROUTED', { wired: { kind: 'nothing' } }),
  answer('nothing is wired, on Windows', 'LOCAL_NOT_ROUTED', { wired: { kind: 'nothing' }, platform: 'win32' }),
  answer(
    'nothing is wired, for an alias',
    'NOT_WIRED',
    { wired: { kind: 'nothing' } },
    addresses,
    'prod.k8s.example.com',
  ),
  answer('nothing is wired, and no server answers', 'LOCAL_NOT_ROUTED', {
    wired: { kind: 'nothing' },
    answer: { kind: 'failed', code: 'EAI_AGAIN' },
  }),
  answer('other zones are wired', 'ZONE_NOT_WIRED', {
    wired: { kind: 'other-zones', zones: ['prod.k8s.example.com'] },
  }),
  answer('the note cannot be read', 'WIRING_BROKEN', {
    wired: { kind: 'unreadable', reason: 'cannot read /var/lib/kube-doh/wiring.json (EACCES)' },
  }),
  answer('the stub is away', 'WIRING_BROKEN', {
    wired: {
      ...wired,
      problems: ['no stub answers at 127.0.0.1:5300: start it, or see why it ended'],
      rcode: undefined,
    },
  }),
  answer('the stub remembers', 'STUB_REMEMBERS', { wired: { ...wired, rcode: 3 } }),
  answer('.local ends at mDNS', 'LOCAL_TO_MDNS', { mdnsSource: 'mdns4_minimal', dnsFinds: true }),
  answer('mDNS lets it pass, and a cache does not', 'NEGATIVE_CACHE', { mdnsSource: 'mdns4_minimal' }),
  answer(
    'an alias does not end there',
    'NEGATIVE_CACHE',
    { mdnsSource: 'mdns4_minimal' },
    addresses,
    'prod.k8s.example.com',
  ),
  answer('a cache of systemd-resolved', 'NEGATIVE_CACHE', { caches: ['systemd-resolved'] }),
  answer('a cache, nobody knows whose', 'NEGATIVE_CACHE', {}),
  answer('a cache on macOS', 'NEGATIVE_CACHE', { platform: 'darwin' }),
  answer('a cache on Windows', 'NEGATIVE_CACHE', { platform: 'win32' }),
  answer('the resolver fails', 'RESOLVER_FAILED', { answer: { kind: 'failed', code: 'EAI_AGAIN' } }),
  {
    what: 'an alias of nothing',
    code: 'TARGET_NOT_FOUND',
    judgement: judgeTarget({ name: 'db.default.svc.cluster.local', target: 'db.example.com' }, { kind: 'none' }),
  },
  { what: 'a route', code: undefined, judgement: judgeRoutes([{ address: '10.244.0.5', route }]) },
  {
    what: 'the way of the internet',
    code: undefined,
    judgement: judgeRoutes([{ address: '10.244.0.5', route: { ...route, isLikeInternet: true } }]),
  },
  {
    what: 'a route of one family',
    code: undefined,
    judgement: judgeRoutes([
      { address: '10.244.0.5', route },
      { address: 'fd00::5', route: noRoute },
    ]),
  },
  {
    what: 'no route',
    code: 'NO_ROUTE',
    judgement: judgeRoutes([
      { address: '10.244.0.5', route: noRoute },
      { address: 'fd00::5', route: noRoute },
    ]),
  },
  { what: 'a connection', code: undefined, judgement: judgeAttempt('10.244.0.5', 6379, { kind: 'open' }) },
  { what: 'refused', code: 'CONNECTION_REFUSED', judgement: judgeAttempt('10.244.0.5', 6379, { kind: 'refused' }) },
  { what: 'no answer', code: 'CONNECTION_LATE', judgement: judgeAttempt('fd00::5', 6379, { kind: 'late' }) },
  {
    what: 'forbidden here',
    code: 'CONNECTION_FAILED',
    judgement: judgeAttempt('10.244.0.5', 6379, { kind: 'failed', code: 'EACCES' }),
  },
];

test.each(situations)('$what: $code', ({ code, judgement: { steps, cause } }) => {
  expect(cause?.code).toBe(code);
  if (cause !== undefined) {
    expect(steps.some(({ ok }) => !ok)).toBe(true);
    expect(cause.text).toMatch(/^[A-Z][^\n]*\.$/);
    expect(cause.next).toMatch(/^[A-Z][^\n]*\.$/);
  }
});

test('every cause has a situation', () => {
  const codes = situations.map(({ code }) => code);
  expect(machineCodes.filter((code) => !codes.includes(code))).toEqual([]);
});

test('what is said is as in the golden file, in 80 columns', async () => {
  const blocks = situations.map(({ what, judgement: { steps, cause } }) => [
    `# ${what}`,
    ...steps.flatMap(({ ok, text }) => wrapped(ok ? 'ok  ' : '--  ', text)),
    ...(cause === undefined ? [] : [...wrapped('Cause: ', cause.text), ...wrapped('Next:  ', cause.next)]),
  ]);
  for (const line of blocks.flat()) expect(line.length).toBeLessThanOrEqual(columns);
  await expect(`${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`).toMatchFileSnapshot(
    '../golden/machine.txt',
  );
});

test.for([
  ['linux', ['systemd-resolved', 'nscd'], 'sudo resolvectl flush-caches; sudo nscd --invalidate=hosts'],
  ['linux', ['dnsmasq', 'unbound'], 'sudo pkill -HUP dnsmasq; sudo unbound-control reload'],
  ['linux', [], undefined],
  ['darwin', [], 'sudo dscacheutil -flushcache; sudo killall -HUP mDNSResponder'],
  ['win32', [], 'Clear-DnsClientCache'],
] as const)('%s with %j is flushed by %s', ([platform, caches, command]) => {
  expect(flushCommand(platform, caches)).toBe(command);
});
