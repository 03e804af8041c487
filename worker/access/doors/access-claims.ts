/** What a JWT claims (RFC 7519 §4.1), once its signature was found good. */

/** Whom it must come from and be for. */
interface Expected {
  readonly team: string;
  readonly audience: string;
}

/** Whether they are the team's, for the audience, and count at `now` (Unix milliseconds). */
export function areGood(claims: Readonly<Record<string, unknown>>, { team, audience }: Expected, now: number): boolean {
  const { iss, aud, exp, nbf = 0, iat = 0 } = claims;
  const isForUs = iss === team && (Array.isArray(aud) ? aud : [aud]).includes(audience);
  // One without an end is none of Access's.
  return isForUs && isTime(exp) && exp > now / 1000 && isTime(nbf) && nbf <= now / 1000 && isTime(iat);
}

/** Seconds (RFC 7519 §2, NumericDate). */
function isTime(value: unknown): value is number {
  return Number.isFinite(value);
}
