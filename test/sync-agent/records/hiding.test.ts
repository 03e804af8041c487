/** What a target tells of, and when that is kept out. */
import { describe, expect, test } from 'vitest';
import type { Service } from '../../../sync-agent/cluster.ts';
import { isKeptOut, type Mention, mentionsIn } from '../../../sync-agent/records/hiding.ts';
import { parseName } from '../../../zone/name.ts';

const zones = {
  zoneOrigins: [parseName('cluster.local'), parseName('prod.example.com')],
  clustersetOrigins: [parseName('clusterset.local')],
};

describe('a target', () => {
  const service = (key?: string): Mention[] => [{ namespace: 'shop', kind: 'service', key }];
  test.for<[string, Mention[]]>([
    ['web.shop.svc.cluster.local', service('shop/web')],
    ['web.shop.svc.prod.example.com', service('shop/web')],
    ['web-0.web.shop.svc.cluster.local', service('shop/web')],
    ['_http._tcp.web.shop.svc.cluster.local', service('shop/web')],
    ['shop.svc.cluster.local', service()],
    ['shop.pod.cluster.local', service()],
    // Below `pod` a label is an address, and never the name of a Service.
    ['10-0-0-1.shop.pod.cluster.local', service()],
    ['db.shop.svc.clusterset.local', [{ namespace: 'shop', kind: 'serviceImport', key: 'shop/db' }]],
    ['db.east.db.shop.svc.clusterset.local', [{ namespace: 'shop', kind: 'serviceImport', key: 'shop/db' }]],
    ['svc.cluster.local', []],
    ['dns-version.cluster.local', []],
    ['web.shop.other.cluster.local', []],
    ['web.shop.svc.example.com', []],
  ])('%s tells of', ([target, mentions]) => {
    expect(mentionsIn(parseName(target), zones)).toEqual(mentions);
  });
});

describe('what a target tells of is kept out', () => {
  const hidden = (name: string, isHidden = true): [string, Service] => [
    `shop/${name}`,
    { namespace: 'shop', name, isHidden, kind: { type: 'headless' }, ports: [] },
  ];
  const around = {
    namespaces: new Map([
      ['shop', { name: 'shop', isHidden: false }],
      ['vault', { name: 'vault', isHidden: true }],
    ]),
    services: new Map([hidden('secret'), hidden('10-0-0-1'), hidden('web', false)]),
    serviceImports: new Map(),
  };
  test.for<[string, { namespaces: boolean; objects: boolean }, boolean]>([
    ['web.shop.svc', { namespaces: false, objects: false }, false],
    ['web.shop.svc', { namespaces: true, objects: true }, false],
    ['secret.shop.svc', { namespaces: false, objects: false }, true],
    ['any.secret.shop.svc', { namespaces: false, objects: false }, true],
    ['db.vault.svc', { namespaces: false, objects: false }, true],
    ['absent.shop.svc', { namespaces: true, objects: false }, false],
    ['absent.shop.svc', { namespaces: false, objects: true }, true],
    ['web.absent.svc', { namespaces: false, objects: false }, false],
    ['web.absent.svc', { namespaces: true, objects: false }, true],
    ['web.absent.svc', { namespaces: false, objects: true }, true],
    ['absent.svc', { namespaces: false, objects: true }, false],
    // Not by a Service whose name looks like an address.
    ['10-0-0-1.shop.pod', { namespaces: false, objects: false }, false],
    ['10-0-0-2.shop.pod', { namespaces: false, objects: true }, false],
    ['10-0-0-1.shop.svc', { namespaces: false, objects: false }, true],
  ])('%s, where some are selected: %j', ([target, selects, expected]) => {
    const options = { selectsNamespaces: selects.namespaces, selectsObjects: selects.objects };
    const [mention, ...others] = mentionsIn(parseName(`${target}.cluster.local`), zones);
    expect(others).toEqual([]);
    expect(isKeptOut(mention!, around, options)).toBe(expected);
  });
});
