/**
 * A signed snapshot whose octets contradict themselves, as by a mistake of the agent: what can be read is answered, the rest
 * is SERVFAIL, and nothing is a page of HTML.
 */
import { expect, test } from 'vitest';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { gzip } from '../support/agent.ts';
import { startEdge } from '../support/edge.ts';
import { outcome } from '../support/outcome.ts';
import { exampleZone, origins } from './example-zone.ts';

const questions = [
  ['redis.cache.svc.cluster.local', 'A'],
  ['redis-0.redis.cache.svc.cluster.local', 'SRV'],
  ['_redis._tcp.redis.cache.svc.cluster.local', 'SRV'],
  ['twice.shop.svc.cluster.local', 'A'],
  ['dns-version.cluster.local', 'TXT'],
  ['cluster.local', 'NS'],
  ['8.0.244.10.in-addr.arpa', 'PTR'],
  ['nope.cache.svc.cluster.local', 'A'],
] as const;

/** Anything may come out, as long as it is DNS. */
const answered = /^(NOERROR|NXDOMAIN|REFUSED|SERVFAIL)/;

test('octets replaced all over an image', { timeout: 60_000 }, async () => {
  const image = encodeSnapshot(exampleZone);
  const edge = await startEdge({ isOpen: true });
  await edge.register('local', [...origins]);
  const seen = new Set<string>();
  for (let at = 0; at < image.length; at += 23) {
    const body = await gzip(image.with(at, image[at]! ^ 0xff));
    const response = await edge.send(await edge.agent.publication(exampleZone, { serial: at + 1, body }));
    expect([200, 403, 422]).toContain(response.status);
    seen.add(String(response.status));
    edge.machine.advance(1000);
    for (const [name, type] of response.ok ? questions : []) {
      const shown = outcome(await edge.ask(name, type));
      expect(shown).toMatch(answered);
      seen.add(shown.split(' ', 1)[0]!);
    }
  }
  // Damage of every kind was met: refused at once, found when it was read, and never asked for.
  expect([...seen]).toEqual(expect.arrayContaining(['200', '422', 'NOERROR', 'SERVFAIL']));
});
