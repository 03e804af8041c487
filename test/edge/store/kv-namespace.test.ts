/** The store as a Worker in workerd sees it through its KV binding, beside what it does with requests that workerd never sends. */
import { mkdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { DiskStore } from '../../../edge/store/disk-store.ts';
import { KvServer, type StoreOperation } from '../../../edge/store/kv-server.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { ask, supervise } from '../workerd/here.ts';

let data: string;
let store: DiskStore;
let operations: StoreOperation[];
let logged: string[];

beforeEach(async () => {
  data = temporaryFolder();
  mkdirSync(join(data, 'run'));
  store = new DiskStore(join(data, 'kv'));
  operations = [];
  logged = [];
  const kv = await KvServer.start({
    store,
    path: join(data, 'run/kv'),
    log: (line) => logged.push(line),
    onOperation: (operation) => operations.push(operation),
  });
  onTestFinished(() => kv.stop());
});

describe('the binding', () => {
  /** What the body of a function of `kv` gives in workerd. */
  async function inWorkerd(body: string): Promise<unknown> {
    const worker = `export default { async fetch(request, { STORE: kv }) {
      const run = async () => { ${body} };
      try { return Response.json({ value: (await run()) ?? null }); }
      catch (error) { return Response.json({ error: error.message }); }
    } };`;
    const { supervisor } = await supervise(data, worker);
    const { value, error } = JSON.parse(await ask(supervisor.socket!));
    return error === undefined ? value : { error };
  }

  test('writes, reads, replaces and deletes', async () => {
    const result = await inWorkerd(`
      const seen = [];
      const see = async () => seen.push(await kv.get('token/a b%/\u00e9?', { type: 'text', cacheTtl: 30 }));
      await see();
      await kv.put('token/a b%/\u00e9?', 'first \u00e9');
      await see();
      await kv.put('token/a b%/\u00e9?', new Uint8Array([65, 66]));
      await see();
      await kv.delete('token/a b%/\u00e9?');
      await kv.delete('token/a b%/\u00e9?');
      await see();
      return seen;`);
    expect(result).toEqual([null, 'first \u00e9', 'AB', null]);
  });

  test('keeps metadata with the value, and tells them without it', async () => {
    const result = await inWorkerd(`
      const metadata = { manifest: '{"a":"\u00e9\u2028"}', signature: 'x' };
      await kv.put('a', new Uint8Array(3_000_000).fill(66), { metadata });
      const { value, metadata: told } = await kv.getWithMetadata('a', { type: 'stream', cacheTtl: 30 });
      await value.cancel();
      const whole = await kv.get('a', { type: 'arrayBuffer' });
      const none = await kv.getWithMetadata('b', { type: 'stream' });
      return [told, whole.byteLength, none.value, none.metadata];`);
    expect(result).toEqual([{ manifest: '{"a":"\u00e9\u2028"}', signature: 'x' }, 3_000_000, null, null]);
  });

  test('reads several values at once', async () => {
    const result = await inWorkerd(`
      await kv.put('a', '1');
      await kv.put('b', '2');
      return [...(await kv.get(['a', 'b', 'c'], { type: 'text', cacheTtl: 30 }))];`);
    expect(result).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['c', null],
    ]);
  });

  test('lists keys with their metadata, in pages', async () => {
    const result = await inWorkerd(`
      for (const key of ['token/c', 'token/a', 'x', 'token/b']) await kv.put(key, key, { metadata: { key } });
      const first = await kv.list({ prefix: 'token/', limit: 2 });
      const second = await kv.list({ prefix: 'token/', limit: 2, cursor: first.cursor });
      const none = await kv.list({ prefix: 'y' });
      return [first, second, none].map(({ keys, list_complete }) => [keys, list_complete]);`);
    const listed = (key: string) => ({ name: key, metadata: { key } });
    expect(result).toEqual([
      [[listed('token/a'), listed('token/b')], false],
      [[listed('token/c')], true],
      [[], true],
    ]);
  });

  test('forgets what has expired', async () => {
    const result = await inWorkerd(`
      await kv.put('a', '1', { expirationTtl: 3600 });
      const { keys } = await kv.list({});
      return [keys[0].expiration - Date.now() / 1000, await kv.get('a')];`);
    const [seconds, value] = result as [number, string];
    expect([Math.round(seconds / 100), value]).toEqual([36, '1']);
    const later = new DiskStore(join(data, 'kv'), () => Date.now() + 3_601_000);
    expect(await later.open('a')).toBeUndefined();
  });

  test('is told of what is damaged, and so is the operator', async () => {
    mkdirSync(join(data, 'kv/values/b.value'));
    const result = await inWorkerd(`return await kv.get('b', { type: 'text' });`);
    expect(result).toMatchObject({ error: expect.stringMatching(/^KV GET failed: 500/) });
    expect(logged).toEqual([expect.stringMatching(/^the store cannot read: /)]);
    expect(operations).toEqual([{ operation: 'read', result: 'failed' }]);
  });
});

describe('a request that workerd never sends', () => {
  async function send(method: string, path: string, body = '', headers: Record<string, string> = {}) {
    return new Promise<unknown>((resolve, reject) => {
      request({ socketPath: join(data, 'run/kv'), method, path, headers, agent: false }, async (response) =>
        resolve([response.statusCode, await text(response)]),
      )
        .on('error', reject)
        .end(body);
    });
  }

  test.for([
    ['PATCH', '/a', '', {}, 405],
    ['GET', `/${'x'.repeat(600)}`, '', {}, 414],
    ['PUT', `/${'x'.repeat(300)}`, 'x', {}, 414],
    ['GET', '/%ff', '', {}, 400],
    ['PUT', '/a', 'x', { 'cf-kv-metadata': 'no json' }, 400],
    ['PUT', '/a', 'x', { 'cf-kv-metadata': `"${'x'.repeat(2000)}"` }, 413],
    ['PUT', '/a?expiration_ttl=x', 'x', {}, 400],
    ['PUT', '/a?expiration_ttl=-5', 'x', {}, 400],
    ['PUT', '/a?expiration=5', 'x', {}, 400],
    ['POST', '/bulk/get', 'no json', {}, 400],
    ['POST', '/bulk/get', 'null', {}, 400],
    ['POST', '/bulk/get', '{"keys":[]}', {}, 400],
    ['POST', '/bulk/get', '{"keys":[1]}', {}, 400],
    ['GET', '/?key_count_limit=0', '', {}, 400],
  ] as const)('%s %s is refused, and changes nothing', async ([method, path, body, headers, status]) => {
    expect(await send(method, path, body, headers)).toEqual([status, expect.stringMatching(/.+/)]);
    expect([await store.keys(''), logged]).toEqual([[], []]);
    expect(operations).toEqual([expect.objectContaining({ result: 'refused' })]);
    expect(await send('PUT', '/a', 'x')).toEqual([200, '']);
    expect(await store.keys('')).toEqual(['a']);
  });

  test('a write that breaks off changes nothing', async () => {
    expect(await send('PUT', '/a', 'first')).toEqual([200, '']);
    const outgoing = request({
      socketPath: join(data, 'run/kv'),
      method: 'PUT',
      path: '/a',
      headers: { 'content-length': '100000' },
      agent: false,
    });
    outgoing.on('error', () => {});
    await new Promise((resolve) => outgoing.write('sec', resolve));
    outgoing.destroy();
    await store.settled();
    expect(await send('GET', '/a')).toEqual([200, 'first']);
    expect(logged).toEqual([]);
  });

  test('a value that is too long changes nothing', async () => {
    expect(await send('PUT', '/a', 'first')).toEqual([200, '']);
    expect(await send('PUT', '/a', 'x'.repeat(26 * 1024 * 1024))).toEqual([413, expect.stringMatching(/octets$/)]);
    expect(await send('GET', '/a')).toEqual([200, 'first']);
    expect(await store.keys('')).toEqual(['a']);
  });

  test('what cannot be written is told to both', async () => {
    rmSync(join(data, 'kv/unfinished'), { recursive: true });
    expect(await send('PUT', '/a', 'first')).toEqual([500, expect.stringContaining('ENOENT')]);
    expect(logged).toEqual([expect.stringMatching(/^the store cannot write: ENOENT/)]);
  });
});
