/**
 * The door of Cloudflare Access: a JWT of a team, for one application, which allows what the binding ACCESS says.
 */
import { compactVerify, type JWK } from 'jose';
import type { Machine } from '../../environment.ts';
import { foreignMember, type Permission, parsePermission, permissionMembers } from '../permission.ts';
import { goodClaims } from './access-claims.ts';
import { AccessKeys } from './access-keys.ts';

/** Where Access puts the JWT. */
export const accessHeader = 'cf-access-jwt-assertion';

export interface AccessSettings {
  /** The team's origin, such as `https://example.cloudflareaccess.com`. */
  readonly team: string;
  /** The application's AUD tag. */
  readonly audience: string;
  readonly permission: Permission;
}

export class CloudflareAccess {
  readonly #settings: AccessSettings;
  readonly #keys: AccessKeys;
  readonly #machine: Machine;

  constructor(settings: AccessSettings, machine: Machine) {
    this.#settings = settings;
    this.#keys = new AccessKeys(settings.team, machine);
    this.#machine = machine;
  }

  /** Whom a good JWT names, and what that allows; undefined for any other. Throws AccessKeysError. */
  async find(jwt: string): Promise<{ readonly id: string; readonly permission: Permission } | undefined> {
    try {
      const verified = await compactVerify(jwt, ({ kid }) => this.#keyOf(kid), { algorithms: ['RS256'] });
      const { payload, protectedHeader } = verified;
      // RFC 7797 §7: no JWT has a payload that is not encoded.
      if (protectedHeader.b64 === false) return undefined;
      const claims = goodClaims(payload, this.#settings, this.#machine.now());
      // A service token has no subject.
      const id = claims && (printable(claims['sub']) ?? printable(claims['common_name']) ?? 'unnamed');
      return id === undefined ? undefined : { id, permission: this.#settings.permission };
    } catch (error) {
      // A key that cannot be used, too, makes no JWT good.
      if (error instanceof UnknownKeyError || error instanceof DOMException || isOfJose(error)) return undefined;
      throw error;
    }
  }

  async #keyOf(keyId: string | undefined): Promise<JWK> {
    const key = keyId === undefined ? undefined : await this.#keys.find(keyId);
    if (key === undefined) throw new UnknownKeyError();
    return key;
  }
}

/** From `{"team", "audience", "grant": {"clusters", "namespaces", "zone"}}`; the reason when it is something else. */
export function parseAccessSettings(value: unknown): AccessSettings | { readonly reason: string } {
  const { team, audience, grant } = (value ?? {}) as { team?: unknown; audience?: unknown; grant?: unknown };
  const url = typeof team === 'string' && URL.canParse(team) ? new URL(team) : undefined;
  if (url?.protocol !== 'https:' || url.href !== `${url.origin}/`) {
    return { reason: '"team" is not an https URL without a path, such as https://example.cloudflareaccess.com' };
  }
  if (typeof audience !== 'string' || audience === '')
    return { reason: '"audience" is not the AUD tag of an application' };
  const members = (grant ?? {}) as Readonly<Record<string, unknown>>;
  const foreign =
    foreignMember(value as object, 'it', ['team', 'audience', 'grant']) ??
    foreignMember(members, '"grant"', permissionMembers);
  if (foreign !== undefined) return { reason: foreign };
  const permission = parsePermission(members);
  return 'reason' in permission ? permission : { team: url.origin, audience, permission };
}

class UnknownKeyError extends Error {}

/** Its errors have codes of their own (`ERR_JWT_EXPIRED`); to import their classes would take as much as to verify. */
function isOfJose(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^ERR_J/.test(String(error.code));
}

/** Undefined for what does not fit into a line of a log. */
function printable(value: unknown): string | undefined {
  return typeof value === 'string' && /^[!-~]{1,128}$/.test(value) ? value : undefined;
}
