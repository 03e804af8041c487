/**
 * The door of Cloudflare Access: a JWT of a team, for one application, which allows what the binding ACCESS says.
 */
import type { Machine } from '../../environment.ts';
import { foreignMember, type Permission, parsePermission, permissionMembers } from '../permission.ts';
import { areGood } from './access-claims.ts';
import { isSignedWith, parseJwt } from './access-jwt.ts';
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
    const parsed = parseJwt(jwt);
    const key = parsed && (await this.#keys.find(parsed.keyId));
    if (parsed === undefined || key === undefined || !(await isSignedWith(parsed, key))) return undefined;
    const { claims } = parsed;
    if (!areGood(claims, this.#settings, this.#machine.now())) return undefined;
    // A service token has no subject.
    const id = printable(claims['sub']) ?? printable(claims['common_name']) ?? 'unnamed';
    return { id, permission: this.#settings.permission };
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

/** Undefined for what does not fit into a line of a log. */
function printable(value: unknown): string | undefined {
  return typeof value === 'string' && /^[!-~]{1,128}$/.test(value) ? value : undefined;
}
