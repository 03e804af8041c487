/** The Durable Objects as the platform runs them: bound, called by name, ended and started again. */
import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { parseRegistration, type Registration } from '../../worker/clusters/registration.ts';
import { registryName } from '../../worker/objects.ts';
import { Agent, clusterId } from './support/agent.ts';
import { webAt } from './support/zone.ts';

const registry = () => env.REGISTRY.getByName(registryName);
const publications = (cluster: string) => env.PUBLICATIONS.getByName(cluster);

function registrationFor(agent: Agent, zones = ['cluster.local']): Registration {
  const registration = parseRegistration({ publicKeys: [agent.publicKey], zones });
  if ('reason' in registration) throw new Error(registration.reason);
  return registration;
}

test('the registry keeps registrations, and writes them into KV', async () => {
  const agent = await Agent.create();
  const cluster = clusterId('kept');
  const registration = registrationFor(agent, ['cluster.local', 'kept.example.com']);
  expect(await registry().register(cluster, registration, [])).toMatchObject({ kind: 'registered' });
  const before = await registry().registrationOf(cluster);
  expect(before).toMatchObject({ registration });
  expect(JSON.parse((await env.STORE.get('registry', { type: 'text' }))!)).toMatchObject({
    clusters: { kept: { zones: ['cluster.local', 'kept.example.com'] } },
  });
  expect(await runDurableObjectAlarm(registry())).toBe(true);
  await evictDurableObject(registry());
  expect(await registry().registrationOf(cluster)).toEqual(before);
  const taken = await registry().register(clusterId('other'), registration, []);
  expect(taken).toMatchObject({ kind: 'conflict', conflict: { cluster: 'kept' } });
  await env.STORE.put('cluster/kept/snapshot', 'what it published');
  expect(await registry().unregister(cluster)).toEqual({ kind: 'unregistered' });
  expect(await registry().registrationOf(cluster)).toBeUndefined();
  expect(await env.STORE.get('cluster/kept/snapshot', { type: 'text' })).toBeNull();
});

test('publications keep what was published', async () => {
  const agent = await Agent.create();
  const cluster = clusterId('local');
  await registry().register(cluster, registrationFor(agent), []);
  const registered = (await registry().registrationOf(cluster))!;
  const { manifestText: text, signature, manifest, body } = await agent.publication(webAt('10.0.0.1'), { serial: 7 });
  const signed = { text, signature, manifest };
  const contents = { kind: 'live', counts: { names: 1, groups: 1, addresses: 1 } } as const;
  expect(await publications('local').consider(signed, registered)).toEqual({ kind: 'acceptable' });
  expect(await publications('local').store(signed, body, contents, registered)).toEqual({
    kind: 'stored',
    replaced: undefined,
  });
  const version = { epoch: 1, serial: 1 };
  await publications('local').noteRefusal({ from: 'agent', code: 'NOT_NEWER', at: 1, version });

  await evictDurableObject(publications('local'));
  expect(await publications('local').consider(signed, registered)).toEqual({ kind: 'repeated' });
  expect(await publications('local').status(cluster, registered)).toMatchObject({
    published: { version: { epoch: 1, serial: 7 }, contents },
    lastRefusal: { code: 'NOT_NEWER' },
  });
  const { value, metadata } = await env.STORE.getWithMetadata('cluster/local/snapshot', { type: 'stream' });
  expect(new Uint8Array(await new Response(value).arrayBuffer())).toEqual(body);
  expect(metadata).toEqual({ manifest: text, signature });

  await registry().register(cluster, registrationFor(agent), []);
  const next = { ...signed, manifest: { ...manifest, serial: 8 } };
  expect(await publications('local').store(next, body, contents, registered)).toEqual({ kind: 'outdated' });

  expect(await registry().unregister(cluster)).toEqual({ kind: 'unregistered' });
  expect(await env.STORE.get('cluster/local/snapshot', { type: 'text' })).toBeNull();
  await evictDurableObject(publications('local'));
  expect(await publications('local').consider(signed, registered)).toEqual({ kind: 'outdated' });
  await registry().register(cluster, registrationFor(agent), []);
  const anew = (await registry().registrationOf(cluster))!;
  const stored = { epoch: 1, serial: 7 };
  expect(await publications('local').consider(signed, anew)).toEqual({ kind: 'not-newer', stored });
  expect(await publications('local').consider(next, anew)).toEqual({ kind: 'acceptable' });
});
