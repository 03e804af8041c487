/** A zone with one of everything that a question can meet. */
import type { OwnerGroup } from '../../../zone/group.ts';
import type { Snapshot } from '../../../zone/snapshot.ts';
import { address, cname, group, host, node, ns, plain, snapshot, txt } from '../support/zone.ts';

/** All but the first are aliases; some lie inside others. */
export const origins = [
  'cluster.local',
  'prod.k8s.example.com',
  'deep.inner.cluster.local',
  'inner.cluster.local',
] as const;

export const maxChain = 16;

const srv = (port: number, weight: number, targets: 'base' | 'hosts') => ({ priority: 0, weight, port, targets });

const groups: readonly OwnerGroup[] = [
  plain('@', ns('ns.dns')),
  group('ns.dns'),
  plain('dns-version', txt('1.1.0', 28_800)),
  group('svc'),
  group('pod'),
  group('empty.svc'),

  // Hosts with names, a port, and addresses at the base name.
  group('redis.cache.svc', {
    hosts: [host('redis-0', ['10.244.0.8'], [6379]), host('redis-1', ['10.244.0.9'], [6379])],
    nodes: [
      node('', { addresses: 'hosts', services: [srv(6379, 50, 'hosts')] }),
      node('_redis._tcp', { addresses: 'hosts', services: [srv(6379, 50, 'hosts')] }),
    ],
  }),
  // Hosts of both families, of one, and with a label made of the address.
  group('db.cache.svc', {
    hosts: [host('db-0', ['10.244.1.5', 'fd00:10:244::5']), host('2001-db8--0', ['2001:db8::'])],
    nodes: [node('', { addresses: 'hosts' })],
  }),
  // An address of its own and two ports.
  group('web.shop.svc', {
    own: [address('10.96.0.10')],
    nodes: [
      node('', { addresses: 'base', services: [srv(80, 50, 'base'), srv(443, 50, 'base')] }),
      node('_http._tcp', { addresses: 'base', services: [srv(80, 100, 'base')] }),
    ],
  }),

  plain('outside.shop.svc', cname('db.example.com.')),
  plain('alias.shop.svc', cname('web.shop.svc')),
  plain('twice.shop.svc', cname('alias.shop.svc')),
  plain('on-outside.shop.svc', cname('outside.shop.svc')),
  plain('dangling.shop.svc', cname('nothing.shop.svc')),
  plain('to-parent.shop.svc', cname('shop.svc')),
  plain('to-apex.shop.svc', cname('')),
  plain('to-self.shop.svc', cname('to-self.shop.svc')),
  plain('a.loop.svc', cname('b.loop.svc')),
  plain('b.loop.svc', cname('a.loop.svc')),
  plain('into.loop.svc', cname('a.loop.svc')),
  ...Array.from({ length: maxChain + 1 }, (_, i) => plain(`c${i}.chain.svc`, cname(`c${i + 1}.chain.svc`))),
  group(`c${maxChain + 1}.chain.svc`, { own: [address('10.96.0.99')], nodes: [node('', { addresses: 'base' })] }),

  // Labels that text would confuse: a dot, octets that are no letters, names that every object has.
  group('odd.svc', {
    hosts: [
      host('a.b', ['10.244.9.1']),
      host('\0\xff', ['10.244.9.2']),
      host('__proto__', ['10.244.9.3']),
      host('constructor', ['10.244.9.4']),
    ],
  }),
  group('b.odd.svc', { hosts: [host('a', ['10.244.9.5'])] }),
];

export const exampleZone: Snapshot = snapshot(groups, { origins });
