/** What a JWT claims (RFC 7519 §4.1), once its signature was found good. */

/** Whom it must come from and be for. */
interface Expected {
  readonly team: string;
  readonly audience: string;
}

/** The claims, if they are the team's, for the audience, and count now (Unix milliseconds); undefined otherwise. */
export function goodClaims(
  payload: Uint8Array,
  { team, audience }: Expected,
  now: number,
): Readonly<Record<string, unknown>> | undefined {
  const claims = parsed(payload);
  if (claims === undefined) return undefined;
  const { iss, aud, exp, nbf = 0, iat = 0 } = claims;
  const isForUs = iss === team && (Array.isArray(aud) ? aud : [aud]).includes(audience);
  // One without an end is none of Access's.
  const countsNow = isTime(exp) && exp > now / 1000 && isTime(nbf) && nbf <= now / 1000 && isTime(iat);
  return isForUs && countsNow ? claims : undefined;
}

/** Seconds (RFC 7519 §2, NumericDate). */
function isTime(value: unknown): value is number {
  return Number.isFinite(value);
}

function parsed(payload: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return typeof claims === 'object' && claims !== null ? (claims as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
