/** `PUT /v1/clusters/<cluster>/remarks` and `…/endpoints`: what is stored, and the refusals in their order. */
import { describe, expect, test } from 'vitest';
import { manifestHeader, signatureHeader, signedOctets } from '../../../zone/manifest.ts';
import { formatSupplementManifest, supplementFormat } from '../../../zone/supplement/manifest.ts';
import { supplementKinds, supplementLimits } from '../../../zone/supplement/supplement.ts';
import { Agent, clusterId, sha256 } from '../support/agent.ts';
import { type Edge, startEdge } from '../support/edge.ts';
import { publishSupplement, type SupplementChange, supplementRequest } from '../support/supplements.ts';
import { refusal } from '../support/whole-response.ts';

const lines = ['{"name":"web.shop.svc"}'];

async function registered(): Promise<Edge> {
  const edge = await startEdge();
  await edge.register('local');
  return edge;
}

const stranger = await Agent.create();

describe.each(supplementKinds)('%s', (kind) => {
  const { bodyOctets } = supplementLimits[kind];
  const other = supplementKinds.find((one) => one !== kind)!;

  async function put(edge: Edge, change: SupplementChange = {}): Promise<Response> {
    return edge.receive(await supplementRequest(edge, kind, lines, change));
  }

  test('the answer, and what is stored', async () => {
    const edge = await registered();
    const response = await put(edge);
    expect([response.status, await response.json()]).toEqual([200, { result: 'stored' }]);
    expect(edge.store.calls).toContain(`put cluster/local/${kind}`);
    await edge.store.tamper(`cluster/local/${kind}`, ({ metadata }) => {
      expect(Object.keys(metadata).sort()).toEqual(['manifest', 'signature']);
      return {};
    });
  });

  test('newer ones take their place, older and the same ones do not', async () => {
    const edge = await registered();
    const at = edge.machine.now();
    await publishSupplement(edge, kind, lines, { generatedAt: at });
    for (const generatedAt of [at, at - 1, 0]) {
      const response = await put(edge, { generatedAt });
      expect(response.status).toBe(409);
      expect(await response.json()).toEqual({
        code: 'NOT_NEWER',
        error: `the ${kind} that are stored are as new, or newer`,
        generatedAt: at,
      });
    }
    expect((await put(edge, { generatedAt: at + 1 })).status).toBe(200);
  });

  describe('refusals', () => {
    test.for<[string, SupplementChange, string]>([
      ['no signature', { headers: {} }, '401 NO_SIGNATURE'],
      ['another key', { agent: stranger }, '403 WRONG_SIGNATURE'],
      ['a signature for the other kind', { signedAs: other }, '403 WRONG_SIGNATURE'],
      ['another cluster in the path', { to: 'spare' }, '403 WRONG_SIGNATURE'],
      ['a cluster that nobody registered', { cluster: clusterId('nobody') }, '403 WRONG_SIGNATURE'],
      ['no manifest', { text: '{}' }, '422 BAD_MANIFEST'],
      ['a time to come', { generatedAt: Date.parse('2027-01-01T00:00:00Z') }, '422 CLOCK_AHEAD'],
      ['a body that is too long, as it says', { length: bodyOctets + 1 }, '413 TOO_LARGE'],
      ['a body that is too long', { body: new Uint8Array(bodyOctets + 1), length: 5 }, '413 TOO_LARGE'],
      ['another length', { length: 5 }, '422 BODY_MISMATCH'],
      ['another hash', { sha256: '0'.repeat(64) }, '422 BODY_MISMATCH'],
    ])('%s: %s', async ([, change, expected]) => {
      const edge = await registered();
      await edge.register('spare');
      expect(await refusal(await put(edge, change))).toBe(expected);
      expect(edge.store.calls.filter((call) => call.startsWith('put cluster/'))).toEqual([]);
    });

    test('the signature of a snapshot’s manifest does not stand for this one', async () => {
      const edge = await registered();
      const body = new Uint8Array(3);
      const manifest = { format: supplementFormat, cluster: clusterId('local'), generatedAt: 1, length: 3 } as const;
      const text = formatSupplementManifest({ ...manifest, sha256: await sha256(body) });
      const headers = { [manifestHeader]: text, [signatureHeader]: await edge.agent.sign(signedOctets(text)) };
      expect(await refusal(await put(edge, { headers, body }))).toBe('403 WRONG_SIGNATURE');
    });

    test('without the objects nothing is stored', async () => {
      const edge = await startEdge({ objects: undefined });
      expect(await refusal(await put(edge))).toBe('503 NOT_CONFIGURED');
      expect(await refusal(await put(edge, { headers: {} }))).toBe('401 NO_SIGNATURE');
    });

    test('they are told to operators, without what was sent', async () => {
      const edge = await registered();
      await put(edge, { agent: stranger });
      await put(edge, { sha256: '0'.repeat(64) });
      expect(edge.machine.lines).toContain('refused a publish without a good signature: WRONG_SIGNATURE');
      expect(edge.machine.lines).toContain('refused a publish of cluster local: BODY_MISMATCH');
    });
  });

  test('a cluster that is taken away takes them with it', async () => {
    const edge = await registered();
    await publishSupplement(edge, kind, lines);
    expect((await edge.administer('DELETE', '/v1/clusters/local')).status).toBe(200);
    expect(edge.store.calls).toContain(`delete cluster/local/${kind}`);
  });

  test('a key that is known is counted by itself, and not by its address', async () => {
    const keys: string[] = [];
    const limit = {
      limit: async ({ key }: { key: string }) => {
        keys.push(key);
        return { success: true };
      },
    };
    const doors = { tokenHostSuffix: undefined, access: undefined, certificates: undefined };
    const edge = await startEdge({ doors: { ...doors, rateByToken: limit, rateByAddress: limit } });
    await edge.register('local');
    keys.length = 0;
    await publishSupplement(edge, kind, lines);
    expect(keys).toEqual(['cluster local']);
    keys.length = 0;
    await put(edge, { agent: await Agent.create() });
    expect(keys).toEqual(['publish address unknown']);
  });
});
