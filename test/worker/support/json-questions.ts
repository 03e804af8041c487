/** The zone that questions in JSON are asked about, and what all of their answers have in common. */
import { expect } from 'vitest';
import { address, cname, group, host, node, plain, snapshot, txt } from './zone.ts';

export const web = 'web.shop.svc.cluster.local';

export const zone = snapshot(
  [
    group('web.shop.svc', {
      own: [address('10.0.0.1'), address('2001:db8:0:0:1::')],
      nodes: [node('', { addresses: 'base', services: [{ priority: 0, weight: 100, port: 80, targets: 'base' }] })],
    }),
    plain('about.shop.svc', txt('v="1"; a\\b', 28_800)),
    plain('alias.shop.svc', { ...cname('web.shop.svc'), ttlSeconds: 7 }),
    plain('outside.shop.svc', cname('db.example.com.')),
    group('odd.svc', { hosts: [host('a.b', ['10.0.9.1']), host('\0\xff', ['10.0.9.2'])] }),
  ],
  { ttlSeconds: 20 },
);

/** Of a DNS answer, whatever its Status. */
export async function json(response: Response): Promise<unknown> {
  expect(response.status).toBe(200);
  return response.json();
}

/** The flags of an answer to a question that sets none. */
export const asked = { TC: false, RD: true, RA: false, AD: false, CD: false };

export const soa = {
  name: 'cluster.local.',
  type: 6,
  TTL: 20,
  data: 'ns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 20',
};
