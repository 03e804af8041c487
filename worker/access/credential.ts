/**
 * The credential of a request: from the path, or from the Authorization header as Bearer token or Basic password.
 */

/** The token that the request carries, unchecked; undefined when it carries none. A token in the path wins. */
export function tokenOf(request: Request, pathToken: string | undefined): string | undefined {
  if (pathToken !== undefined) return pathToken;
  const header = request.headers.get('authorization') ?? '';
  const [, scheme, value] = /^(bearer|basic) +([!-~]+)$/i.exec(header) ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  return scheme.toLowerCase() === 'bearer' ? value : basicPassword(value);
}

/** Anything may stand as the user (RFC 7617). */
function basicPassword(base64: string): string | undefined {
  try {
    return /^[^:]*:(.*)$/.exec(atob(base64))?.[1];
  } catch {
    return undefined;
  }
}
