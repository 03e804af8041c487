import { expect, test } from 'vitest';
import { formatProfiles, parseProfiles } from '../../../client/profiles/profiles-text.ts';

const path = '/home/me/profiles.json';
const token = `kd1${'a7'.repeat(28)}`;
const prod = { edge: 'https://dns.example.com', zones: ['cluster.local', 'prod.example'] };

function textOf(profile: unknown, name = 'prod'): string {
  return JSON.stringify({ profiles: { [name]: profile } });
}

test('what was written is read', () => {
  const full = { ...prod, cluster: 'prod', token, authorityFile: '/etc/ca.pem' };
  const file = { default: 'prod', profiles: { prod: full, 'a.B_c-1': { ...prod, edge: 'http://127.0.0.1:8443' } } };
  const profiles = parseProfiles(JSON.stringify(file), path);
  expect(JSON.parse(formatProfiles(profiles))).toEqual(file);
  expect(parseProfiles(formatProfiles(profiles), path)).toEqual(profiles);
});

test.for(['{}', '{"profiles":{}}'])('%s holds none', (text) => {
  expect(parseProfiles(text, path)).toEqual({ defaultName: undefined, all: new Map() });
});

test.for<[string, string]>([
  [`{"profiles": {"prod": {"token": ${token}`, 'it is no JSON'],
  [`{"profiles": {},,"token": "${token}"}`, 'it is no JSON (line 1 column 17)'],
  ['[]', 'the file is no JSON object'],
  [`{"profile": "${token}"}`, 'the file has a member "profile", which is unknown: there are default, profiles'],
  ['{"profiles": []}', '"profiles" is no JSON object'],
  ['{"default": "prod"}', '"default" is not the name of one of its profiles'],
  ['{"default": ["prod"], "profiles": {}}', '"default" is not the name of one of its profiles'],
  [textOf(prod, 'a b'), 'a name in "profiles" is not 1 to 64 of A-Z, a-z, 0-9, ".", "_" and "-"'],
  [textOf(prod, 'a'.repeat(65)), 'a name in "profiles" is not 1 to 64 of A-Z, a-z, 0-9, ".", "_" and "-"'],
  [textOf('x'), '"profiles.prod" is no JSON object'],
  [
    textOf({ ...prod, tokens: token }),
    '"profiles.prod" has a member "tokens", which is unknown: there are edge, cluster, token, zones, authorityFile',
  ],
  [
    textOf({ ...prod, edge: `https://h/t/${token}` }),
    '"profiles.prod.edge" is not an https URL without a path, such as https://dns.example.com',
  ],
  [
    textOf({ ...prod, edge: 'http://dns.example.com' }),
    '"profiles.prod.edge" is not an https URL without a path, such as https://dns.example.com',
  ],
  [
    textOf({ zones: ['a'] }),
    '"profiles.prod.edge" is not an https URL without a path, such as https://dns.example.com',
  ],
  [
    textOf({ ...prod, cluster: token }),
    '"profiles.prod.cluster" is no cluster\'s ID: that is 1 to 32 of a-z, 0-9 and "-"',
  ],
  [textOf({ ...prod, token: `${token}\n` }), '"profiles.prod.token" is not one word of ASCII'],
  [textOf({ ...prod, token: '' }), '"profiles.prod.token" is not one word of ASCII'],
  [textOf({ ...prod, token: null }), '"profiles.prod.token" is not one word of ASCII'],
  [textOf({ ...prod, token: 'a'.repeat(4097) }), '"profiles.prod.token" is not one word of ASCII'],
  [textOf({ edge: prod.edge }), '"profiles.prod.zones" is not a list of one or more domain names below the root'],
  [textOf({ ...prod, zones: [] }), '"profiles.prod.zones" is not a list of one or more domain names below the root'],
  [
    textOf({ ...prod, zones: 'cluster.local' }),
    '"profiles.prod.zones" is not a list of one or more domain names below the root',
  ],
  [textOf({ ...prod, zones: ['.'] }), '"profiles.prod.zones" is not a list of one or more domain names below the root'],
  [
    textOf({ ...prod, zones: ['a', `${token}..`] }),
    '"profiles.prod.zones" is not a list of one or more domain names below the root',
  ],
  [textOf({ ...prod, authorityFile: 'ca.pem' }), '"profiles.prod.authorityFile" is no absolute path'],
])('%s: %s', ([text, reason]) => {
  expect(() => parseProfiles(text, path)).toThrow(
    expect.objectContaining({
      code: 'PROFILE_FILE',
      message: `${path}: ${reason}; correct it, or remove the file and log in again`,
    }),
  );
});
