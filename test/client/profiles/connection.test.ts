import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ConnectionFlags,
  followConnections,
  readConnection,
  readConnections,
} from '../../../client/profiles/connection.ts';
import type { Profile } from '../../../client/profiles/profile.ts';
import { ProfileFile } from '../../../client/profiles/profile-file.ts';
import { withoutProfile, withProfile } from '../../../client/profiles/profiles.ts';
import { zoneText } from '../../../client/profiles/zone-text.ts';
import { parseName } from '../../../zone/name.ts';

const token = `kd1${'a7'.repeat(28)}`;

let folder: string;
let file: ProfileFile;
let environment: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-connection-'));
  environment = { KUBE_DOH_PROFILES: join(folder, 'profiles.json') };
  file = new ProfileFile(join(folder, 'profiles.json'), () => {});
});
afterEach(() => rmSync(folder, { recursive: true }));

function keep(...names: readonly string[]): void {
  for (const name of names) {
    const edge = new URL(`https://${name}.example`);
    const profile = {
      name,
      edge,
      cluster: undefined,
      token,
      zones: [parseName('cluster.local')],
      authorityFile: undefined,
    };
    file.update((profiles) => withProfile(profiles, profile, false));
  }
}

function namesOf(profiles: readonly Profile[]): string[] {
  return profiles.map(({ name }) => name);
}

describe('profiles that are kept', () => {
  beforeEach(() => keep('one', 'two', 'three'));

  test.for<[readonly string[] | undefined, string[]]>([
    [undefined, ['one', 'two', 'three']],
    [[], ['one', 'two', 'three']],
    [['two'], ['two']],
    [
      ['three', 'one', 'three'],
      ['three', 'one'],
    ],
  ])('--profile %j: %j', async ([profile, expected]) => {
    expect(namesOf(await readConnections({ profile }, environment))).toEqual(expected);
  });

  test('one: the named one, or the default', async () => {
    expect((await readConnection({}, environment)).name).toBe('one');
    expect((await readConnection({ profile: ['two'] }, environment)).name).toBe('two');
    file.update((profiles) => withoutProfile(profiles, 'one'));
    await expect(readConnection({}, environment)).rejects.toThrow('--profile is missing: choose one of two, three');
  });

  test.for<[ConnectionFlags, string]>([
    [{ profile: ['four'] }, 'there is no profile "four": there are one, two, three'],
    [{ profile: ['one'], doh: 'https://e.example' }, '--profile and --doh are both given'],
    [{ zone: ['a.example'] }, '--zone goes with --doh'],
    [{ profile: ['one'], 'token-file': 'x' }, '--token-file goes with --doh'],
    [{ authority: 'x' }, '--authority goes with --doh'],
  ])('%j: %s', async ([flags, reason]) => {
    await expect(readConnections(flags, environment)).rejects.toThrow(reason);
    await expect(readConnection(flags, environment)).rejects.toThrow(reason);
  });

  test('one is not two', async () => {
    await expect(readConnection({ profile: ['one', 'two'] }, environment)).rejects.toThrow(
      '--profile is given more than once',
    );
  });

  test('a new login is noticed', async () => {
    const all = await followConnections({}, environment);
    const named = await followConnections({ profile: ['two'] }, environment);
    expect([namesOf(all.profiles), all.readIfChanged()]).toEqual([['one', 'two', 'three'], undefined]);
    keep('four');
    expect(namesOf(all.readIfChanged() ?? [])).toEqual(['one', 'two', 'three', 'four']);
    expect(all.readIfChanged()).toBeUndefined();
    expect(namesOf(named.readIfChanged() ?? [])).toEqual(['two']);
    file.update((profiles) => withoutProfile(profiles, 'two'));
    expect(named.readIfChanged()).toEqual([]);
    keep('two');
    expect(namesOf(named.readIfChanged() ?? [])).toEqual(['two']);
  });
});

test('where nobody has logged in, there is nobody to ask yet', async () => {
  const reason = 'there is no profile yet: log in with "kube-doh login URL", or pass --doh URL';
  await expect(readConnections({}, environment)).rejects.toThrow(reason);
  await expect(readConnection({}, environment)).rejects.toThrow(reason);
  const followed = await followConnections({}, environment);
  expect(followed.profiles).toEqual([]);
  keep('one');
  expect(namesOf(followed.readIfChanged() ?? [])).toEqual(['one']);
});

describe('a URL for this time', () => {
  let server: Server;
  let origin: string;
  let asked: (string | undefined)[];

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      const clusters = [
        {
          cluster: 'prod',
          registered: true,
          state: 'fresh',
          zones: ['cluster.local', 'prod.example'],
          clustersetZones: ['clusterset.local'],
        },
        {
          cluster: 'staging',
          registered: true,
          state: 'absent',
          zones: ['cluster.local', 'staging.example'],
          clustersetZones: [],
        },
      ];
      response.end(JSON.stringify({ clusters }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    keep('one');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const shown = ({ edge, cluster, token: secret, zones, authorityFile }: Profile) => ({
    edge: edge.origin,
    cluster,
    token: secret,
    zones: zones.map(zoneText),
    authorityFile,
  });
  const nothing = { cluster: undefined, token: undefined, authorityFile: undefined };

  test('with its zones asks nobody before', async () => {
    const flags = { doh: `${origin}/dns-query`, zone: ['a.example', 'A.example.'], authority: '/ca.pem' };
    const expected = { ...nothing, edge: origin, zones: ['a.example'], authorityFile: '/ca.pem' };
    expect(shown(await readConnection(flags, environment))).toEqual(expected);
    expect((await readConnections(flags, environment)).map(shown)).toEqual([expected]);
    expect(asked).toEqual([]);
  });

  test.for<[string, string | undefined, string[]]>([
    ['', undefined, ['cluster.local', 'prod.example', 'clusterset.local', 'staging.example']],
    ['/c/staging', 'staging', ['cluster.local', 'staging.example']],
  ])('with a token has the zones that the edge tells: /t/TOKEN%s', async ([path, cluster, zones]) => {
    const profile = await readConnection({ doh: `${origin}/t/${token}${path}/dns-query` }, environment);
    expect(shown(profile)).toEqual({ ...nothing, edge: origin, cluster, token, zones });
    expect(asked).toEqual([`/v1/clusters Bearer ${token}`]);
  });

  test('in the environment comes before what is kept, and after what is named', async () => {
    environment = { ...environment, KUBE_DOH_URL: origin, KUBE_DOH_TOKEN: token, KUBE_DOH_AUTHORITY: '/ca.pem' };
    const zone = ['a.example'];
    expect(shown(await readConnection({ zone }, environment))).toEqual({
      ...nothing,
      edge: origin,
      token,
      zones: zone,
      authorityFile: '/ca.pem',
    });
    expect((await readConnection({ profile: ['one'] }, environment)).name).toBe('one');
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'another\n', { mode: 0o600 });
    expect((await readConnection({ zone, 'token-file': tokenFile }, environment)).token).toBe('another');
    const followed = await followConnections({ zone }, environment);
    keep('two');
    expect([followed.profiles.length, followed.readIfChanged()]).toEqual([1, undefined]);
  });

  test.for<[ConnectionFlags, string]>([
    [{ doh: `https://h/${token}` }, '--doh is no URL of an edge'],
    [{ doh: 'https://h.example' }, '--doh has no token, so its zones are not known: pass --zone NAME, or a token'],
    [{ doh: 'https://h.example', zone: ['a..b'] }, '--zone "a..b" is not a domain name'],
    [{ doh: 'https://h.example', 'token-file': '/none' }, '--token-file /none: there is no such file'],
  ])('%j: %s', async ([flags, reason]) => {
    await expect(readConnection(flags, environment)).rejects.toThrow(reason);
    await expect(readConnection(flags, environment)).rejects.not.toThrow(token);
  });
});
