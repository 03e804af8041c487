import { createPrivateKey, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { createServerCertificate, type ServerCertificate } from '../../../demo/edge/certificate.ts';

const now = Date.UTC(2026, 10, 21, 12);
const hour = 3_600_000;

let made: ServerCertificate;
let authority: X509Certificate;
let server: X509Certificate;

beforeAll(async () => {
  made = await createServerCertificate(['127.0.0.1', 'localhost', '127.0.0.1', '::1', 'laptop.example'], now);
  authority = new X509Certificate(made.authorityPem);
  server = new X509Certificate(made.certificatePem);
});

test('the authority signs for itself and for the server', () => {
  expect(authority.ca).toBe(true);
  expect(authority.verify(authority.publicKey)).toBe(true);
  expect(server.ca).toBe(false);
  expect(server.verify(authority.publicKey)).toBe(true);
  expect(server.checkIssued(authority)).toBe(true);
  expect(server.verify(server.publicKey)).toBe(false);
});

test('the private key is the server’s', () => {
  expect(server.checkPrivateKey(createPrivateKey(made.privateKeyPem))).toBe(true);
  expect(authority.checkPrivateKey(createPrivateKey(made.privateKeyPem))).toBe(false);
});

describe('the names', () => {
  test.for(['localhost', 'laptop.example'])('%s', (name) => {
    expect(server.checkHost(name)).toBe(name);
  });

  test.for(['127.0.0.1', '::1'])('%s', (address) => {
    expect(server.checkIP(address)).toBe(address);
  });

  test('and no others, each once', () => {
    expect(server.checkHost('example')).toBeUndefined();
    expect(server.checkIP('127.0.0.2')).toBeUndefined();
    expect(server.subjectAltName?.split(', ')).toHaveLength(4);
  });
});

test('they may be used for TLS servers, from an hour ago until in thirty days', () => {
  expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  for (const certificate of [authority, server]) {
    expect(certificate.validFromDate.getTime()).toBe(now - hour);
    expect(certificate.validToDate.getTime()).toBe(now + 30 * 24 * hour);
  }
});

test('each run has keys of its own', async () => {
  const other = await createServerCertificate(['localhost'], now);
  const otherAuthority = new X509Certificate(other.authorityPem);
  expect(server.verify(otherAuthority.publicKey)).toBe(false);
  expect(other.privateKeyPem).not.toBe(made.privateKeyPem);
});
