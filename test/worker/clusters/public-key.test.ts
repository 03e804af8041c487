/** Keys for which anybody can sign: none is registered, in none of its spellings. */
import { describe, expect, test } from 'vitest';
import { parseRegistration } from '../../../worker/clusters/registration.ts';
import { formatManifest, signedOctets } from '../../../zone/manifest.ts';
import { Agent, base64Url } from '../support/agent.ts';
import { startEdge } from '../support/edge.ts';
import { refusal } from '../support/whole-response.ts';
import { webAt } from '../support/zone.ts';

const p = 2n ** 255n - 19n;
/** Of order 8; the other one is its negative. */
const order8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
const ordinates = [0n, 1n, p - 1n, p, p + 1n, order8, p - order8];

/** Lowest octet first; the highest bit is the sign of x. */
function encoded(y: bigint, sign: 0 | 1): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((y >> BigInt(8 * i)) & 0xffn) | (i === 31 ? sign << 7 : 0));
}

const keys = ordinates.flatMap((y) => ([0, 1] as const).map((sign) => base64Url(encoded(y, sign))));
/** The neutral element, and zero. */
const forged = base64Url(Uint8Array.from({ length: 64 }, (_, i) => (i === 0 ? 1 : 0)));
const neutral = base64Url(encoded(1n, 0));

test('there are 14 of them, and for one of them a signature that needs no private key is good', async () => {
  expect(new Set(keys).size).toBe(14);
  const key = await crypto.subtle.importKey('raw', encoded(1n, 0), 'Ed25519', false, ['verify']);
  const signature = Uint8Array.from({ length: 64 }, (_, i) => (i === 0 ? 1 : 0));
  expect(await crypto.subtle.verify('Ed25519', key, signature, signedOctets('whatever it says'))).toBe(true);
});

describe('a key of small order', () => {
  test.for(keys)('%s is not registered, alone or beside another', async (key) => {
    const edge = await startEdge();
    for (const publicKeys of [[key], [edge.agent.publicKey, key]]) {
      const body = { publicKeys, zones: ['cluster.local'] };
      expect(await refusal(await edge.administer('PUT', '/v1/clusters/local', body))).toBe('400 BAD_REQUEST');
    }
    expect(edge.store.calls).toEqual([]);
  });

  test('does not publish with a signature that anybody can make', async () => {
    const edge = await startEdge();
    await edge.register('local');
    const publication = await edge.agent.publication(webAt('10.6.6.6'));
    await edge.administer('PUT', '/v1/clusters/local', { publicKeys: [neutral], zones: ['cluster.local'] });
    expect(await refusal(await edge.send({ ...publication, signature: forged }))).toBe('403 WRONG_SIGNATURE');
    expect((await edge.send(publication)).status).toBe(200);
  });

  test('does not answer either, if it came into KV some other way', async () => {
    const edge = await startEdge({ isOpen: true });
    const { manifest, body } = await edge.agent.publication(webAt('10.6.6.6'));
    const registration = { publicKeys: [neutral], zones: ['cluster.local'] };
    await edge.store.put('registry', JSON.stringify({ clusters: { local: registration } }));
    const metadata = { manifest: formatManifest(manifest), signature: forged };
    await edge.store.put('cluster/local/snapshot', body, { metadata });
    expect((await edge.ask('web.shop.svc.cluster.local')).answer).toEqual([]);
    const lines = edge.machine.lines.filter((line) => line.includes('left out'));
    expect(lines).toEqual([expect.stringMatching('^the registration of cluster local is left out: "publicKeys"')]);
  });
});

test('other keys are registered', async () => {
  for (let i = 0; i < 50; i += 1) {
    const { publicKey } = await Agent.create();
    expect(parseRegistration({ publicKeys: [publicKey], zones: ['cluster.local'] })).toMatchObject({
      publicKeys: [publicKey],
    });
  }
});
