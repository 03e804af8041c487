import { createSocket, type Socket } from 'node:dgram';
import { describe, expect, onTestFinished, test } from 'vitest';
import { install } from '../../../client/wiring/install.ts';
import type { ListenAddress } from '../../../client/wiring/listen-address.ts';
import { type Plan, planInstall } from '../../../client/wiring/plan.ts';
import { readStateFile } from '../../../client/wiring/state-file.ts';
import { wiringStatus } from '../../../client/wiring/status.ts';
import { parseName } from '../../../zone/name.ts';
import { settingsOf, systemd258 } from './facts-of.ts';
import { TemporaryHost, temporaryRoot, write } from './temporary-host.ts';

const zones = ['cluster.local', 'c1.k8s.example.com'].map(parseName);

/** Answers each question with the RCODE for it. */
async function server(rcodeOf: (question: Buffer) => number): Promise<{ listen: ListenAddress; socket: Socket }> {
  const socket = createSocket('udp4');
  let isOpen = true;
  socket.on('close', () => {
    isOpen = false;
  });
  onTestFinished(() => {
    if (isOpen) socket.close();
  });
  socket.on('message', (question, { port, address }) => {
    const answer = Buffer.from(question);
    answer.writeUInt16BE(0x81_80 | rcodeOf(question), 2);
    socket.send(answer, port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { listen: { host: '127.0.0.1', port: socket.address().port }, socket };
}

async function installed(listen: ListenAddress, programs: (command: string) => { code?: number } = () => ({})) {
  const root = temporaryRoot();
  const host = new TemporaryHost('linux', root, programs);
  await install(host, systemd258, planInstall(systemd258, settingsOf({ listen })) as Plan, undefined);
  return { root, host, state: readStateFile(host)! };
}

async function problems(...args: Parameters<typeof wiringStatus>): Promise<readonly string[]> {
  return (await wiringStatus(...args)).filter(({ isGood }) => !isGood).map(({ text }) => text);
}

test('all is well', async () => {
  const { listen } = await server(() => 0);
  const { host, state } = await installed(listen);
  const lines = await wiringStatus(host, state, { zones, name: 'localhost' });
  expect(lines.filter(({ isGood }) => !isGood)).toEqual([]);
  expect(lines.map(({ text }) => text)).toEqual([
    'installed: method resolved-delegate, cluster.local, c1.k8s.example.com',
    '/etc/systemd/system/kube-doh-dns.service is as it was written',
    '/etc/systemd/system/kube-doh-dns.path is as it was written',
    '/etc/systemd/system/kube-doh-dns-login.service is as it was written',
    '/etc/systemd/dns-delegate.d/kube-doh.dns-delegate is as it was written',
    `a stub answers at 127.0.0.1:${listen.port}`,
    'the stub knows cluster.local',
    'the stub knows c1.k8s.example.com',
    expect.stringMatching(/^this machine finds localhost: (127\.0\.0\.1|::1)/),
  ]);
});

describe('what is not well', () => {
  test('nobody answers', async () => {
    const { listen, socket } = await server(() => 0);
    const { host, state } = await installed(listen);
    await new Promise<void>((resolve) => socket.close(resolve));
    const [problem, ...others] = await problems(host, state, { zones, name: undefined });
    expect(problem).toBe(`no stub answers at 127.0.0.1:${listen.port}: start it, or see why it ended`);
    expect(others).toEqual([]);
  });

  test.each([
    [5, 'the stub refuses cluster.local: it runs with other profiles; start it anew, or "kube-doh dns install"'],
    [2, 'the stub gets no answer for cluster.local from the edge: check the network, then "kube-doh login"'],
    [3, 'the stub answers cluster.local with RCODE 3: check the zones of the profile, "kube-doh profiles"'],
  ])('RCODE %i for a zone', async (rcode, problem) => {
    const { listen } = await server((question) => (question.includes('cluster') ? rcode : 0));
    const { host, state } = await installed(listen);
    expect(await problems(host, state, { zones, name: undefined })).toEqual([problem]);
  });

  test('files changed or gone', async () => {
    const { listen } = await server(() => 0);
    const { root, host, state } = await installed(listen);
    write(root, '/etc/systemd/system/kube-doh-dns.service', 'mine');
    host.remove('/etc/systemd/dns-delegate.d/kube-doh.dns-delegate');
    expect(await problems(host, state, { zones, name: undefined })).toEqual([
      '/etc/systemd/system/kube-doh-dns.service was changed since: move it away, then "kube-doh dns install" wires it again',
      '/etc/systemd/dns-delegate.d/kube-doh.dns-delegate is gone: "kube-doh dns install" writes it again',
    ]);
  });

  test('another stub', async () => {
    const { listen } = await server(() => 0);
    const { root, host, state } = await installed(listen, (command) => ({
      code: command.includes('is-active') ? 3 : 0,
    }));
    const port = listen.port.toString(16).toUpperCase().padStart(4, '0');
    write(root, '/proc/net/udp', `head\n 1: 0100007F:${port} x\n 2: 00000000:${port} x\n 3: 0200007F:${port} x\n`);
    expect(await problems(host, state, { zones, name: undefined })).toEqual([
      'kube-doh-dns.service does not run, and yet a stub answers: end that one',
      `127.0.0.1:${listen.port} is taken twice: end the second stub, or the other server`,
    ]);
  });

  test('a zone of a later login, and a name that is not found', async () => {
    const { listen } = await server(() => 0);
    const { host, state } = await installed(listen);
    const more = [...zones, parseName('c2.example.com')];
    expect(await problems(host, state, { zones: more, name: 'no..such.name' })).toEqual([
      'c2.example.com is not wired: "kube-doh dns install" adds it',
      expect.stringMatching(/^this machine does not find no\.\.such\.name \(E/),
    ]);
  });
});
