import { describe, expect, test } from 'vitest';
import { wholeCluster } from '../../sync-agent/kube/scope.ts';
import { agentFlags, agentFlagsHelp, readAgentFlags } from '../../sync-agent/options.ts';
import { scopeOf, snapshotOptionsOf } from '../../sync-agent/selection.ts';
import { parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { formatPrefix } from '../../zone/address.ts';
import { formatName } from '../../zone/name.ts';

/** With what follows from them for the observer and for the records. */
function read(...args: string[]) {
  const settings = readAgentFlags(parseCommandLine({ args, options: agentFlags }, 'agent --help').values);
  const { selection, names } = settings;
  return { ...settings, scope: scopeOf(selection, names), snapshot: snapshotOptionsOf(selection, names) };
}

/** The line that these flags are refused with. */
function refusal(...args: string[]): string {
  try {
    read(...args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'accepted';
}

function numbered(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

test('without flags everything has its default', () => {
  const { cluster, kubeSource, snapshot, publishIntervalMilliseconds } = read();
  expect([cluster, kubeSource, publishIntervalMilliseconds]).toEqual(['local', undefined, 3000]);
  expect(snapshot.zoneOrigins.map(formatName)).toEqual(['cluster.local.']);
  expect(snapshot.ttlSeconds).toBe(30);
  expect(snapshot.reversePrefixes.map(formatPrefix)).toEqual([
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '100.64.0.0/10',
    'fc00::/7',
  ]);
});

test('without flags the whole cluster is observed, with what DNS needs of it', () => {
  const { scope, snapshot, warnings } = read();
  expect(scope).toEqual(wholeCluster);
  expect(snapshot).toMatchObject({
    clustersetOrigins: [],
    pods: 'disabled',
    usesPodNames: false,
    ignoresEmptyServices: false,
    selectsNamespaces: false,
    selectsObjects: false,
  });
  expect(warnings).toEqual([]);
});

test.for([
  [[], []],
  [['--remarks'], ['remarks']],
  [['--endpoints'], ['endpoints']],
  [
    ['--endpoints', '--remarks'],
    ['remarks', 'endpoints'],
  ],
])('%j: beside the snapshot %j are published', ([args, kinds]) => {
  expect(read(...args!).supplementKinds).toEqual(kinds);
  expect(read(...args!).scope).toEqual(wholeCluster);
});

describe('what is observed, and the names it makes', () => {
  test.for([
    [['--namespaces', 'cache'], { namespaces: { type: 'listed', names: ['cache'] } }, { selectsNamespaces: true }],
    [
      ['--namespaces', 'cache, data,cache', '--namespaces', 'web'],
      { namespaces: { type: 'listed', names: ['cache', 'data', 'web'] } },
      { selectsNamespaces: true },
    ],
    [
      ['--namespace-labels', 'team in (web,db),!old'],
      { namespaces: { type: 'labelled', selector: 'team in (web,db),!old' } },
      { selectsNamespaces: true },
    ],
    [
      ['--labels', 'a=b'],
      { labelSelector: 'a=b', namespaces: { type: 'all' } },
      { selectsNamespaces: false, selectsObjects: true },
    ],
    [['--pods', 'insecure'], { observesPods: false }, { pods: 'insecure' }],
    [['--pods', 'verified'], { observesPods: true }, { pods: 'verified' }],
    [['--endpoint-pod-names'], { keepsPodNames: true }, { usesPodNames: true }],
    [['--ignore-empty-service'], {}, { ignoresEmptyServices: true }],
    [['--clusterset-zone', 'clusterset.local'], { observesServiceImports: true }, {}],
  ] as const)('%j', ([args, scope, snapshot]) => {
    const settings = read(...args);
    expect(settings.scope).toMatchObject(scope);
    expect(settings.snapshot).toMatchObject(snapshot);
    expect(settings).not.toEqual(read());
  });

  test('the zones of multi-cluster Services keep their order', () => {
    const { snapshot } = read('--clusterset-zone', 'Clusterset.local.', '--clusterset-zone', 'set.example.com');
    expect(snapshot.clustersetOrigins.map(formatName)).toEqual(['clusterset.local.', 'set.example.com.']);
  });

  test('a domain of the cluster that is a single label is taken with a warning', () => {
    const { snapshot, warnings } = read('--zone', 'k8s');
    expect(snapshot.zoneOrigins.map(formatName)).toEqual(['k8s.']);
    expect(warnings).toEqual([expect.stringMatching(/^--zone "k8s" is a top-level domain: .*; check that/)]);
  });
});

test('a deletion guard that is turned off is told at each start', () => {
  expect(read('--allow-deletions').warnings).toEqual([
    '--allow-deletions is on: whatever vanishes is published at once; take it away when the deletion is published',
  ]);
});

test('each flag is taken', () => {
  const settings = read(
    ...['--cluster', 'prod-eu', '--zone', 'K8S.internal.', '--alias', 'a.example', '--alias', '_x.b.example'],
    ...['--ttl', '0', '--publish-interval', '240', '--reverse-zone', '10.1.0.0/16', '--reverse-zone', 'fd00::/8'],
    ...['--kubeconfig', 'a path', '--context', 'b'],
  );
  expect(settings).toMatchObject({
    cluster: 'prod-eu',
    kubeSource: { type: 'file', path: 'a path', context: 'b' },
    publishIntervalMilliseconds: 240_000,
    snapshot: { ttlSeconds: 0 },
  });
  expect(settings.snapshot.zoneOrigins.map(formatName)).toEqual(['k8s.internal.', 'a.example.', '_x.b.example.']);
  expect(settings.snapshot.reversePrefixes.map(formatPrefix)).toEqual(['10.1.0.0/16', 'fd00::/8']);
});

const topLevel =
  'is a top-level domain, of which a cluster cannot speak for all: use a name below one, such as prod.k8s.example.com';
const noDomain = 'is not a domain name such as prod.k8s.example.com';

const noNamespace = "is not a namespace's name; pass names with commas between them";
const examples = {
  '--alias': 'prod.k8s.example.com',
  '--clusterset-zone': 'clusterset.local',
  '--zone': 'cluster.local',
};
const twice = (flag: string, zone: string) =>
  `${flag} "${zone}" is given twice, or is another zone already: leave one out`;
const overlap = (flag: keyof typeof examples, zone: string, other: string) =>
  `${flag} "${zone}" and ${other} overlap: use one beside it, such as ${examples[flag]}`;
const reverse = (flag: keyof typeof examples, zone: string, tree: string) =>
  `${flag} "${zone}" overlaps ${tree}, where the names of addresses are: use another, such as ${examples[flag]}; --reverse-zone chooses addresses`;

describe('a wrong flag is named in one line', () => {
  test.for([
    [['--cluster', ''], '--cluster "" is not 1 to 32 of a-z, 0-9 and "-"'],
    [['--cluster', 'Prod'], '--cluster "Prod" is not 1 to 32 of a-z, 0-9 and "-"'],
    [['--cluster', 'a'.repeat(33)], `--cluster "${'a'.repeat(33)}" is not 1 to 32 of a-z, 0-9 and "-"`],
    [['--zone', ''], '--zone "" is not a domain name: a label is empty'],
    [['--zone', '.'], `--zone "." ${noDomain}`],
    [['--alias', 'a..b'], '--alias "a..b" is not a domain name: a label is empty'],
    [['--alias', 'not a domain'], `--alias "not a domain" ${noDomain}`],
    [['--alias', '*.example.com'], `--alias "*.example.com" ${noDomain}`],
    [['--alias', 'a-.example'], `--alias "a-.example" ${noDomain}`],
    [['--alias', 'https://example.com/'], `--alias "https://example.com/" ${noDomain}`],
    [
      ['--alias', 'bücher.example'],
      '--alias "bücher.example" is not a domain name: only ASCII is allowed; write other names in punycode ("xn--…")',
    ],
    [
      ['--alias', `${'a'.repeat(64)}.example`],
      `--alias "${'a'.repeat(64)}.example" is not a domain name: a label is longer than 63 octets`,
    ],
    [['--alias', 'a.b', '--alias', 'A.b.'], twice('--alias', 'a.b')],
    [['--alias', 'cluster.local'], twice('--alias', 'cluster.local')],
    [['--alias', 'svc.cluster.local'], overlap('--alias', 'svc.cluster.local', '--zone "cluster.local"')],
    [['--zone', 'k8s.a.example', '--alias', 'a.example'], overlap('--alias', 'a.example', '--zone "k8s.a.example"')],
    [['--alias', 'a.example', '--alias', 'b.A.example'], overlap('--alias', 'b.a.example', '--alias "a.example"')],
    [['--alias', '10.in-addr.arpa'], reverse('--alias', '10.in-addr.arpa', 'in-addr.arpa')],
    [['--alias', 'IP6.arpa'], reverse('--alias', 'ip6.arpa', 'ip6.arpa')],
    [['--zone', 'arpa'], reverse('--zone', 'arpa', 'in-addr.arpa')],
    [['--clusterset-zone', 'd.f.ip6.arpa'], reverse('--clusterset-zone', 'd.f.ip6.arpa', 'ip6.arpa')],
    [
      ['--alias', 'x.cluster.local', '--clusterset-zone', 'in-addr.arpa'],
      `${overlap('--alias', 'x.cluster.local', '--zone "cluster.local"')}; ${reverse('--clusterset-zone', 'in-addr.arpa', 'in-addr.arpa')}`,
    ],
    [['--alias', 'local'], `--alias "local" ${topLevel}`],
    [['--alias', 'Com.'], `--alias "com" ${topLevel}`],
    [['--clusterset-zone', 'set'], `--clusterset-zone "set" ${topLevel}`],
    [['--clusterset-zone', ''], '--clusterset-zone "" is not a domain name: a label is empty'],
    [['--clusterset-zone', 'cluster.local'], twice('--clusterset-zone', 'cluster.local')],
    [
      ['--clusterset-zone', 'set.cluster.local'],
      overlap('--clusterset-zone', 'set.cluster.local', '--zone "cluster.local"'),
    ],
    [
      ['--clusterset-zone', 'a.example', '--alias', 'k8s.a.example'],
      overlap('--clusterset-zone', 'a.example', '--alias "k8s.a.example"'),
    ],
    [['--clusterset-zone', 'a.example', '--clusterset-zone', 'A.example'], twice('--clusterset-zone', 'a.example')],
    [
      ['--clusterset-zone', 'a.example', '--clusterset-zone', 'b.a.example'],
      overlap('--clusterset-zone', 'b.a.example', '--clusterset-zone "a.example"'),
    ],
    [['--namespaces', ''], `--namespaces: "" ${noNamespace}`],
    [['--namespaces', 'a,,b'], `--namespaces: "" ${noNamespace}`],
    [['--namespaces', 'a b'], `--namespaces: "a b" ${noNamespace}`],
    [['--namespaces', 'Cache'], `--namespaces: "Cache" ${noNamespace}`],
    [['--namespaces', '*'], `--namespaces: "*" ${noNamespace}`],
    [
      ['--namespaces', 'a', '--namespace-labels', 'b=c'],
      '--namespaces and --namespace-labels cannot be combined: leave one out',
    ],
    [
      ['--namespace-labels', 'a in b'],
      '--namespace-labels "a in b" is not a label selector: "b" stands where "(" is expected',
    ],
    [['--namespace-labels', ' '], '--namespace-labels needs a label selector such as team=web,stage!=test'],
    [['--labels', ''], '--labels needs a label selector such as team=web,stage!=test'],
    [['--labels', 'a=b c'], '--labels "a=b c" is not a label selector: "c" stands where a comma is expected'],
    [['--pods', 'enabled'], '--pods "enabled" is not disabled, insecure or verified'],
    [['--pods', ''], '--pods "" is not disabled, insecure or verified'],
    [['--endpoint-pod-names=yes'], "Option '--endpoint-pod-names' does not take an argument; see agent --help"],
    [['--ttl', '-1'], "Option '--ttl' argument is ambiguous; see agent --help"],
    [['--ttl=-1'], '--ttl "-1" is not a whole number of seconds from 0 to 3600'],
    [['--ttl', '3601'], '--ttl "3601" is not a whole number of seconds from 0 to 3600'],
    [['--ttl', '1.5'], '--ttl "1.5" is not a whole number of seconds from 0 to 3600'],
    [['--ttl', ''], '--ttl "" is not a whole number of seconds from 0 to 3600'],
    [['--ttl', '30s'], '--ttl "30s" is not a whole number of seconds from 0 to 3600'],
    [['--deletion-guard-hold', '3601'], '--deletion-guard-hold "3601" is not a whole number of seconds from 1 to 3600'],
    [['--publish-interval', '0'], '--publish-interval "0" is not a whole number of seconds from 1 to 240'],
    [['--publish-interval', '241'], '--publish-interval "241" is not a whole number of seconds from 1 to 240'],
    [['--reverse-zone', '10.0.0.0'], '--reverse-zone "10.0.0.0" is not a block of addresses such as 10.0.0.0/8'],
    [['--reverse-zone', '10.0.0.1/8'], '--reverse-zone "10.0.0.1/8" is not a block of addresses such as 10.0.0.0/8'],
    [['--kubeconfig', ''], '--kubeconfig needs the path of a kubeconfig'],
    [['--context', 'prod'], '--context needs --kubeconfig'],
    [['--colour'], "Unknown option '--colour'; see agent --help"],
    [['--ttl'], "Option '--ttl <value>' argument missing; see agent --help"],
    [['file'], "Unexpected argument 'file'; see agent --help"],
  ] as const)('%s', ([args, line]) => {
    expect(refusal(...args)).toBe(line);
  });

  test.for([
    ['alias', 16, 'the edge takes 16 zones of a cluster, its own included; leave some out'],
    ['reverse-zone', 257, 'a snapshot holds 256 blocks; use larger ones'],
  ] as const)('too many of --%s', ([flag, count, why]) => {
    const value = (i: number) => (flag === 'alias' ? `a${i}.example` : `10.${i >> 8}.${i & 255}.0/24`);
    const args = numbered(count).flatMap((i) => [`--${flag}`, value(i)]);
    expect(refusal(...args)).toBe(`--${flag} is given ${count} times: ${why}`);
    expect(refusal(...args.slice(2))).toBe('accepted');
  });

  test('too many zones of both kinds', () => {
    const args = numbered(8).flatMap((i) => ['--alias', `a${i}.example`, '--clusterset-zone', `s${i}.example`]);
    expect(refusal(...args)).toBe(
      '--alias and --clusterset-zone are given 16 times: the edge takes 16 zones of a cluster, its own included; leave some out',
    );
    expect(refusal(...args.slice(2))).toBe('accepted');
  });

  test('too many of --namespaces', () => {
    const names = numbered(257).map((i) => `n${i}`);
    expect(refusal('--namespaces', names.join(','))).toBe(
      '--namespaces names 257 namespaces, each of which is watched by itself, and takes up to 256; use --namespace-labels',
    );
    expect(refusal('--namespaces', names.slice(1).join(','))).toBe('accepted');
  });

  test('several at once', () => {
    expect(refusal('--cluster', 'X', '--alias', '-', '--ttl', 'x', '--pods', 'z', '--context', 'y')).toBe(
      [
        '--cluster "X" is not 1 to 32 of a-z, 0-9 and "-"',
        `--alias "-" ${noDomain}`,
        '--ttl "x" is not a whole number of seconds from 0 to 3600',
        '--pods "z" is not disabled, insecure or verified',
        '--context needs --kubeconfig',
      ].join('; '),
    );
  });

  test('a right one is not', () => {
    const beside = ['--alias', 'xcluster.local', '--alias', 'in-addr.arpa.example', '--clusterset-zone', 'set.local'];
    expect(refusal(...beside)).toBe('accepted');
    expect(refusal('--ttl', '3600', '--publish-interval', '1')).toBe('accepted');
  });
});

test('the help tells every flag', () => {
  const told = agentFlagsHelp.match(/--[a-z-]+/g)?.map((flag) => flag.slice(2));
  expect([...told!, 'kubeconfig', 'context'].sort()).toEqual(Object.keys(agentFlags).sort());
});
