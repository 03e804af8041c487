import { expect, test } from 'vitest';
import { type EdgeFlags, readEdgeFlags } from '../../../../client/commands/edge/edge-options.ts';

const read = (flags: EdgeFlags) => readEdgeFlags({ data: 'd', ...flags });

test('by default it is closed, on loopback, for itself', () => {
  expect(read({})).toEqual({
    data: 'd',
    listen: { host: '127.0.0.1', port: 8787 },
    metricsListen: undefined,
    isBehindProxy: false,
    workerd: undefined,
    variables: { OPEN: 'false', OUTSIDE_ZONE: 'refuse' },
    limitsRates: true,
    readyFile: undefined,
  });
});

test('everything can be set', () => {
  expect(
    read({
      listen: '[::]:80',
      'behind-proxy': true,
      'metrics-listen': '0.0.0.0:9464',
      workerd: '/w',
      'default-cluster': 'prod',
      'endpoint-host': 'dns.example.com',
      'token-host-suffix': 'doh.example.com',
      'outside-zone': 'forward:https://resolver.example/dns-query',
      'no-rate-limits': true,
      'ready-file': 'r',
    }),
  ).toEqual({
    data: 'd',
    listen: { host: '::', port: 80 },
    metricsListen: { host: '0.0.0.0', port: 9464 },
    isBehindProxy: true,
    workerd: '/w',
    variables: {
      OPEN: 'false',
      OUTSIDE_ZONE: 'forward:https://resolver.example/dns-query',
      DEFAULT_CLUSTER: 'prod',
      ENDPOINT_HOST: 'dns.example.com',
      TOKEN_HOST_SUFFIX: 'doh.example.com',
    },
    limitsRates: false,
    readyFile: 'r',
  });
});

test.for(['127.0.0.1:0', '[::1]:8787', 'localhost:8787'])('without a token only on loopback: %s', (listen) => {
  expect(read({ open: true, listen })).toMatchObject({ variables: { OPEN: 'true' } });
});

test.for([
  [{ data: '' }, '--data is missing: pass the folder to keep everything in'],
  [{ listen: '8787' }, '--listen "8787" is not HOST:PORT, such as 127.0.0.1:8787'],
  [
    { listen: '0.0.0.0:8787' },
    '--listen 0.0.0.0 is open to other machines, without TLS: let a proxy with TLS ask it on 127.0.0.1:8787, or pass --behind-proxy if nobody but a proxy reaches that address',
  ],
  [
    { open: true, listen: '192.0.2.1:8787' },
    '--open is for a loopback address without a proxy: leave it out, and make tokens',
  ],
  [
    { open: true, 'behind-proxy': true },
    '--open is for a loopback address without a proxy: leave it out, and make tokens',
  ],
  [{ 'metrics-listen': 'x' }, '--metrics-listen "x" is not HOST:PORT, such as 127.0.0.1:9464'],
  [{ 'default-cluster': 'Prod' }, '--default-cluster "Prod" is not 1 to 32 of a-z, 0-9 and "-"'],
  [{ 'endpoint-host': 'dns' }, '--endpoint-host "dns" is no host name, such as dns.example.com'],
  [{ 'endpoint-host': 'a..b' }, '--endpoint-host "a..b" is no host name, such as dns.example.com'],
  [{ 'token-host-suffix': '' }, '--token-host-suffix "" is no host name, such as dns.example.com'],
  [{ 'outside-zone': 'drop' }, '--outside-zone: it is none of refuse, nxdomain and forward:URL'],
  [
    { 'outside-zone': 'forward:https://dns.example.com/dns-query', 'endpoint-host': 'dns.example.com' },
    '--outside-zone: the URL leads back to this endpoint, which would ask itself for ever',
  ],
  [
    { listen: 'x', 'endpoint-host': 'dns' },
    '--listen "x" is not HOST:PORT, such as 127.0.0.1:8787; --endpoint-host "dns" is no host name, such as dns.example.com',
  ],
] as const)('%j is a wrong command line', ([flags, message]) => {
  expect(() => read(flags)).toThrow(expect.objectContaining({ code: 'USAGE', message }));
});
