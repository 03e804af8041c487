/** The form of a token and its check. */
import { describe, expect, test } from 'vitest';
import { createToken, isOwnToken, parseToken } from '../../../worker/access/token.ts';

const key = '01'.repeat(32);
const otherKey = '02'.repeat(32);

describe('a new token', () => {
  test('fits a label of a host name and is read back', async () => {
    const { text, ...parts } = await createToken(key, (octets) => crypto.getRandomValues(octets));
    expect(text).toMatch(/^kd1[a-z2-7]{56}$/);
    expect(text.length).toBeLessThanOrEqual(63);
    expect(parseToken(text)).toEqual(parts);
  });

  test.for([
    [0x00, 'a'],
    [0xff, '7'],
  ] as const)('octets of %i are written as base32 (RFC 4648 §6)', async ([octet, letter]) => {
    const { id, secret } = await createToken(key, (octets) => octets.fill(octet));
    expect({ id, secret }).toEqual({ id: letter.repeat(8), secret: letter.repeat(32) });
  });

  test('differs from the next', async () => {
    const random = (octets: Uint8Array): Uint8Array => crypto.getRandomValues(octets as Uint8Array<ArrayBuffer>);
    expect((await createToken(key, random)).text).not.toBe((await createToken(key, random)).text);
  });
});

describe('the check', () => {
  test('is this Worker’s alone', async () => {
    const token = await createToken(key, (octets) => octets.fill(5));
    expect(await isOwnToken(token, key)).toBe(true);
    expect(await isOwnToken(token, otherKey)).toBe(false);
  });

  test.for(['id', 'secret', 'check'] as const)('covers the %s', async (part) => {
    const token = await createToken(key, (octets) => octets.fill(5));
    const changed = token[part].startsWith('a') ? `b${token[part].slice(1)}` : `a${token[part].slice(1)}`;
    expect(await isOwnToken({ ...token, [part]: changed }, key)).toBe(false);
  });
});

test.for([
  ['nothing', ''],
  ['another prefix', `kd2${'a'.repeat(56)}`],
  ['a character too few', `kd1${'a'.repeat(55)}`],
  ['a character too many', `kd1${'a'.repeat(57)}`],
  ['a digit that base32 has not', `kd1${'1'.repeat(56)}`],
  ['upper case', `KD1${'A'.repeat(56)}`],
  ['a line end', `kd1${'a'.repeat(56)}\n`],
] as const)('%s is no token', ([, text]) => {
  expect(parseToken(text)).toBeUndefined();
});
