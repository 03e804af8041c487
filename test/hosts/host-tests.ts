/**
 * What must hold on every host, whichever way it is set up: before, set up, with the stub killed, and afterwards.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { clusterNames, type Expected, found, namesOf, otherNames, serviceRecords } from './expected.ts';
import { login, type Stub } from './kube-doh.ts';
import { zones } from './names.ts';
import { askedByOld } from './old-resolver.ts';
import { dig } from './programs/ask.ts';
import { nodeResolver, type Resolver } from './programs/resolvers.ts';
import { Host, type HostOptions } from './room/host.ts';
import { pagePort } from './room/room.ts';
import { differences, type Tree, treeOf } from './room/tree.ts';

export interface Kind {
  readonly host: HostOptions;
  /** What its programs resolve with. */
  readonly resolvers: readonly Resolver[];
  /** What the stub is asked for once it is set up: its zones, all names beside others, or all names alone. */
  readonly stub: 'of its zones' | 'beside others' | 'alone';
  /** Starts what the host has of its own. */
  prepare?(host: Host): Promise<void>;
  /** As a user does; resolves when it is in force. The stub logs each question that it is asked. */
  setUp(host: Host): Promise<Stub>;
  /** Undoes it; resolves when that is in force. The stub goes on, asked by nobody. */
  undo(host: Host): Promise<void>;
  /** Paths of files that the host's own programs write by themselves. */
  readonly unstable?: readonly string[];
}

export function testsOf(kind: Kind): void {
  const scene = inject('scene');
  const ofCluster = clusterNames(scene.edge);
  const pods = ofCluster.filter(({ addresses }) => addresses !== 'not found');
  let host: Host;
  let before: Tree;
  let stub: Stub;

  beforeAll(async () => {
    host = await Host.start(scene.room, kind.host);
    await kind.prepare?.(host);
    await login(host, scene);
    before = treeOf(host, kind.unstable);
  });
  afterAll(() => host?.close());

  async function expectFound(resolver: Resolver, names: readonly Expected[]): Promise<void> {
    expect(await resolver.lookUp(host, namesOf(names))).toEqual(found(names));
  }

  /** How they say so differs: some resolvers keep `.local` to themselves. */
  async function expectUnknown(resolver: Resolver): Promise<void> {
    const outcomes = await resolver.lookUp(host, namesOf(ofCluster));
    expect(outcomes.filter((outcome) => typeof outcome !== 'string')).toEqual([]);
  }

  test.each(kind.resolvers)('before: $name', async (resolver) => {
    await expectFound(resolver, otherNames);
    await expectUnknown(resolver);
  });

  describe('set up', () => {
    let askedBefore: number;

    beforeAll(async () => {
      askedBefore = askedByOld(scene.directory, host.address).length;
      stub = await kind.setUp(host);
    });

    test.each(kind.resolvers)('$name', async (resolver) => {
      await expectFound(resolver, ofCluster);
    });

    test.each(pods)('curl and ping reach $name', async ({ name, addresses }) => {
      const reached = await host.run(['curl', '-sS', '--max-time', '5', `http://${name}:${pagePort}/`]);
      expect(addresses).toContain(reached);
      expect(await host.run(['ping', '-c', '1', '-W', '2', name])).toContain(' 1 received');
    });

    test.each(zones)('services of %s', async (zone) => {
      const { name, records } = serviceRecords(zone);
      expect(await dig(host, name, 'SRV')).toMatchObject({ status: 'NOERROR', data: records });
      expect(await nodeResolver('resolveSrv').lookUp(host, [name])).toEqual([records]);
    });

    test.each(pods)('AAAA and HTTPS of $name are no data, and its addresses are found then', async (expected) => {
      for (const type of ['AAAA', 'HTTPS', 'AAAA']) {
        expect(await dig(host, expected.name, type)).toMatchObject({ status: 'NOERROR', data: [] });
      }
      for (const resolver of kind.resolvers) await expectFound(resolver, [expected]);
    });

    test.each(kind.resolvers)('other names, with $name', async (resolver) => {
      await expectFound(resolver, otherNames);
    });

    test('who was asked', async () => {
      await kind.resolvers[0]!.lookUp(host, namesOf([...ofCluster, ...otherNames]));
      const askedOld = askedByOld(scene.directory, host.address).slice(askedBefore);
      const isOther = (text: string): boolean => /\.example\.org\b/.test(text);
      const isOfCluster = (text: string): boolean => zones.some((zone) => text.includes(`.${zone}`));
      expect(askedOld.filter(isOther)).not.toEqual([]);
      expect(askedOld.filter(isOfCluster)).toEqual([]);
      const askedStub = (await stub.log()).split('\n');
      expect(askedStub.filter(isOfCluster)).not.toEqual([]);
      if (kind.stub === 'of its zones') expect(askedStub.filter(isOther)).toEqual([]);
    });
  });

  test('the stub is killed while other names are asked for', async () => {
    const [name, address] = [otherNames[0]!.name, otherNames[0]!.addresses[0]];
    const loop = `for i in $(seq 60); do dig +short +tries=1 +time=1 ${name} A || echo; done`;
    expect(stub).toBeDefined();
    const [answers] = await Promise.all([host.run(['sh', '-c', loop]), delay(200).then(() => stub.kill())]);
    const lines = answers.trim().split('\n');
    // Where it is the only name server, nothing resolves without it.
    if (kind.stub !== 'alone') expect(lines).toEqual(Array(60).fill(address));
    else expect((await dig(host, name, 'A')).status).toBe('none');
  });

  describe('undone', () => {
    beforeAll(() => kind.undo(host));

    test('every file is as before', () => {
      expect(differences(before, treeOf(host, kind.unstable))).toEqual([]);
    });

    test.each(kind.resolvers)('$name', async (resolver) => {
      await expectFound(resolver, otherNames);
      await expectUnknown(resolver);
    });
  });
}
