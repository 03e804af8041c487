/** A certificate authority of one run, and a certificate by it for the names of one server. */
// @peculiar/x509 wants this loaded before it.
import 'reflect-metadata';
import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

export interface ServerCertificate {
  /** What clients are told to trust. */
  readonly authorityPem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const validMilliseconds = 30 * 24 * 60 * 60 * 1000;

/** `names` are host names and IP addresses. The authority's private key is not kept. */
export async function createServerCertificate(names: readonly string[], now: number): Promise<ServerCertificate> {
  const [authorityKeys, serverKeys] = await Promise.all([generateKeys(), generateKeys()]);
  const authorityName = 'CN=kube-doh local authority';
  // A clock that is a little behind must not make the certificate invalid.
  const validity = { notBefore: new Date(now - 60 * 60 * 1000), notAfter: new Date(now + validMilliseconds) };
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: '01',
    name: authorityName,
    keys: authorityKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const certificate = await X509CertificateGenerator.create({
    ...validity,
    serialNumber: '02',
    subject: 'CN=kube-doh local edge',
    issuer: authorityName,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        [...new Set(names)].map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name })),
      ),
    ],
  });
  const privateKey = await crypto.subtle.exportKey('pkcs8', serverKeys.privateKey);
  return {
    authorityPem: authority.toString('pem'),
    certificatePem: certificate.toString('pem'),
    privateKeyPem: PemConverter.encode(privateKey, 'PRIVATE KEY'),
  };
}

function generateKeys() {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}
