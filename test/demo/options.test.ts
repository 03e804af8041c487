import { describe, expect, test } from 'vitest';
import { readDemoFlags, usage } from '../../demo/options.ts';
import { UsageError } from '../../sync-agent/usage.ts';

/** The line that these flags are refused with. */
function refusal(args: readonly string[]): string {
  try {
    readDemoFlags(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'accepted';
}

test('without flags it is the embedded cluster over HTTPS with a token', () => {
  expect(readDemoFlags([])).toMatchObject({
    kind: 'run',
    agent: { cluster: 'local', kubeSource: undefined, supplementKinds: ['remarks', 'endpoints'] },
    listen: { host: '127.0.0.1', port: 8443 },
    isPlain: false,
    isOpen: false,
    outsideZone: 'refuse',
    readyFile: undefined,
  });
});

test('each flag is taken', () => {
  const args = [
    ...['--kubeconfig', 'k', '--listen', '[::1]:0', '--http', '--open', '--ready-file', 'r', '--ttl', '5'],
    ...['--namespaces', 'a,b', '--pods', 'verified', '--endpoint-pod-names', '--outside-zone', 'nxdomain'],
  ];
  expect(readDemoFlags(args)).toMatchObject({
    agent: {
      kubeSource: { path: 'k' },
      selection: { namespaces: { type: 'listed', names: ['a', 'b'] }, labelSelector: undefined },
      names: { ttlSeconds: 5, pods: 'verified', usesPodNames: true },
    },
    listen: { host: '::1', port: 0 },
    isPlain: true,
    isOpen: true,
    outsideZone: 'nxdomain',
    readyFile: 'r',
  });
});

describe('--listen', () => {
  test.for([
    ['0.0.0.0:8443', { host: '0.0.0.0', port: 8443 }],
    ['localhost:65535', { host: 'localhost', port: 65_535 }],
    ['[fd00::1]:1', { host: 'fd00::1', port: 1 }],
  ] as const)('%s', ([text, listen]) => {
    expect(readDemoFlags(['--listen', text])).toMatchObject({ listen });
  });

  test.for([
    '',
    '8443',
    ':8443',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '127.0.0.1:x',
    '::1:8443',
    '[::1]',
    '[x]:1',
  ])('"%s" is refused', (text) => {
    expect(refusal([`--listen=${text}`])).toBe(
      `--listen "${text}" is not HOST:PORT, such as 127.0.0.1:8443 or [::1]:8443`,
    );
  });
});

describe('--open and --http are for this machine only', () => {
  test.for(['127.0.0.1:1', '127.1.2.3:1', '[::1]:1', 'localhost:1'])('%s is its own', (listen) => {
    expect(refusal(['--open', '--http', '--listen', listen])).toBe('accepted');
  });

  test.for([
    '0.0.0.0:1',
    '192.168.0.1:1',
    '[::]:1',
    '[::ffff:7f00:1]:1',
    '127.0.0.1.example.com:1',
    '127.1:1',
    'host:1',
  ])('%s is not', (listen) => {
    for (const flag of ['--open', '--http']) {
      expect(refusal([flag, '--listen', listen])).toBe(
        `${flag} is for loopback addresses only: leave it out, or --listen on 127.0.0.1`,
      );
    }
    expect(refusal(['--listen', listen])).toBe('accepted');
  });
});

describe('--outside-zone', () => {
  test.for([
    'refuse',
    'nxdomain',
    'forward:https://dns.example.com/dns-query',
    'forward:https://127.0.0.1:8444/',
    'forward:http://127.0.0.1:8053/dns-query',
    'forward:http://[::1]:8053/dns-query',
    'forward:http://localhost/dns-query',
  ])('%s', (text) => {
    expect(readDemoFlags(['--outside-zone', text])).toMatchObject({ outsideZone: text });
  });

  const none = 'is none of refuse, nxdomain and forward:URL, such as forward:https://dns.example.com/dns-query';
  const insecure = 'does not forward to https:// (http:// is for loopback hosts only)';
  const unsent = 'has a part that cannot be sent: user, password or #';
  const loop = 'leads back to --listen, which would ask itself for ever';
  test.for([
    ['', none],
    ['drop', none],
    ['forward:', none],
    ['forward:dns.example.com', none],
    ['https://dns.example.com/dns-query', none],
    ['forward:https://dns.example.com/dns-query{?dns}', none],
    ['forward:http://dns.example.com/dns-query', insecure],
    ['forward:http://127.0.0.1.example.com/', insecure],
    ['forward:ftp://dns.example.com/', insecure],
    ['forward:https://me@dns.example.com/', unsent],
    ['forward:https://dns.example.com/#x', unsent],
    ['forward:https://127.0.0.1:8443/dns-query', loop],
    ['forward:https://localhost:8443/dns-query', loop],
  ] as const)('"%s" is refused', ([text, reason]) => {
    expect(refusal([`--outside-zone=${text}`])).toBe(`--outside-zone "${text}" ${reason}`);
  });

  test('leads back by whatever port is listened on', () => {
    const forward = ['--outside-zone', 'forward:https://[::1]/dns-query'];
    expect(refusal([...forward, '--listen', '127.0.0.1:443'])).toBe(
      `--outside-zone "forward:https://[::1]/dns-query" ${loop}`,
    );
    expect(refusal([...forward, '--listen', '127.0.0.1:444'])).toBe('accepted');
  });
});

test.for([
  [['--ready-file', ''], '--ready-file needs the path of a file'],
  [['--alias', 'no domain'], '--alias "no domain" is not a domain name such as prod.k8s.example.com'],
  [['--alias', '--open'], "Option '--alias' argument is ambiguous; see npm start -- --help"],
  [['--verbose'], "Unknown option '--verbose'; see npm start -- --help"],
  [['--open=yes'], "Option '--open' does not take an argument; see npm start -- --help"],
  [['extra'], "Unexpected argument 'extra'; see npm start -- --help"],
] as const)('%s is refused', ([args, line]) => {
  expect(refusal(args)).toBe(line);
});

test('several wrong flags are told at once', () => {
  expect(refusal(['--open', '--listen', '0.0.0.0:1', '--ttl', 'x', '--ready-file', ''])).toBe(
    [
      '--ttl "x" is not a whole number of seconds from 0 to 3600',
      '--open is for loopback addresses only: leave it out, or --listen on 127.0.0.1',
      '--ready-file needs the path of a file',
    ].join('; '),
  );
});

test('--help tells every flag', () => {
  expect(readDemoFlags(['--help'])).toEqual({ kind: 'help' });
  expect(readDemoFlags(['-h', '--ttl', 'x'])).toEqual({ kind: 'help' });
  for (const flag of [
    'listen',
    'http',
    'open',
    'outside-zone',
    'ready-file',
    'kubeconfig',
    'context',
    'alias',
    'namespaces',
    'namespace-labels',
    'labels',
    'pods',
  ]) {
    expect(usage).toContain(`  --${flag} `);
  }
});
