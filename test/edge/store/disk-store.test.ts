import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { DiskStore } from '../../../edge/store/disk-store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let folder: string;
let now: number;
let store: DiskStore;

beforeEach(() => {
  folder = temporaryFolder();
  now = 1_000_000;
  store = new DiskStore(folder, () => now);
});

const inParts = (...parts: readonly string[]): Readable => Readable.from(parts.map((part) => Buffer.from(part)));

async function put(key: string, value: string, more: { metadata?: string; expiresAt?: number } = {}): Promise<void> {
  await store.put({ key, metadata: more.metadata, expiresAt: more.expiresAt }, inParts(value));
}

async function read(key: string, from = store): Promise<unknown> {
  const value = await from.open(key);
  if (value === undefined) return undefined;
  const text = (await buffer(value.stream())).toString();
  expect(value.length).toBe(Buffer.byteLength(text));
  return value.metadata === undefined ? text : [text, value.metadata];
}

const files = (): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

describe('a value', () => {
  test.for(['', 'x', 'two\nlines\n', '\u00e9\0', 'x'.repeat(100_000)])('of %j comes back as it was', async (text) => {
    await put('token/a', text, { metadata: '{"a":"\\u00e9\\n"}' });
    expect(await read('token/a')).toEqual([text, '{"a":"\\u00e9\\n"}']);
    expect(await read('token/a', new DiskStore(folder))).toEqual([text, '{"a":"\\u00e9\\n"}']);
    expect(await read('token/b')).toBeUndefined();
  });

  test('is replaced with all that belongs to it', async () => {
    await put('a', 'first', { metadata: '1', expiresAt: now + 1 });
    await put('a', 'second');
    now += 10;
    expect(await read('a')).toBe('second');
  });

  test('that is being read stays whole while another takes its place, or none', async () => {
    await put('a', 'first');
    const [one, two] = [(await store.open('a'))!, (await store.open('a'))!];
    await put('a', 'second, and longer');
    expect((await buffer(one.stream())).toString()).toBe('first');
    await store.delete('a');
    expect((await buffer(two.stream())).toString()).toBe('first');
  });

  test('is gone when it is deleted, which may be done twice', async () => {
    await put('a', 'first');
    await put('b', 'other');
    await store.delete('a');
    await store.delete('a');
    expect([await read('a'), await read('b')]).toEqual([undefined, 'other']);
  });

  test('is gone when it has expired, and leaves the disk', async () => {
    await put('a', 'first', { expiresAt: now + 1000 });
    await put('b', 'stays');
    now += 999;
    await store.sweep();
    expect(await read('a')).toBe('first');
    now += 1;
    expect([await read('a'), await store.describe('a')]).toEqual([undefined, undefined]);
    expect(files()).toContain('values/a.value');
    await store.sweep();
    expect(files()).toEqual(['unfinished', 'values', 'values/b.value']);
  });

  test.for(['', 'x'.repeat(300)])('of no possible key is refused: %j', async (key) => {
    await expect(put(key, 'x')).rejects.toMatchObject({ code: 'KEY' });
    await expect(store.open(key)).rejects.toMatchObject({ code: 'KEY' });
  });

  test('can be read by nobody else', async () => {
    await put('a', 'first');
    expect(statSync(join(folder, 'values/a.value')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'values')).mode & 0o777).toBe(0o700);
  });
});

describe('a write that does not come to its end', () => {
  test('changes nothing and leaves nothing', async () => {
    await put('a', 'first', { metadata: '1' });
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('sec');
      throw new Error('it broke off');
    }
    await expect(store.put({ key: 'a', metadata: '2', expiresAt: undefined }, broken())).rejects.toThrow('broke off');
    expect(await read('a')).toEqual(['first', '1']);
    expect(files()).toEqual(['unfinished', 'values', 'values/a.value']);
  });

  test('because the process ended is cleared away', async () => {
    await put('a', 'first');
    writeFileSync(join(folder, 'unfinished/some-id'), '{"key":"a"}\nsec');
    const next = new DiskStore(folder);
    next.clearUnfinished();
    expect(files()).toEqual(['unfinished', 'values', 'values/a.value']);
    expect(await read('a', next)).toBe('first');
  });

  test('does not stop the next one', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('sec');
      throw new Error('it broke off');
    }
    const first = store.put({ key: 'a', metadata: undefined, expiresAt: undefined }, broken());
    const second = put('a', 'second');
    await expect(first).rejects.toThrow();
    await second;
    expect(await read('a')).toBe('second');
  });
});

test('writes of one key happen in the order in which they began, others do not wait', async () => {
  async function* slow(): AsyncGenerator<Buffer> {
    yield Buffer.from('fir');
    await sleep(30);
    yield Buffer.from('st');
  }
  const ended: string[] = [];
  const first = store.put({ key: 'a', metadata: undefined, expiresAt: undefined }, slow()).then(() => ended.push('1'));
  const second = put('a', 'second').then(() => ended.push('2'));
  await put('b', 'other').then(() => ended.push('b'));
  await store.settled();
  await Promise.all([first, second]);
  expect(ended).toEqual(['b', '1', '2']);
  expect(await read('a')).toBe('second');
});

describe('a file that is damaged', () => {
  test.for([
    ['empty', ''],
    ['without a header', 'just text'],
    ['a header that is cut off', '{"key":"a"'],
    ['a header that is no object', 'null\nx'],
    ['a header of something else', '{"key":"b","octets":"0000000001"}\nx'],
    ['metadata that are no text', '{"key":"a","metadata":{},"octets":"0000000001"}\nx'],
    ['a length that is not told', '{"key":"a"}\nx'],
    ['a value that is cut off', '{"key":"a","octets":"0000000002"}\nx'],
    ['a value with more behind it', '{"key":"a","octets":"0000000001"}\nxy'],
  ] as const)('%s, is an error and never an absent value', async ([, text]) => {
    await put('a', 'first');
    expect(await read('a')).toBe('first');
    writeFileSync(join(folder, 'values/a.value'), text);
    await expect(store.open('a')).rejects.toMatchObject({
      code: 'DAMAGED_VALUE',
      message: 'the file of a is damaged: restore it from a backup, or remove it',
    });
    await store.sweep();
    expect(files()).toContain('values/a.value');
    await put('a', 'second');
    expect(await read('a')).toBe('second');
  });

  test('and one that is as it was written is not', async () => {
    writeFileSync(join(folder, 'values/a.value'), '{"key":"a","octets":"0000000001"}\nx');
    expect(await read('a')).toBe('x');
    await put('a', 'xyz');
    const path = join(folder, 'values/a.value');
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    await expect(store.open('a')).rejects.toMatchObject({ code: 'DAMAGED_VALUE' });
  });

  test('so is one that cannot be read', async ({ skip }) => {
    if (process.getuid?.() === 0) {
      mkdirSync(join(folder, 'values/a.value'));
      await expect(store.open('a')).rejects.toThrow();
      return;
    }
    if (process.platform === 'win32') skip('there are no modes');
    await put('a', 'first');
    chmodSync(join(folder, 'values/a.value'), 0);
    await expect(store.open('a')).rejects.toThrow();
  });
});

describe('keys', () => {
  test('are listed in the order of their octets, by prefix, after one of them', async () => {
    for (const key of ['token/b', 'registry', 'token/a', 'token/B', 'tokens']) await put(key, key);
    writeFileSync(join(folder, 'values/README'), 'not ours');
    expect(await store.keys('')).toEqual(['registry', 'token/B', 'token/a', 'token/b', 'tokens']);
    expect(await store.keys('token/')).toEqual(['token/B', 'token/a', 'token/b']);
    expect(await store.keys('token/', 'token/a')).toEqual(['token/b']);
    expect(await store.keys('x')).toEqual([]);
  });

  test('are described without their values', async () => {
    await put('a', 'first', { metadata: '{"x":1}', expiresAt: now + 5 });
    expect(await store.describe('a')).toEqual({ key: 'a', metadata: '{"x":1}', expiresAt: now + 5 });
    expect(await store.describe('b')).toBeUndefined();
  });
});

test('a file is one line of JSON and the value', async () => {
  await put('a', 'first', { metadata: '{"x":1}' });
  expect(readFileSync(join(folder, 'values/a.value'), 'utf8')).toBe(
    '{"key":"a","metadata":"{\\"x\\":1}","octets":"0000000005"}\nfirst',
  );
});
