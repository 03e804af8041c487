import { mkdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Configuration } from '../../../sync-agent/kube/configuration.ts';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import type { KubeError } from '../../../sync-agent/kube/error.ts';
import { CertificateAuthority } from './certificates.ts';
import { ConfigurationFolder, kubeconfig } from './kubeconfig-file.ts';
import { page, ScriptedApiServer, status } from './scripted-api-server.ts';

const path = '/api/v1/services';
const limits = () => ({ signal: new AbortController().signal, timeoutMilliseconds: 5000 });

let folder: ConfigurationFolder;
const closing: { close(): void | Promise<void> }[] = [];

beforeEach(() => {
  folder = new ConfigurationFolder();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const one of closing.splice(0)) await one.close();
  folder.remove();
});

async function server(tls?: ConstructorParameters<typeof ScriptedApiServer>[0]): Promise<ScriptedApiServer> {
  const started = await new ScriptedApiServer(tls).on('list', path, page('Service', [], '7')).listen();
  closing.unshift(started);
  return started;
}

function connection(file: string, context?: string): KubeConnection {
  const opened = new KubeConnection({ type: 'file', path: file, context });
  closing.unshift(opened);
  return opened;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function errorOf(act: () => unknown): KubeError {
  try {
    act();
  } catch (error) {
    return error as KubeError;
  }
  throw new Error('nothing was thrown');
}

async function rejection(promise: Promise<unknown>): Promise<KubeError> {
  return promise.then(
    () => Promise.reject(new Error('nothing was thrown')),
    (error: KubeError) => error,
  );
}

describe('a kubeconfig that cannot be used is one clear line', () => {
  const good = { server: 'https://127.0.0.1:1' };

  test('one that can be used is no error', () => {
    expect(() => connection(folder.kubeconfig(good))).not.toThrow();
  });

  test('no file', () => {
    const error = errorOf(() => connection(join(folder.path, 'nowhere')));
    expect([error.code, error.message, error.permanent]).toEqual([
      'KUBECONFIG_MISSING',
      `there is no kubeconfig at ${folder.path}/nowhere: pass its path`,
      true,
    ]);
  });

  test('a folder', () => {
    mkdirSync(join(folder.path, 'folder'));
    const error = errorOf(() => connection(join(folder.path, 'folder')));
    expect(error.code).toBe('KUBECONFIG_UNREADABLE');
    expect(error.message).toMatch(/^cannot read kubeconfig .*\/folder \(EISDIR.*\): pass the path of a readable file$/);
  });

  const withContext = (context: object) =>
    JSON.stringify({
      'current-context': 'a',
      contexts: [
        { name: 'a', context },
        { name: 'b', context: { cluster: 'c', user: 'u' } },
      ],
      clusters: [
        { name: 'c', cluster: good },
        { name: 'broken', cluster: {} },
        { name: 'odd', cluster: { server: 'ftp://x' } },
      ],
      users: [{ name: 'u', user: {} }],
    });
  test.for([
    ['an empty file', '', undefined, /^\S*config is not a kubeconfig \(.*\): pass the path of one$/],
    ['just text', 'just text', undefined, /is not a kubeconfig \(it has no contexts\): pass the path of one$/],
    ['no YAML', 'a: [\nsecret: x', undefined, /is not a kubeconfig \((?!.*secret).*\): pass the path of one$/],
    ['another kind of file', '{"contexts": 5}', undefined, /is not a kubeconfig \(it has no contexts\)/],
    [
      'no current context',
      withContext({ cluster: 'c' }).replace('"current-context":"a",', ''),
      undefined,
      /has no current context: choose one of "a", "b"$/,
    ],
    ['an unknown context', withContext({ cluster: 'c' }), 'prod', /has no context "prod": choose one of "a", "b"$/],
    [
      'an unknown cluster',
      withContext({ cluster: 'x' }),
      undefined,
      /context "a" of .* names cluster "x", which has no server there: choose/,
    ],
    [
      'a cluster without a server',
      withContext({ cluster: 'broken' }),
      undefined,
      /names cluster "broken", which has no server there: choose/,
    ],
    [
      'an unknown user',
      withContext({ cluster: 'c', user: 'x' }),
      undefined,
      /context "a" of .* names user "x", who is not there: choose/,
    ],
    [
      'another scheme',
      withContext({ cluster: 'odd' }),
      undefined,
      /has the server "ftp:\/\/x", which is no http or https URL: correct it$/,
    ],
  ] as const)('%s', ([, content, context, expected]) => {
    const error = errorOf(() => connection(folder.write('config', content), context));
    expect(error.code).toBe('KUBECONFIG_INVALID');
    expect(error.message).toMatch(expected);
    expect(error.message).not.toContain('\n');
  });

  test('a broken cluster that the context does not use does no harm', () => {
    expect(() => connection(folder.write('config', withContext({ cluster: 'broken' })), 'b')).not.toThrow();
  });

  test('not in a cluster', () => {
    vi.stubEnv('KUBERNETES_SERVICE_HOST', undefined);
    const error = errorOf(() => new KubeConnection({ type: 'inCluster' }));
    expect([error.code, error.message]).toEqual([
      'KUBECONFIG_MISSING',
      'this is not a pod of a cluster (KUBERNETES_SERVICE_HOST is not set): pass the path of a kubeconfig',
    ]);
  });
});

describe('authentication', () => {
  test('a token goes with every request over TLS', async () => {
    const authority = await CertificateAuthority.create();
    const api = await server(await authority.issue('server'));
    const cluster = { server: api.url, 'certificate-authority': folder.write('ca.crt', authority.cert) };
    const client = connection(folder.kubeconfig(cluster, { token: 'secret' }));
    await client.request(path, limits());
    expect(await client.request(path, limits())).toMatchObject({ kind: 'ServiceList' });
    expect(api.asked('list').map(({ authorization }) => authorization)).toEqual(['Bearer secret', 'Bearer secret']);
    expect(await api.connections(), 'the connection is kept').toBe(1);
  });

  test('a certificate authority holds for a context without a user, and paths are relative to the file', async () => {
    const authority = await CertificateAuthority.create();
    const api = await server(await authority.issue('server'));
    folder.write('ca.crt', authority.cert);
    const content = kubeconfig({ server: api.url, 'certificate-authority': 'ca.crt' }).replace(/\n *user: user/, '');
    expect(content).not.toContain('user: user');
    const answer = connection(folder.write('config', content)).request(path, limits());
    await expect(answer).resolves.toMatchObject({ kind: 'ServiceList' });
  });

  test('a client certificate is shown', async () => {
    const authority = await CertificateAuthority.create();
    const api = await server({ ...(await authority.issue('server')), ca: authority.cert, requestCert: true });
    const cluster = { server: api.url, 'certificate-authority-data': base64(authority.cert) };
    const { cert, key } = await authority.issue('alice');
    const user = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) };
    expect(await connection(folder.kubeconfig(cluster, user)).request(path, limits())).toBeDefined();
    expect((await rejection(connection(folder.kubeconfig(cluster)).request(path, limits()))).code).toBe('UNREACHABLE');
  });

  test('a server of another authority is not trusted, until the kubeconfig says so', async () => {
    const [ours, theirs] = await Promise.all([CertificateAuthority.create(), CertificateAuthority.create()]);
    const api = await server(await theirs.issue('server'));
    const trusting = ({ cert }: CertificateAuthority) =>
      folder.kubeconfig({ server: api.url, 'certificate-authority-data': base64(cert) });
    const client = connection(trusting(ours));
    const error = await rejection(client.request(path, limits()));
    expect(error.code).toBe('UNTRUSTED');
    expect(error.message).toMatch(
      /^the certificate of https:\/\/127\.0\.0\.1:\d+ cannot be verified \(.+\): check the certificate authority in the kubeconfig$/,
    );
    expect(api.exchanges, 'nothing was asked of it').toEqual([]);
    trusting(theirs);
    expect(await client.request(path, limits())).toBeDefined();
  });

  test('an authority file that is replaced is read again for the next connection', async () => {
    const [old, next] = await Promise.all([CertificateAuthority.create(), CertificateAuthority.create()]);
    const before = await server(await old.issue('server'));
    const cluster = { server: before.url, 'certificate-authority': folder.write('ca.crt', old.cert) };
    const client = connection(folder.kubeconfig(cluster));
    await client.request(path, limits());
    const { port } = before;
    await before.close();
    const after = new ScriptedApiServer(await next.issue('server')).on('list', path, page('Service', [], '8'));
    closing.unshift(await after.listen(port));
    folder.write('ca.crt', next.cert);
    expect(await client.request(path, limits())).toMatchObject({ metadata: { resourceVersion: '8' } });
  });

  test('a kubeconfig that points elsewhere is followed when the server does not answer any more', async () => {
    const authority = await CertificateAuthority.create();
    const [before, after] = [await server(), await server(await authority.issue('server'))];
    const client = connection(folder.kubeconfig({ server: before.url }));
    await client.request(path, limits());
    await before.close();
    // The connection that was kept breaks first.
    await expect.poll(async () => (await rejection(client.request(path, limits()))).code).toBe('UNREACHABLE');
    folder.kubeconfig({ server: after.url, 'certificate-authority-data': base64(authority.cert) });
    await client.request(path, limits());
    expect(after.asked('list')).toHaveLength(1);
  });

  test('a proxy is used', async () => {
    const authority = await CertificateAuthority.create();
    const api = await server(await authority.issue('server'));
    const tunnels: (string | undefined)[] = [];
    const proxy = http.createServer().on('connect', (request, client) => {
      tunnels.push(request.url);
      const upstream = connect(api.port, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
      upstream.pipe(client).pipe(upstream);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    closing.push({ close: () => void proxy.close() });
    const cluster = {
      server: api.url,
      'certificate-authority-data': base64(authority.cert),
      'proxy-url': `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    };
    const client = connection(folder.kubeconfig(cluster));
    await client.request(path, limits());
    expect(await client.request(path, limits())).toMatchObject({ kind: 'ServiceList' });
    expect(tunnels, 'one tunnel for both').toEqual([`127.0.0.1:${api.port}`]);
  });

  test('a refused token makes the kubeconfig be read again', async () => {
    const authority = await CertificateAuthority.create();
    const api = await server(await authority.issue('server'));
    api.on('list', path, status(401), page('Service', [], '7'));
    const cluster = { server: api.url, 'certificate-authority': folder.write('ca.crt', authority.cert) };
    const client = connection(folder.kubeconfig(cluster, { token: 'old' }));
    folder.kubeconfig(cluster, { token: 'new' });
    expect((await rejection(client.request(path, limits()))).code).toBe('UNAUTHORIZED');
    await client.request(path, limits());
    expect(api.asked('list').map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  test('the service account of a pod; its token file ends with a line break and is replaced', async () => {
    const authority = await CertificateAuthority.create();
    const api = await server(await authority.issue('server'));
    api.on('list', path, page('Service', [], '7'), status(401), page('Service', [], '8'));
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '127.0.0.1');
    vi.stubEnv('KUBERNETES_SERVICE_PORT', String(api.port));
    const account = 'var/run/secrets/kubernetes.io/serviceaccount';
    mkdirSync(join(folder.path, account), { recursive: true });
    folder.write(`${account}/ca.crt`, authority.cert);
    folder.write(`${account}/token`, 'first\n');
    const client = new KubeConnection({ type: 'inCluster', root: `${folder.path}/` });
    closing.unshift(client);
    await client.request(path, limits());
    folder.write(`${account}/token`, 'second\n');
    await rejection(client.request(path, limits()));
    await client.request(path, limits());
    const tokens = api.asked('list').map(({ authorization }) => authorization);
    expect(tokens).toEqual(['Bearer first', 'Bearer first', 'Bearer second']);
  });

  test('a credential plugin is started once for requests at the same time', async () => {
    const authority = await CertificateAuthority.create();
    const api = await server(await authority.issue('server'));
    const cluster = { server: api.url, 'certificate-authority': folder.write('ca.crt', authority.cert) };
    const log = join(folder.path, 'started');
    const credential = '{"kind":"ExecCredential","status":{"token":"from-plugin"}}';
    const exec = { command: 'sh', args: ['-c', `echo x >> ${log}; echo '${credential}'`] };
    const client = connection(folder.kubeconfig(cluster, { exec }));
    await Promise.all([1, 2, 3].map(() => client.request(path, limits())));
    expect(api.asked('list').map(({ authorization }) => authorization)).toEqual(Array(3).fill('Bearer from-plugin'));
    expect(readFileSync(log, 'utf8')).toBe('x\n');
  });

  test('a credential plugin that does not answer is given up, and started anew for the next request', async () => {
    const log = join(folder.path, 'started');
    const credential = '{"kind":"ExecCredential","status":{"token":"from-plugin"}}';
    // The first waits for input until its parent ends.
    const script = `if [ -e ${log} ]; then echo '${credential}'; else touch ${log}; exec cat; fi`;
    const exec = { command: 'sh', args: ['-c', script] };
    const file = folder.kubeconfig({ server: 'https://127.0.0.1:1' }, { exec });
    const configuration = new Configuration({ type: 'file', path: file, context: undefined }, 1000);
    const { signal } = new AbortController();
    const [first, left, second] = await Promise.allSettled([
      configuration.target(path, signal),
      configuration.target(path, AbortSignal.abort(new Error('left'))),
      configuration.target(path, signal),
    ]);
    expect(first).toMatchObject({
      reason: {
        code: 'CREDENTIALS_UNAVAILABLE',
        message: `cannot get the credentials that kubeconfig ${file} asks for (no answer in 1 s): check the certificate files, the token file and the plugin that it names`,
      },
    });
    expect(left).toMatchObject({ reason: { message: 'left' } });
    expect(second).toMatchObject({ value: { options: { headers: { Authorization: 'Bearer from-plugin' } } } });
  });

  test.for([
    ['a plugin that fails', { exec: { command: 'sh', args: ['-c', 'echo log in first >&2; exit 1'] } }, 'log in first'],
    ['a plugin that is not there', { exec: { command: '/no/such/plugin', args: [] } }, '/no/such/plugin'],
    [
      'a missing certificate file',
      { 'client-certificate': '/no/such/file', 'client-key': '/no/such/file' },
      '/no/such/file',
    ],
    ['a certificate that is none', { 'client-certificate-data': 'eA==', 'client-key-data': 'eA==' }, 'PEM'],
  ] as const)('%s is one clear line', async ([, user, fact]) => {
    const client = connection(folder.kubeconfig({ server: 'https://127.0.0.1:1' }, user));
    const error = await rejection(client.request(path, limits()));
    expect(error.code).toBe('CREDENTIALS_UNAVAILABLE');
    expect(error.message).toContain(fact);
    expect(error.message).toMatch(/^cannot .*: check [^\n]*$/);
  });

  test('over plain HTTP no credential is sent', async () => {
    const api = await server();
    await connection(folder.kubeconfig({ server: `${api.url}/` }, { token: 'secret' })).request(path, limits());
    expect(api.asked('list', path).map(({ authorization }) => authorization)).toEqual([undefined]);
  });
});
