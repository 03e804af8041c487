/**
 * Which doors are open beside those for tokens, and what is limited: read from the bindings once. All of it is off unless
 * it is bound, and a slip closes a door and never opens one.
 */
import type { Bindings, RateLimiter } from '../environment.ts';
import { type CertificateGrants, parseCertificateGrants } from './doors/client-certificate.ts';
import { type AccessSettings, parseAccessSettings } from './doors/cloudflare-access.ts';
import { parseHostSuffix } from './doors/host-label.ts';

export interface DoorSettings {
  /** In lower case, without dots at its ends. */
  readonly tokenHostSuffix: string | undefined;
  readonly access: AccessSettings | undefined;
  readonly certificates: CertificateGrants | undefined;
  readonly rateByToken: RateLimiter | undefined;
  readonly rateByAddress: RateLimiter | undefined;
}

/** Tokens as Bearer, as Basic password and in the path; nothing else, and no limits. */
export const tokenDoorsOnly: DoorSettings = {
  tokenHostSuffix: undefined,
  access: undefined,
  certificates: undefined,
  rateByToken: undefined,
  rateByAddress: undefined,
};

/** The settings, and a line for each binding that is wrong. */
export function readDoorSettings(bindings: Bindings): { doors: DoorSettings; problems: readonly string[] } {
  const { TOKEN_HOST_SUFFIX, ACCESS, MTLS, RATE_BY_TOKEN, RATE_BY_ADDRESS } = bindings;
  const problems: string[] = [];
  const tokenHostSuffix = TOKEN_HOST_SUFFIX === undefined ? undefined : parseHostSuffix(TOKEN_HOST_SUFFIX);
  if (tokenHostSuffix === undefined && TOKEN_HOST_SUFFIX !== undefined) {
    problems.push('TOKEN_HOST_SUFFIX is no host name of at least two labels; it counts as absent');
  }
  const readJson = <T extends object>(
    name: string,
    text: string | undefined,
    parse: (value: unknown) => T | { readonly reason: string },
  ): T | undefined => {
    if (text === undefined) return undefined;
    const parsed = parse(fromJson(text));
    if (!('reason' in parsed)) return parsed;
    problems.push(`${name} counts as absent: ${parsed.reason}`);
    return undefined;
  };
  const doors = {
    tokenHostSuffix,
    access: readJson('ACCESS', ACCESS, parseAccessSettings),
    certificates: readJson('MTLS', MTLS, parseCertificateGrants),
    rateByToken: RATE_BY_TOKEN,
    rateByAddress: RATE_BY_ADDRESS,
  };
  return { doors, problems };
}

/** Null, which no setting is, for what is no JSON. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
