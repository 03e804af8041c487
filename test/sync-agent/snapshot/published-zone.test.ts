/** What a zone says of the objects that it is made of. */
import { describe, expect, test } from 'vitest';
import { plainGroup } from '../../../sync-agent/records/plain-group.ts';
import { PublishedZone } from '../../../sync-agent/snapshot/published-zone.ts';
import { addressFromOctets } from '../../../zone/address.ts';
import type { OwnerGroup } from '../../../zone/group.ts';
import { parseRelativeName } from '../../../zone/name.ts';

const problem = { object: 'EndpointSlice shop/web-1', reason: 'something is wrong' };
const web = plainGroup(parseRelativeName('web.shop.svc'), 30);
const unwritable: OwnerGroup = {
  ...web,
  hosts: [{ label: '', subdomain: undefined, addresses: [addressFromOctets([10, 0, 0, 1])], services: [] }],
};

function zoneOf(...sources: readonly Parameters<PublishedZone['set']>[]): PublishedZone {
  const zone = new PublishedZone('cluster', { ttlSeconds: 30 });
  for (const source of sources) zone.set(...source);
  zone.place();
  return zone;
}

describe('a problem', () => {
  test('of the records is told, whether or not there are any', () => {
    expect([...zoneOf(['Service shop/web', { group: web, problems: [problem] }]).problems()]).toEqual([problem]);
    expect([...zoneOf(['Service shop/web', { group: undefined, problems: [problem] }]).problems()]).toEqual([problem]);
    expect([...zoneOf(['Service shop/web', { group: web, problems: [] }]).problems()]).toEqual([]);
  });

  test('of encoding stands beside those of the records', () => {
    const zone = zoneOf(['Service shop/web', { group: unwritable, problems: [problem] }]);
    expect(zone.groups.count).toBe(zoneOf().groups.count);
    expect([...zone.problems()]).toEqual([
      problem,
      { object: 'Service shop/web', reason: expect.stringMatching(/a label is empty; it is left out$/) },
    ]);
  });

  test('bears the name of an object that people know', () => {
    const zone = zoneOf(['Pods shop', { group: unwritable, problems: [] }, 'Namespace shop']);
    expect([...zone.problems()].map(({ object }) => object)).toEqual(['Namespace shop']);
  });

  test('goes with its cause', () => {
    const zone = zoneOf(['Service shop/web', { group: unwritable, problems: [problem] }]);
    zone.set('Service shop/web', { group: web, problems: [] });
    zone.place();
    expect([...zone.problems()]).toEqual([]);
    expect(zone.groups.count).toBe(zoneOf().groups.count + 1);
  });
});

test('names that hold nothing cannot be left out, since others may be below them', () => {
  const zone = zoneOf(
    ['Namespace shop', { group: plainGroup(parseRelativeName('shop.svc'), 30), problems: [] }],
    ['Service shop/web', { group: { ...web, own: [addressFromOctets([10, 96, 0, 1])] }, problems: [] }],
    ['Pods shop', { group: { ...plainGroup(parseRelativeName('shop.pod'), 30), answersDashed: true }, problems: [] }],
  );
  expect([...zone.published()].map(({ object }) => object)).toEqual(['Service shop/web', 'Pods shop']);
});
