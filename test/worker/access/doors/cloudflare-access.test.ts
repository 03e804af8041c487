/** Which JWTs of Cloudflare Access are good, and when the team's keys are looked up. */
import { generateKeyPair } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { CloudflareAccess, parseAccessSettings } from '../../../../worker/access/doors/cloudflare-access.ts';
import { AccessTeam, audience, type JwtChange, team as teamUrl } from '../../support/access-team.ts';
import { TestMachine } from '../../support/test-machine.ts';

const settings = { team: teamUrl, audience, grant: { clusters: ['local'] } };

let machine: TestMachine;
let team: AccessTeam;
let door: CloudflareAccess;

beforeEach(async () => {
  machine = new TestMachine();
  team = await AccessTeam.start(machine);
  const parsed = parseAccessSettings(settings);
  if ('reason' in parsed) throw new Error(parsed.reason);
  door = new CloudflareAccess(parsed, machine);
});

async function idOf(change?: JwtChange): Promise<string | undefined> {
  return (await door.find(await team.jwt(change)))?.id;
}

const seconds = (): number => Math.floor(machine.now() / 1000);

describe('a JWT of the team', () => {
  test('names its subject and allows what the binding says', async () => {
    expect(await door.find(await team.jwt())).toEqual({
      id: 'user-1',
      permission: { clusters: ['local'], namespaces: null, zone: null },
    });
  });

  test.for([
    ['a service token', { sub: '', common_name: 'abc.access' }, 'abc.access'],
    ['a subject that would break a line', { sub: 'a\nb' }, 'unnamed'],
    ['one audience, as a text', { aud: audience }, 'user-1'],
    ['several audiences', { aud: ['other', audience] }, 'user-1'],
  ] as const)('with %s', async ([, claims, id]) => {
    expect(await idOf({ claims: claims as JwtChange['claims'] & object })).toBe(id);
  });

  test('is good until the second it expires in', async () => {
    const jwt = await team.jwt({ claims: { exp: seconds() + 60 } });
    machine.advance(59_000);
    expect(await door.find(jwt)).toBeDefined();
    machine.advance(1000);
    expect(await door.find(jwt)).toBeUndefined();
  });
});

describe('not good is', () => {
  const bad: Readonly<Record<string, () => JwtChange>> = {
    'a JWT for another application': () => ({ claims: { aud: ['other'] } }),
    'a JWT without an audience': () => ({ claims: { aud: undefined } }) as unknown as JwtChange,
    'a JWT of another team': () => ({ claims: { iss: 'https://other.cloudflareaccess.com' } }),
    'a JWT that has expired': () => ({ claims: { exp: seconds() - 1 } }),
    'a JWT that does not expire': () => ({ claims: { exp: undefined } }) as unknown as JwtChange,
    'a JWT that is not yet good': () => ({ claims: { nbf: seconds() + 60 } }),
    'a JWT whose times are none': () => ({ claims: { iat: 'now' } }) as unknown as JwtChange,
  };

  test.for(Object.entries(bad))('%s', async ([, change]) => {
    expect(await idOf(change())).toBeUndefined();
    expect(await idOf()).toBe('user-1');
  });

  test('one that somebody else signed under the same key id', async () => {
    expect(await idOf({ key: (await generateKeyPair('RS256')).privateKey })).toBeUndefined();
  });

  test('one that is signed otherwise: with no key, or with the public key as a secret', async () => {
    const secret = new TextEncoder().encode('x'.repeat(32));
    expect(await idOf({ algorithm: 'HS256', key: secret })).toBeUndefined();
    expect(await idOf({ algorithm: 'PS256', key: (await generateKeyPair('PS256')).privateKey })).toBeUndefined();
    const [, payload] = (await team.jwt()).split('.');
    for (const header of [{ alg: 'none', kid: 'one' }, { alg: 'RS256', kid: 'one' }, { alg: 'RS256' }]) {
      expect(await door.find(`${btoa(JSON.stringify(header)).replaceAll('=', '')}.${payload}.`)).toBeUndefined();
    }
  });

  test.for(['', 'x', 'a.b.c', '..', 'é.é.é', 'e30.e30.e30'])('"%s", and no key is asked for', async (jwt) => {
    expect(await door.find(jwt)).toBeUndefined();
    expect(team.reads).toBe(0);
  });

  test('one whose payload was changed', async () => {
    const [header, , signature] = (await team.jwt()).split('.');
    const other = (await team.jwt({ claims: { sub: 'admin' } })).split('.')[1];
    expect(await door.find(`${header}.${other}.${signature}`)).toBeUndefined();
  });
});

describe('one that is signed by hand', () => {
  const base64Url = (octets: Uint8Array): string =>
    btoa(String.fromCharCode(...octets))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  const part = (value: unknown): string => base64Url(new TextEncoder().encode(JSON.stringify(value)));

  /** With a key of so many bits, which the team publishes. */
  async function handMade(header: object, modulusLength = 2048, end = ''): Promise<string> {
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    const parameters = { ...algorithm, modulusLength, publicExponent: new Uint8Array([1, 0, 1]) };
    const { privateKey, publicKey } = await crypto.subtle.generateKey(parameters, true, ['sign', 'verify']);
    team.publishBeside({ ...((await crypto.subtle.exportKey('jwk', publicKey)) as object), kid: 'own' });
    const claims = { iss: teamUrl, aud: audience, sub: 'user-1', exp: seconds() + 60 };
    const signed = `${part({ alg: 'RS256', kid: 'own', ...header })}.${part(claims)}`;
    const signature = await crypto.subtle.sign(algorithm, privateKey, new TextEncoder().encode(signed));
    return `${signed}.${base64Url(new Uint8Array(signature))}${end}`;
  }

  test('is as good as any', async () => {
    expect(await door.find(await handMade({}))).toBeDefined();
  });

  test.for([
    ['wants something to be understood (RFC 7515 §4.1.11)', { crit: ['b64'], b64: true }, 2048, ''],
    ['has a payload that is not encoded (RFC 7797)', { crit: ['b64'], b64: false }, 2048, ''],
    ['has a short key (RFC 7518 §3.3)', {}, 1024, ''],
    ['has a fourth part', {}, 2048, '.e30'],
  ] as const)('is not good when it %s', async ([, header, modulusLength, end]) => {
    expect(await door.find(await handMade(header, modulusLength, end))).toBeUndefined();
  });
});

describe('the keys', () => {
  test('are read once in an hour, by one of many requests', async () => {
    const jwts = await Promise.all(Array.from({ length: 10 }, () => team.jwt({ claims: { exp: seconds() + 9000 } })));
    for (const [milliseconds, reads] of [
      [0, 1],
      [3_600_000, 1],
      [1, 2],
    ] as const) {
      machine.advance(milliseconds);
      const found = await Promise.all(jwts.map((jwt) => door.find(jwt)));
      expect(found.every((one) => one?.id === 'user-1')).toBe(true);
      expect(team.reads).toBe(reads);
    }
  });

  test('are read again for a key id that is not among them, at most once a minute', async () => {
    expect(await idOf()).toBe('user-1');
    await team.addKey('two');
    const jwt = await team.jwt({ keyId: 'two' });
    machine.advance(60_000);
    expect(await door.find(jwt)).toBeUndefined();
    machine.advance(1);
    expect(await door.find(jwt)).toBeDefined();
    expect(team.reads).toBe(2);
    for (let i = 0; i < 5; i += 1) {
      expect(await idOf({ keyId: `made-up-${i}`, key: (await generateKeyPair('RS256')).privateKey })).toBeUndefined();
    }
    expect(team.reads).toBe(2);
  });

  test('that the team has taken back sign nothing after an hour', async () => {
    const jwt = await team.jwt({ claims: { exp: seconds() + 9000 } });
    expect(await door.find(jwt)).toBeDefined();
    team.removeKey('one');
    machine.advance(3_600_001);
    expect(await door.find(jwt)).toBeUndefined();
  });

  test.for([
    ['of another type', { kty: 'EC', kid: 'odd', crv: 'P-256', x: 'AA', y: 'AA' }],
    ['that are secrets', { kty: 'oct', kid: 'odd', k: 'c2VjcmV0' }],
    ['for encryption', { kty: 'RSA', kid: 'odd', use: 'enc', n: 'AQAB', e: 'AQAB' }],
    ['for another algorithm', { kty: 'RSA', kid: 'odd', alg: 'PS256', n: 'AQAB', e: 'AQAB' }],
    ['that are damaged', { kty: 'RSA', kid: 'odd', n: '!', e: '!' }],
    ['without an id', { kty: 'RSA', n: 'AQAB', e: 'AQAB' }],
  ] as const)('%s sign nothing, and spoil no other', async ([, key]) => {
    team.publishBeside(key);
    const { privateKey } = await generateKeyPair('RS256');
    expect(await idOf({ keyId: 'odd', key: privateKey })).toBeUndefined();
    expect(await idOf()).toBe('user-1');
  });

  test.for([
    ['a status', () => new Response('', { status: 500 })],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://example.com/' } })],
    ['no JSON', () => new Response('<html>')],
    ['no keys', () => Response.json({})],
  ] as const)('that cannot be read, for %s: it is not known whether a JWT is good', async ([, answer]) => {
    team.fail(answer);
    await expect(idOf()).rejects.toMatchObject({ code: 'ACCESS_UNAVAILABLE' });
    expect(team.reads).toBe(1);
    await expect(idOf()).rejects.toMatchObject({ code: 'ACCESS_UNAVAILABLE' });
    expect(team.reads).toBe(1);
    team.recover();
    machine.advance(5000);
    expect(await idOf()).toBe('user-1');
  });

  test('that were read go on counting for a day while they cannot be read again', async () => {
    expect(await idOf()).toBe('user-1');
    team.fail(() => new Response('', { status: 503 }));
    machine.advance(24 * 60 * 60 * 1000);
    expect(await idOf()).toBe('user-1');
    machine.advance(1);
    await expect(idOf()).rejects.toMatchObject({ code: 'ACCESS_UNAVAILABLE' });
  });

  test('that do not come in time', async () => {
    team.fail(() => new Promise(() => {}));
    const asking = idOf().then(
      () => 'good',
      (error: { code: string }) => error.code,
    );
    while (team.reads === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    machine.advance(2000);
    expect(await asking).toBe('ACCESS_UNAVAILABLE');
  });
});

describe('the binding ACCESS', () => {
  test.for([
    ['no object', null],
    ['no team', { ...settings, team: undefined }],
    ['a team over http', { ...settings, team: 'http://team.cloudflareaccess.com' }],
    ['a team with a path', { ...settings, team: `${teamUrl}/cdn-cgi` }],
    ['no audience', { ...settings, audience: '' }],
    ['no grant', { ...settings, grant: undefined }],
    ['a grant of no clusters', { ...settings, grant: { clusters: [] } }],
    ['a grant of no namespaces', { ...settings, grant: { clusters: ['local'], namespaces: [] } }],
  ] as const)('with %s is wrong', ([, value]) => {
    expect(parseAccessSettings(value)).toEqual({ reason: expect.any(String) });
  });
});
