/**
 * A value that was changed in KV behind the Worker's back is never answered from, and does not stand in the way of the
 * next snapshot.
 */
import { describe, expect, test } from 'vitest';
import { Agent, clusterId, type Publication } from '../support/agent.ts';
import { type Edge, startOpenEdge } from '../support/edge.ts';
import { outcome } from '../support/outcome.ts';
import { snapshot, webAt, webGroup } from '../support/zone.ts';

const web = 'web.shop.svc.cluster.local';
const key = 'cluster/local/snapshot';

type Stored = { octets: Uint8Array<ArrayBuffer>; metadata: Record<string, unknown> };
type Tampering = (edge: Edge) => Promise<(stored: Stored) => { octets?: Stored['octets']; metadata?: unknown }>;

/** The metadata as it would be for another publication. */
function metadataOf({ manifestText: manifest, signature }: Publication): Record<string, unknown> {
  return { manifest, signature };
}

function changedText(change: (text: string) => string): Tampering {
  return async () =>
    ({ metadata }) => {
      const text = String(metadata['manifest']);
      expect(change(text)).not.toBe(text);
      return { metadata: { ...metadata, manifest: change(text) } };
    };
}

/** Everything of another publication, properly signed by somebody. */
function replacedBy(make: (edge: Edge) => Promise<Publication>): Tampering {
  return async (edge) => {
    const publication = await make(edge);
    return () => ({ octets: publication.body, metadata: metadataOf(publication) });
  };
}

const newer = { epoch: 5, serial: 6 };

const tamperings: readonly (readonly [string, Tampering])[] = [
  ['a body with one octet changed', async () => (stored) => ({ octets: stored.octets.with(30, 0x55) })],
  ['a body that is cut', async () => (stored) => ({ octets: stored.octets.slice(0, -1) })],
  ['a longer body', async () => (stored) => ({ octets: Uint8Array.of(...stored.octets, 0) })],
  ['an empty body', async () => () => ({ octets: new Uint8Array(0) })],
  [
    'a body that inflates to the same, with another time in its gzip header',
    async () => (stored) => ({ octets: stored.octets.with(4, 1) }),
  ],
  ['no metadata', async () => () => ({ metadata: {} })],
  ['metadata of another form', async () => () => ({ metadata: 'x' })],
  ['metadata that is a list', async () => () => ({ metadata: ['x'] })],
  ['a manifest without a signature', async () => (stored) => ({ metadata: { manifest: stored.metadata['manifest'] } })],
  ['a signature that is none', async () => (stored) => ({ metadata: { ...stored.metadata, signature: 'x' } })],
  ['a manifest that is no JSON', changedText((text) => text.slice(1))],
  ['a manifest with a higher serial', changedText((text) => text.replace('"serial":5', '"serial":6'))],
  ['a manifest with a higher epoch', changedText((text) => text.replace('"epoch":5', '"epoch":9007199254740991'))],
  ['a manifest with a later time', changedText((text) => text.replace('"generatedAt":17', '"generatedAt":18'))],
  ['another agent’s snapshot', replacedBy(async () => (await Agent.create()).publication(webAt('10.6.6.6'), newer))],
  [
    'another cluster’s snapshot of the same agent',
    replacedBy(({ agent }) => agent.publication(webAt('10.6.6.6'), { ...newer, cluster: clusterId('other') })),
  ],
  [
    'a snapshot with a zone that is not registered',
    replacedBy(({ agent }) =>
      agent.publication(snapshot([webGroup('10.6.6.6')], { origins: ['cluster.local', 'a.example'] }), newer),
    ),
  ],
  [
    'a signed snapshot that is no image',
    replacedBy(({ agent }) => agent.publication(webAt(), { ...newer, body: new Uint8Array(20) })),
  ],
];

describe.for(tamperings)('%s', ([, prepare]) => {
  async function tampered(): Promise<Edge> {
    const edge = await startOpenEdge(webAt('10.0.0.9'));
    await edge.publish(webAt('10.0.0.1'), { epoch: 5, serial: 5 });
    // What this isolate has in memory is good.
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
    await edge.store.tamper(key, await prepare(edge));
    edge.machine.advance(1000);
    return edge;
  }

  test('is SERVFAIL for an isolate that knows nothing better, also if asked again', async () => {
    const isolate = await (await tampered()).newIsolate();
    expect(outcome(await isolate.ask(web))).toBe('SERVFAIL EDE 24');
    expect(outcome(await isolate.ask(web))).toBe('SERVFAIL EDE 24');
    isolate.machine.advance(1000);
    expect(outcome(await isolate.ask('nope.cluster.local'))).toBe('SERVFAIL EDE 24');
  });

  test('does not replace what is in memory', async () => {
    expect(outcome(await (await tampered()).ask(web))).toBe('NOERROR 10.0.0.1');
  });

  test('is replaced by the next snapshot', async () => {
    const edge = await tampered();
    const isolate = await edge.newIsolate();
    expect(outcome(await isolate.ask(web))).toBe('SERVFAIL EDE 24');
    await edge.publish(webAt('10.0.0.2'), { epoch: 5, serial: 7 });
    edge.machine.advance(1000);
    expect(outcome(await isolate.ask(web))).toBe('NOERROR 10.0.0.2');
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.2');
  });
});

test('the log says what is wrong, once', async () => {
  const edge = await startOpenEdge(webAt('10.0.0.1'));
  await edge.store.tamper(key, ({ octets }) => ({ octets: octets.slice(1) }));
  for (let i = 0; i < 3; i += 1) {
    expect(outcome(await edge.ask(web))).toBe('SERVFAIL EDE 24');
    edge.machine.advance(1000);
  }
  expect(edge.machine.lines.filter((line) => !line.startsWith('audit: '))).toEqual([
    expect.stringMatching(/^cluster local is not read: the body has \d+ octets, its manifest says \d+$/),
  ]);
});
