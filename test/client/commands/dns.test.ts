/** `kube-doh dns` as a process, with an edge of the test's own where faults are wanted, asked as programs ask. */
import type { ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import dnsPacket from 'dns-packet';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand, spawnCommand } from './edge-of-demo.ts';

let folder: string;
let profiles: string;
const endings: (() => unknown)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-dns-'));
  profiles = join(folder, 'profiles.json');
  endings.push(() => rmSync(folder, { recursive: true }));
});

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** Answers every question for an address with its own, to those who have its token. */
class AddressEdge {
  token: string;
  readonly #server: Server;

  constructor(address: string, token: string) {
    this.token = token;
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      if (request.headers.authorization !== `Bearer ${this.token}`) return void response.writeHead(401).end('{}');
      const { questions = [] } = dnsPacket.decode(Buffer.concat(chunks));
      const [{ name, type }] = questions as [dnsPacket.Question];
      const answers: dnsPacket.Answer[] = type === 'A' ? [{ name, type, ttl: 2, data: address }] : [];
      const octets = dnsPacket.encode({ type: 'response', id: 0, flags: 0x0580, questions, answers });
      response.writeHead(200, { 'content-type': 'application/dns-message' }).end(octets);
    });
    endings.push(() => {
      this.#server.closeAllConnections();
      this.#server.close();
    });
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
}

interface ProfileJson {
  readonly edge: string;
  readonly token: string;
  readonly zones: readonly string[];
}

function login(all: Readonly<Record<string, ProfileJson>>): void {
  writeFileSync(`${profiles}.new`, JSON.stringify({ default: Object.keys(all)[0], profiles: all }), { mode: 0o600 });
  renameSync(`${profiles}.new`, profiles);
}

class RunningDns {
  readonly #process: ChildProcess;
  readonly exited: Promise<number | null>;
  #ready: { listen: string[]; zones: string[]; profiles: string[] } | undefined;
  stderr = '';

  constructor(...args: readonly string[]) {
    this.#process = spawnCommand(['dns', ...args], { KUBE_DOH_PROFILES: profiles });
    this.#process.stderr!.setEncoding('utf8').on('data', (part) => {
      this.stderr += part;
    });
    this.exited = once(this.#process, 'exit').then(([code]) => code);
    endings.push(async () => {
      this.#process.kill('SIGKILL');
      await this.exited;
    });
  }

  /** What the ready file says. */
  async ready(path: string): Promise<{ listen: string[]; zones: string[]; profiles: string[] }> {
    while (!existsSync(path)) {
      if (this.#process.exitCode !== null) throw new Error(this.stderr);
      await delay(20);
    }
    this.#ready = JSON.parse(readFileSync(path, 'utf8'));
    return this.#ready!;
  }

  /** A resolver that asks there. */
  get resolver(): Resolver {
    const resolver = new Resolver({ timeout: 2000, tries: 1 });
    resolver.setServers([this.#ready!.listen[0]!]);
    return resolver;
  }

  async told(text: string): Promise<void> {
    while (!this.stderr.includes(text)) await delay(20);
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }
}

async function serve(...args: readonly string[]): Promise<RunningDns> {
  const file = join(folder, 'ready.json');
  const dns = new RunningDns('--listen', '127.0.0.1:0', '--ready-file', file, ...args);
  await dns.ready(file);
  return dns;
}

describe('serving', () => {
  test('it answers the zones of all profiles, each from its edge, and says where', async () => {
    const one = await new AddressEdge('10.0.0.1', 'secret-one').listen();
    const two = await new AddressEdge('10.0.0.2', 'secret-two').listen();
    login({
      one: { edge: one.url, token: 'secret-one', zones: ['cluster.local', 'one.example'] },
      two: { edge: two.url, token: 'secret-two', zones: ['cluster.local', 'two.example'] },
    });
    const file = join(folder, 'ready.json');
    const dns = new RunningDns(
      '--listen',
      '127.0.0.1:0',
      '--listen',
      '[::1]:0',
      '--ready-file',
      file,
      '--log-questions',
    );
    const ready = await dns.ready(file);
    expect(ready).toEqual({
      listen: [expect.stringMatching(/^127\.0\.0\.1:\d+$/), expect.stringMatching(/^\[::1\]:\d+$/)],
      zones: ['cluster.local', 'one.example', 'two.example'],
      profiles: ['one', 'two'],
    });
    const { resolver } = dns;
    expect(await resolver.resolve4('web.shop.svc.cluster.local')).toEqual(['10.0.0.1']);
    expect(await resolver.resolve4('web.shop.svc.one.example')).toEqual(['10.0.0.1']);
    expect(await resolver.resolve4('web.shop.svc.two.example')).toEqual(['10.0.0.2']);
    resolver.setServers([ready.listen[1]!]);
    expect(await resolver.resolve4('web.shop.svc.two.example')).toEqual(['10.0.0.2']);
    await expect(resolver.resolve4('example.com')).rejects.toMatchObject({ code: 'EREFUSED' });
    await dns.told('web.shop.svc.one.example. A: NOERROR, 1 record');
    expect(dns.stderr).not.toContain('secret');
  });

  test('a refused token is told once, and a new login counts within two seconds', async () => {
    const edge = await new AddressEdge('10.0.0.1', 'new').listen();
    login({ prod: { edge: edge.url, token: 'old-secret', zones: ['cluster.local'] } });
    const dns = await serve();
    await expect(dns.resolver.resolve4('a.cluster.local')).rejects.toMatchObject({ code: 'ESERVFAIL' });
    await dns.told('log in again with kube-doh login');
    expect(dns.stderr).not.toContain('what was answered before');
    login({ prod: { edge: edge.url, token: 'new', zones: ['cluster.local', 'new.example'] } });
    await dns.told('the profiles changed; prod: cluster.local. new.example.');
    expect(await dns.resolver.resolve4('a.new.example')).toEqual(['10.0.0.1']);
    expect(await dns.resolver.resolve4('b.cluster.local')).toEqual(['10.0.0.1']);
    expect(dns.stderr).not.toContain('old-secret');
  });

  test('a file of profiles that is broken ends nothing', async () => {
    const edge = await new AddressEdge('10.0.0.1', 'secret').listen();
    login({ prod: { edge: edge.url, token: 'secret', zones: ['cluster.local'] } });
    const dns = await serve();
    writeFileSync(profiles, '{"profiles": {');
    await dns.told('those from before still count');
    expect(await dns.resolver.resolve4('a.cluster.local')).toEqual(['10.0.0.1']);
  });

  test('it may start before anybody has logged in', async () => {
    const edge = await new AddressEdge('10.0.0.1', 'secret').listen();
    const dns = await serve();
    await dns.told('there is no profile yet: log in with kube-doh login URL');
    login({ prod: { edge: edge.url, token: 'secret', zones: ['cluster.local'] } });
    await dns.told('the profiles changed');
    expect(await dns.resolver.resolve4('a.cluster.local')).toEqual(['10.0.0.1']);
  });

  test('who is logged out is not asked for any more, and ends nothing', async () => {
    const edge = await new AddressEdge('10.0.0.1', 'secret').listen();
    const prod = { edge: edge.url, token: 'secret', zones: ['cluster.local'] };
    const other = { ...prod, zones: ['other.example'] };
    login({ other });
    const dns = await serve('--profile', 'prod', '--profile', 'other');
    await dns.told('there is no profile "prod": its names wait for kube-doh login URL --name prod');
    expect(await dns.resolver.resolve4('a.other.example')).toEqual(['10.0.0.1']);
    login({ other, prod });
    await dns.told('the profiles changed; prod: cluster.local.');
    expect(await dns.resolver.resolve4('a.cluster.local')).toEqual(['10.0.0.1']);
    login({ other });
    await dns.told('the profiles changed; other: other.example.');
    await expect(dns.resolver.resolve4('b.cluster.local')).rejects.toThrow('EREFUSED');
    expect(await dns.resolver.resolve4('b.other.example')).toEqual(['10.0.0.1']);
  });

  test('an edge within a zone of its own is told of, and the others are asked', async () => {
    const edge = await new AddressEdge('10.0.0.1', 'secret').listen();
    login({
      good: { edge: edge.url, token: 'secret', zones: ['cluster.local'] },
      bad: { edge: 'https://doh.k8s.example', token: 'secret', zones: ['k8s.example'] },
    });
    const dns = await serve();
    await dns.told('bad: ');
    expect(await dns.resolver.resolve4('a.cluster.local')).toEqual(['10.0.0.1']);
    await expect(dns.resolver.resolve4('a.k8s.example')).rejects.toThrow('ESERVFAIL');
  });

  test('other names are passed on where somebody is named for them', async () => {
    const upstream = createSocket('udp4', (message, peer) => {
      const { id = 0, questions = [] } = dnsPacket.decode(message);
      const answers: dnsPacket.Answer[] = [{ name: questions[0]!.name, type: 'A', ttl: 9, data: '192.0.2.7' }];
      upstream.send(
        dnsPacket.encode({ type: 'response', id, flags: 0x0180, questions, answers }),
        peer.port,
        peer.address,
      );
    });
    endings.push(() => upstream.close());
    upstream.bind(0, '127.0.0.1');
    await once(upstream, 'listening');
    const edge = await new AddressEdge('10.0.0.1', 'secret').listen();
    login({ prod: { edge: edge.url, token: 'secret', zones: ['cluster.local'] } });
    const dns = await serve(
      ...['--upstream', `127.0.0.1:${upstream.address().port}`],
      ...['--reverse-zone', '10.244.0.0/16', '--own-zone', 'own.example'],
    );
    expect(await dns.resolver.resolve4('example.com')).toEqual(['192.0.2.7']);
    expect(await dns.resolver.resolve4('a.cluster.local')).toEqual(['10.0.0.1']);
    expect(await dns.resolver.resolve4('9.0.244.10.in-addr.arpa')).toEqual(['10.0.0.1']);
    await expect(dns.resolver.resolve4('a.own.example')).rejects.toThrow('EREFUSED');
    login({});
    await dns.told('the profiles changed');
    await expect(dns.resolver.resolve4('a.cluster.local')).rejects.toThrow('EREFUSED');
    await expect(dns.resolver.resolve4('9.0.244.10.in-addr.arpa')).rejects.toThrow('EREFUSED');
    expect(await dns.resolver.resolve4('example.com')).toEqual(['192.0.2.7']);
  });

  test.for(['SIGTERM', 'SIGINT'] as const)('%s ends it', async (signal) => {
    const edge = await new AddressEdge('10.0.0.1', 'secret').listen();
    login({ prod: { edge: edge.url, token: 'secret', zones: ['cluster.local'] } });
    const dns = await serve();
    await dns.resolver.resolve4('a.cluster.local');
    dns.kill(signal);
    expect(await dns.exited).toBe(0);
  });

  test('a port that another program has is told in one line', async () => {
    const other = createSocket('udp4').bind(0, '127.0.0.1');
    endings.push(() => other.close());
    await once(other, 'listening');
    const listen = `127.0.0.1:${other.address().port}`;
    const { code, stderr } = await runCommand(['dns', '--listen', listen], { KUBE_DOH_PROFILES: profiles });
    expect([code, stderr]).toEqual([
      1,
      `kube-doh: cannot listen on ${listen}: another program has the port, perhaps another kube-doh dns; end it, or choose another port with --listen\n`,
    ]);
  });
});

describe('a command line that makes no sense', () => {
  test.for([
    [['--listen', '0.0.0.0:5300'], '--listen 0.0.0.0 is open to other machines: pass --allow CIDR'],
    [['--listen', '[::]:53'], '--listen :: is open to other machines'],
    [['--listen', 'here:5300'], '--listen "here:5300" has a name: pass an address'],
    [['--listen', '5300'], '--listen "5300" is not HOST:PORT'],
    [['--allow', '10.0.0.0/33'], '--allow "10.0.0.0/33" is no block of addresses'],
    [['--stale', '-1'], '--stale'],
    [['--stale', '1h'], '--stale "1h" is not a number of seconds'],
    [['--bootstrap', 'dns.example.com'], '--bootstrap "dns.example.com" is not an address'],
    [['--own-zone', '.'], '--own-zone "." is not a domain name below the root'],
    [['--reverse-zone', '10.1.2.3/8'], '--reverse-zone "10.1.2.3/8" is no block of addresses'],
    [['--upstream', 'dns.example.com'], '--upstream "dns.example.com" is not the address of a DNS server'],
    [['--listen', '127.0.0.1:53535', '--upstream', '127.0.0.1:53535'], 'is this program itself'],
    [['serve'], 'there is no command "dns serve"; see kube-doh dns --help'],
    [['--nonsense'], "Unknown option '--nonsense'"],
  ])('%j', async ([args, reason]) => {
    const { code, stderr } = await runCommand(['dns', ...(args as string[])], { KUBE_DOH_PROFILES: profiles });
    expect([code, stderr]).toEqual([2, expect.stringContaining(reason as string)]);
  });

  test('--help says what there is', async () => {
    const { code, stdout } = await runCommand(['dns', '--help'], {});
    expect([code, stdout]).toEqual([0, expect.stringContaining('kube-doh dns install|uninstall|status')]);
  });
});
