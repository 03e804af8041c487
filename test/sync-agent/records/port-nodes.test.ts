/** Which names ports have, on both sides of what fits. */
import { describe, expect, test } from 'vitest';
import type { Port } from '../../../sync-agent/cluster.ts';
import { portNodes } from '../../../sync-agent/records/port-nodes.ts';
import { type Offer, portListOf } from '../../../sync-agent/records/srv.ts';
import { formatRelativeName, parseRelativeName } from '../../../zone/name.ts';
import { zoneWithRoom } from './zone-with-room.ts';

const base = parseRelativeName('web.shop.svc');

/** Where so many octets fit before the Service's name. */
function namesOf(ports: readonly Port[], octets: number) {
  const offer: Offer = { ports: portListOf(ports), addressCount: 1, members: 'hosts' };
  const { nodes, reasons } = portNodes([offer], 1, base, [zoneWithRoom(octets, base)]);
  return { names: nodes.map(({ prefix }) => formatRelativeName(prefix)), reasons };
}

const http: Port = { name: 'http', protocol: 'tcp', number: 80 };

describe('the names of ports', () => {
  // `_http._tcp` takes 6 and 5 octets.
  test('fit into eleven octets, and not into ten', () => {
    expect(namesOf([http], 11)).toEqual({ names: ['@', '_tcp', '_http._tcp'], reasons: [] });
    expect(namesOf([http], 10)).toEqual({
      names: ['@', '_tcp'],
      reasons: [expect.stringMatching(/^port "http": "_http\._tcp\.web\..* it has no name of its own$/)],
    });
  });

  test('of a protocol fit into five octets, and not into four', () => {
    expect(namesOf([{ ...http, name: '' }], 5)).toEqual({ names: ['@', '_tcp'], reasons: [] });
    expect(namesOf([{ ...http, name: '' }], 4)).toEqual({
      names: ['@'],
      reasons: [expect.stringMatching(/^port "": "_tcp\.web\..* it has no name of its own$/)],
    });
  });

  test('are labels of at most 63 octets, underscore included', () => {
    const named = (octets: number) => namesOf([{ ...http, name: 'p'.repeat(octets) }], 100);
    expect(named(62).names).toHaveLength(3);
    expect(named(62).reasons).toEqual([]);
    expect(named(63).names).toEqual(['@', '_tcp']);
    expect(named(63).reasons).toHaveLength(1);
  });
});
