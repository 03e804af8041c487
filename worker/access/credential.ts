/**
 * The credential of a request: from the path, or from the Authorization header as Bearer token or Basic password.
 */
import { sha256Hexadecimal } from '../octets/sha256.ts';
import { equalInConstantTime } from './secret.ts';

/** The token that the request carries, unchecked; undefined when it carries none. A token in the path wins. */
export function tokenOf(request: Request, pathToken: string | undefined): string | undefined {
  if (pathToken !== undefined) return pathToken;
  const header = request.headers.get('authorization') ?? '';
  const [, scheme, value] = /^(bearer|basic) +([!-~]+)$/i.exec(header) ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  return scheme.toLowerCase() === 'bearer' ? value : basicPassword(value);
}

/** Whether it is the administrator's key, of which only the hash is known. Without a hash nobody is the administrator. */
export async function isAdministrator(request: Request, keySha256: string | undefined): Promise<boolean> {
  const key = tokenOf(request, undefined);
  if (key === undefined || keySha256 === undefined) return false;
  return equalInConstantTime(await sha256Hexadecimal(key), keySha256);
}

/** Anything may stand as the user (RFC 7617). */
function basicPassword(base64: string): string | undefined {
  try {
    return /^[^:]*:(.*)$/.exec(atob(base64))?.[1];
  } catch {
    return undefined;
  }
}
