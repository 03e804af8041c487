import { expect, test } from 'vitest';
import { fullName } from '../../../client/export/full-name.ts';
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

test.for(['', 'a..b', `${'a.'.repeat(120)}b`])('"%s" is no name', (text) => {
  expect(() => fullName(text, zones)).toThrow(NameError);
});

test('a Service without its namespace is never there', () => {
  const message = '"web" has no namespace: pass web.NAMESPACE, such as web.default';
  expect(() => fullName('web', zones)).toThrow(new UsageError(message));
});
