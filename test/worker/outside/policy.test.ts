/** OUTSIDE_ZONE: what is wrong is said in one line, and refuses. */
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { type Bindings, readBindings } from '../../../worker/environment.ts';

const { STORE, REGISTRY, PUBLICATIONS, JOURNAL } = env;

function read(bindings: Partial<Bindings>) {
  const { configuration, problems } = readBindings({ STORE, REGISTRY, PUBLICATIONS, JOURNAL, ...bindings });
  return { policy: configuration.outside.policy, problems };
}

test('without it names outside are refused', () => {
  expect(read({})).toEqual({ policy: { kind: 'refuse' }, problems: [] });
});

test.for([
  ['refuse', { kind: 'refuse' }],
  ['nxdomain', { kind: 'nxdomain' }],
  [
    'forward:https://resolver.example.net/dns-query',
    { kind: 'forward', upstream: 'https://resolver.example.net/dns-query' },
  ],
  ['forward:https://Resolver.Example.net', { kind: 'forward', upstream: 'https://resolver.example.net/' }],
  ['forward:https://[2001:db8::1]:8443/x?y=z', { kind: 'forward', upstream: 'https://[2001:db8::1]:8443/x?y=z' }],
  ['forward:http://127.0.0.1:8053/dns-query', { kind: 'forward', upstream: 'http://127.0.0.1:8053/dns-query' }],
  ['forward:http://127.8.9.10/dns-query', { kind: 'forward', upstream: 'http://127.8.9.10/dns-query' }],
  ['forward:http://[::1]:8053/dns-query', { kind: 'forward', upstream: 'http://[::1]:8053/dns-query' }],
  ['forward:http://localhost/dns-query', { kind: 'forward', upstream: 'http://localhost/dns-query' }],
  ['forward:http://dns.localhost/dns-query', { kind: 'forward', upstream: 'http://dns.localhost/dns-query' }],
] as const)('%s', ([OUTSIDE_ZONE, policy]) => {
  expect(read({ OUTSIDE_ZONE })).toEqual({ policy, problems: [] });
});

const insecure = 'the URL does not begin with https:// (http:// is for loopback hosts only)';

test.for([
  ['', 'it is none of refuse, nxdomain and forward:URL'],
  ['REFUSE', 'it is none of refuse, nxdomain and forward:URL'],
  ['forward', 'it is none of refuse, nxdomain and forward:URL'],
  ['https://resolver.example.net/dns-query', 'it is none of refuse, nxdomain and forward:URL'],
  ['forward:', 'the URL is none, such as https://dns.example.com/dns-query'],
  ['forward:resolver.example.net', 'the URL is none, such as https://dns.example.com/dns-query'],
  ['forward:https://', 'the URL is none, such as https://dns.example.com/dns-query'],
  ['forward:https://resolver.example.net/dns-query{?dns}', 'the URL is a template: leave out what is in braces'],
  ['forward:https://u:p@resolver.example.net/', 'the URL has a user name or a password, which cannot be sent'],
  ['forward:https://resolver.example.net/#x', 'the URL has a fragment, which cannot be sent'],
  ['forward:http://resolver.example.net/dns-query', insecure],
  ['forward:http://127.0.0.1.example.net/dns-query', insecure],
  ['forward:http://localhost.example.net/dns-query', insecure],
  ['forward:http://10.0.0.1/dns-query', insecure],
  ['forward:http://[::ffff:127.0.0.1]/dns-query', insecure],
  ['forward:ftp://resolver.example.net/dns-query', insecure],
  ['forward:javascript:0', insecure],
] as const)('"%s" counts as refuse', ([OUTSIDE_ZONE, reason]) => {
  expect(read({ OUTSIDE_ZONE })).toEqual({
    policy: { kind: 'refuse' },
    problems: [`OUTSIDE_ZONE counts as "refuse": ${reason}`],
  });
});

describe('a URL that leads back', () => {
  const hosts = { ENDPOINT_HOST: 'dns.example.com', TOKEN_HOST_SUFFIX: 'doh.example.com' };
  const loop = 'OUTSIDE_ZONE counts as "refuse": the URL leads back to this endpoint, which would ask itself for ever';

  test.for([
    'https://dns.example.com/dns-query',
    'https://DNS.example.com:8443/t/kd1x/dns-query',
    'https://dns.example.com./dns-query',
    'https://doh.example.com/dns-query',
    'https://kd1x.doh.example.com/dns-query',
  ])('%s is refused', (url) => {
    expect(read({ ...hosts, OUTSIDE_ZONE: `forward:${url}` })).toEqual({
      policy: { kind: 'refuse' },
      problems: [loop],
    });
  });

  test.for([
    'https://example.com/dns-query',
    'https://other.dns.example.com/dns-query',
    'https://xdoh.example.com/dns-query',
    'https://dns.example.com.example.net/dns-query',
    'https://192.0.2.1/dns-query',
    'https://[2001:db8::1]/dns-query',
  ])('%s is somebody else', (upstream) => {
    expect(read({ ...hosts, OUTSIDE_ZONE: `forward:${upstream}` })).toEqual({
      policy: { kind: 'forward', upstream },
      problems: [],
    });
  });
});
