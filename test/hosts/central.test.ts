/** One stub for a network: it answers whom it is told to, and nobody else. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { clusterNames, found, namesOf, otherNames } from './expected.ts';
import { login, type RunStub, startStub, tryKubeDoh } from './kube-doh.ts';
import { oldResolver } from './names.ts';
import { dig } from './programs/ask.ts';
import { glibcResolvers } from './programs/resolvers.ts';
import { Host } from './room/host.ts';

const scene = inject('scene');
const names = [...clusterNames(scene.edge), ...otherNames];
const [pod] = names;

let central: Host;
let member: Host;
let outsider: Host;
let stub: RunStub;

beforeAll(async () => {
  const old = { '/etc/resolv.conf': `nameserver ${oldResolver}\n` };
  central = await Host.start(scene.room, { name: 'central', number: 41, files: old });
  const files = { '/etc/resolv.conf': `nameserver ${central.address}\n` };
  member = await Host.start(scene.room, { name: 'member', number: 42, files });
  outsider = await Host.start(scene.room, { name: 'outsider', number: 43, network: '203.0.113', files });
  await login(central, scene);
  stub = await startStub(central, `${central.address}:53`, '--allow', '192.0.2.0/24', '--upstream', oldResolver);
});
afterAll(() => Promise.all([central, member, outsider].map((host) => host?.close())));

test.each(glibcResolvers(scene.directory))('a member of the network finds names, with $name', async (resolver) => {
  expect(await resolver.lookUp(member, namesOf(names))).toEqual(found(names));
});

test.each(['+notcp', '+tcp'])('a source outside of it is not answered, %s', async (transport) => {
  const ask = (host: Host) => dig(host, pod!.name, 'A', transport, '+time=2');
  expect(await ask(member)).toMatchObject({ status: 'NOERROR', data: pod!.addresses });
  expect((await ask(outsider)).status).toBe('none');
});

test('it is told of once', async () => {
  const lines = (await stub.log()).split('\n').filter((line) => line.includes(outsider.address));
  expect(lines).toEqual([expect.stringContaining(`dropped a question from ${outsider.address}: --allow does not`)]);
});

test('the source outside reaches the machine, and other resolvers', async () => {
  expect(await outsider.run(['ping', '-c', '1', '-W', '2', central.address])).toContain(' 1 received');
  expect((await dig(outsider, 'www.example.org', 'A', `@${oldResolver}`)).status).toBe('NOERROR');
});

test('without --allow nobody listens there', async () => {
  const { code, stderr } = await tryKubeDoh(central, 'dns', '--listen', `${central.address}:5353`);
  expect(code).toBe(2);
  expect(stderr).toContain('--allow');
});
