import { expect, test } from 'vitest';
import { fullName, readNamespace } from '../../../client/export/full-name.ts';
import { typeText } from '../../../client/export/record-type.ts';
import { UsageError } from '../../../sync-agent/usage.ts';
import { formatName, NameError, parseName } from '../../../zone/name.ts';

const zones = ['cluster.local', 'prod.k8s.example.com'].map(parseName);

test.for([
  ['redis-0.redis-headless.cache', 'redis-0.redis-headless.cache.svc.cluster.local. A completed'],
  ['web.default', 'web.default.svc.cluster.local. A completed'],
  ['Web.default.svc', 'web.default.svc.cluster.local. A completed'],
  ['svc', 'svc.cluster.local. A completed'],
  ['web.', 'web. A'],
  ['10-0-0-1.default.pod', '10-0-0-1.default.pod.cluster.local. A completed'],
  ['_redis._tcp.redis-headless.cache', '_redis._tcp.redis-headless.cache.svc.cluster.local. SRV completed'],
  ['web.default.svc.cluster.local', 'web.default.svc.cluster.local. A'],
  ['web.default.svc.prod.k8s.example.com', 'web.default.svc.prod.k8s.example.com. A'],
  ['web.default.svc.clustr.local', 'web.default.svc.clustr.local. A'],
  ['redis-0.redis.cache.svc.other.k8s.example.com', 'redis-0.redis.cache.svc.other.k8s.example.com. A'],
  ['redis-0.svc.cache', 'redis-0.svc.cache.svc.cluster.local. A completed'],
  ['_redis._tcp.svc.cache', '_redis._tcp.svc.cache.svc.cluster.local. SRV completed'],
  ['cluster.local', 'cluster.local. A'],
  ['xcluster.local', 'xcluster.local.svc.cluster.local. A completed'],
  ['www.example.com.', 'www.example.com. A'],
  ['10.96.0.10', '10.0.96.10.in-addr.arpa. PTR'],
  ['fd00::1', `1${'.0'.repeat(29)}.d.f.ip6.arpa. PTR`],
  ['10.0.96.10.in-addr.arpa', '10.0.96.10.in-addr.arpa. A'],
] as const)('%s', ([text, expected]) => {
  const { name, usualType, isCompleted } = fullName(text, zones);
  expect([formatName(name), typeText(usualType), ...(isCompleted ? ['completed'] : [])].join(' ')).toBe(expected);
});

test.for([
  [
    'redis-0.redis-headless',
    'redis-0.redis-headless.cache.svc',
    'redis-0.redis-headless.svc',
    'redis-0.redis-headless',
  ],
  ['web.default.svc', 'web.default.svc.cache.svc', 'web.default.svc.svc', 'web.default.svc'],
  ['web', 'web.cache.svc', 'web.svc', 'web'],
] as const)('%s in a namespace is searched for as in a pod of it', ([text, ...expected]) => {
  const { name, others } = fullName(text, zones, { namespace: 'cache' });
  expect([name, ...others].map(formatName)).toEqual(expected.map((each) => `${each}.cluster.local.`));
});

test('what is whole is not searched for', () => {
  expect(fullName('web.default.svc.cluster.local', zones, { namespace: 'cache' })).toMatchObject({ others: [] });
});

test('what gets too long on the search path is passed over, but not the first', () => {
  const long = `${'a.'.repeat(116)}b`;
  expect(() => fullName(long, zones, { namespace: 'cache' })).toThrow(NameError);
});

test.for(['cache', 'a-1'])('%s is the name of a namespace', (text) => expect(readNamespace(text)).toBe(text));
test.for(['', 'Cache', 'a.b', '-a', 'a'.repeat(64)])('"%s" is not', (text) => {
  expect(() => readNamespace(text)).toThrow(UsageError);
});

test.for(['', 'a..b', `${'a.'.repeat(120)}b`])('"%s" is no name', (text) => {
  expect(() => fullName(text, zones)).toThrow(NameError);
});

test('a Service without its namespace is never there', () => {
  const message = '"web" has no namespace: pass web.NAMESPACE, such as web.default';
  expect(() => fullName('web', zones)).toThrow(new UsageError(message));
});

test('unless it is to be explained', () => {
  expect(formatName(fullName('web', zones, { takesLoneLabels: true }).name)).toBe('web.svc.cluster.local.');
});
