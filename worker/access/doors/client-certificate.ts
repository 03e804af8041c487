/**
 * The door of TLS client certificates. The platform checks the certificate; which one means what stands in the binding
 * MTLS, by fingerprint.
 */
import { foreignMember, type Permission, parsePermission, permissionMembers } from '../permission.ts';

/** Permissions by SHA-256 of the certificate, in lower-case hexadecimal. */
export type CertificateGrants = ReadonlyMap<string, Permission>;

/** The fingerprint of the certificate that the client showed, if it is valid and not revoked. */
export function verifiedFingerprint(request: Request): string | undefined {
  const shown = (request as { cf?: { tlsClientAuth?: TlsClientAuth } }).cf?.tlsClientAuth;
  // A revoked certificate verifies all the same.
  if (shown?.certVerified !== 'SUCCESS' || shown.certRevoked !== '0') return undefined;
  const { certFingerprintSHA256 } = shown;
  return typeof certFingerprintSHA256 === 'string' ? normalized(certFingerprintSHA256) : undefined;
}

/** From `{"grants": [{"fingerprintSha256", "clusters", "namespaces", "zone"}]}`; the reason when it is something else. */
export function parseCertificateGrants(value: unknown): CertificateGrants | { readonly reason: string } {
  const { grants } = (value ?? {}) as { grants?: unknown };
  if (!Array.isArray(grants)) return { reason: 'it has no list "grants"' };
  const foreign = foreignMember(value as object, 'it', ['grants']);
  if (foreign !== undefined) return { reason: foreign };
  const byFingerprint = new Map<string, Permission>();
  for (const grant of grants as unknown[]) {
    const members = (grant ?? {}) as Readonly<Record<string, unknown>>;
    const foreignOfGrant = foreignMember(members, 'a grant', ['fingerprintSha256', ...permissionMembers]);
    if (foreignOfGrant !== undefined) return { reason: foreignOfGrant };
    const fingerprint = normalized(String(members['fingerprintSha256']));
    if (!/^[0-9a-f]{64}$/.test(fingerprint)) return { reason: 'a "fingerprintSha256" is not 64 hexadecimal digits' };
    const permission = parsePermission(members);
    if ('reason' in permission) return permission;
    if (byFingerprint.has(fingerprint)) return { reason: 'a certificate is named twice' };
    byFingerprint.set(fingerprint, permission);
  }
  return byFingerprint;
}

/** As the platform gives it, all of them texts. */
interface TlsClientAuth {
  readonly certVerified?: unknown;
  readonly certRevoked?: unknown;
  readonly certFingerprintSHA256?: unknown;
}

/** Tools write fingerprints with colons and in upper case. */
function normalized(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}
