/** The bindings of further doors: all off unless bound, and closed where they are wrong. */
import { describe, expect, test } from 'vitest';
import { readDoorSettings, tokenDoorsOnly } from '../../../worker/access/settings.ts';

const permission = { clusters: ['local'], namespaces: null, zone: null };
const grant = { clusters: ['local'] };
const fingerprintSha256 = 'ab'.repeat(32);

/** A good binding, and what is beside its members. */
function access(beside: object, besideInGrant: object = {}): string {
  const team = 'https://team.cloudflareaccess.com';
  return JSON.stringify({ team, audience: 'aud', grant: { ...grant, ...besideInGrant }, ...beside });
}

function mtls(beside: object, besideInGrant: object = {}): string {
  return JSON.stringify({ grants: [{ fingerprintSha256, ...grant, ...besideInGrant }], ...beside });
}

test('nothing is on unless it is bound', () => {
  expect(readDoorSettings({})).toEqual({ doors: tokenDoorsOnly, problems: [] });
});

test('what is bound is on', () => {
  const limiter = { limit: async () => ({ success: true }) };
  const { doors, problems } = readDoorSettings({
    TOKEN_HOST_SUFFIX: 'DoH.example.com',
    ACCESS: access({}),
    MTLS: mtls({}),
    RATE_BY_TOKEN: limiter,
    RATE_BY_ADDRESS: limiter,
  });
  expect(problems).toEqual([]);
  expect(doors).toEqual({
    tokenHostSuffix: 'doh.example.com',
    access: { team: 'https://team.cloudflareaccess.com', audience: 'aud', permission },
    certificates: new Map([[fingerprintSha256, permission]]),
    rateByToken: limiter,
    rateByAddress: limiter,
  });
});

describe.each([
  ['TOKEN_HOST_SUFFIX', 'localhost', 'TOKEN_HOST_SUFFIX is no host name of at least two labels; it counts as absent'],
  ['ACCESS', '{', 'ACCESS counts as absent: "team" is not an https URL without a path, such as'],
  [
    'ACCESS',
    '{"team":"https://a.example","audience":"a"}',
    'ACCESS counts as absent: "clusters" must be 1 to 16 names',
  ],
  ['MTLS', 'null', 'MTLS counts as absent: it has no list "grants"'],
  ['MTLS', '{"grants":[{"fingerprintSha256":"ab"}]}', 'MTLS counts as absent: a "fingerprintSha256" is not 64'],
  // A restriction with a slip in its name, which would open every namespace.
  ['ACCESS', access({}, { namespace: ['shop'] }), 'there is no "namespace"; "grant" has clusters, namespaces, zone'],
  ['ACCESS', access({}, { Namespaces: ['shop'] }), 'there is no "Namespaces"; "grant" has clusters, namespaces, zone'],
  ['ACCESS', access({}, { 'namespaces ': ['shop'] }), 'there is no "namespaces "; "grant" has clusters'],
  ['ACCESS', access({ namespaces: ['shop'] }), 'there is no "namespaces"; it has team, audience, grant'],
  ['ACCESS', access({ aud: 'x' }), 'there is no "aud"; it has team, audience, grant'],
  ['MTLS', mtls({}, { namespace: ['shop'] }), 'there is no "namespace"; a grant has fingerprintSha256, clusters'],
  ['MTLS', mtls({}, { NAMESPACES: ['shop'] }), 'there is no "NAMESPACES"; a grant has fingerprintSha256, clusters'],
  ['MTLS', mtls({}, { expiresAt: 1 }), 'there is no "expiresAt"; a grant has fingerprintSha256, clusters'],
  ['MTLS', mtls({ namespaces: ['shop'] }), 'there is no "namespaces"; it has grants'],
] as const)('%s=%s', (name, value, line) => {
  test('closes the door and says why', () => {
    const { doors, problems } = readDoorSettings({ [name]: value });
    expect(doors).toEqual(tokenDoorsOnly);
    expect(problems).toEqual([expect.stringContaining(line)]);
  });
});
