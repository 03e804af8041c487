/** The door `Authorization`: a Bearer token (RFC 6750), or a Basic password (RFC 7617) for clients that know only that. */

/** What the header carries, unchecked; `text` undefined when it cannot be read. Undefined without either scheme. */
export function readAuthorization(
  request: Request,
): { readonly door: 'bearer' | 'basic'; readonly text: string | undefined } | undefined {
  const header = request.headers.get('authorization') ?? '';
  const scheme = /^(bearer|basic)(?= |$)/i.exec(header)?.[0].toLowerCase();
  if (scheme === undefined) return undefined;
  const value = /^[a-z]+ +([!-~]+)$/i.exec(header)?.[1];
  if (scheme === 'bearer') return { door: 'bearer', text: value };
  return { door: 'basic', text: value === undefined ? undefined : basicPassword(value) };
}

/** Anything may stand as the user. */
function basicPassword(base64: string): string | undefined {
  try {
    return /^[^:]*:(.*)$/.exec(atob(base64))?.[1];
  } catch {
    return undefined;
  }
}
