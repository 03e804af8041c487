/** Which client certificates count, and what the binding MTLS may say. */
import { describe, expect, test } from 'vitest';
import { parseCertificateGrants, verifiedFingerprint } from '../../../../worker/access/doors/client-certificate.ts';

const fingerprint = 'ab'.repeat(32);
const good = { certVerified: 'SUCCESS', certRevoked: '0', certFingerprintSHA256: fingerprint };

function requestWith(cf: unknown): Request {
  // What the platform adds; no client can.
  return new Request('https://edge.test/dns-query', (cf === undefined ? {} : { cf }) as RequestInit);
}

test('a certificate that was verified and not revoked is known by its fingerprint', () => {
  expect(verifiedFingerprint(requestWith({ tlsClientAuth: good }))).toBe(fingerprint);
});

test.for([
  ['nothing from the platform', undefined],
  ['no TLS facts', {}],
  ['no certificate', { tlsClientAuth: { certPresented: '0', certVerified: 'NONE', certRevoked: '0' } }],
  ['a certificate that failed', { tlsClientAuth: { ...good, certVerified: 'FAILED:self signed certificate' } }],
  ['one that has expired', { tlsClientAuth: { ...good, certVerified: 'FAILED:certificate has expired' } }],
  ['one that was revoked, and verifies', { tlsClientAuth: { ...good, certRevoked: '1' } }],
  ['one of which it is not said', { tlsClientAuth: { ...good, certRevoked: undefined } }],
  ['no fingerprint', { tlsClientAuth: { ...good, certFingerprintSHA256: undefined } }],
] as const)('%s counts as none', ([, cf]) => {
  expect(verifiedFingerprint(requestWith(cf))).toBeUndefined();
});

describe('the binding MTLS', () => {
  const grant = { fingerprintSha256: fingerprint, clusters: ['local'] };

  test('has a permission for each fingerprint, however it is written', () => {
    const written = `${'AB:'.repeat(31)}AB`;
    const grants = parseCertificateGrants({ grants: [{ ...grant, fingerprintSha256: written, namespaces: ['shop'] }] });
    expect([...(grants as Iterable<unknown>)]).toEqual([
      [fingerprint, { clusters: ['local'], namespaces: ['shop'], zone: null }],
    ]);
  });

  test.for([
    ['no object', null],
    ['no list', { grants: {} }],
    ['a grant that is none', { grants: [null] }],
    ['a fingerprint of another hash', { grants: [{ ...grant, fingerprintSha256: 'ab'.repeat(20) }] }],
    ['no clusters', { grants: [{ fingerprintSha256: fingerprint }] }],
    ['a certificate twice', { grants: [grant, { ...grant, clusters: ['other'] }] }],
  ] as const)('with %s is wrong', ([, value]) => {
    expect(parseCertificateGrants(value)).toEqual({ reason: expect.any(String) });
  });
});
