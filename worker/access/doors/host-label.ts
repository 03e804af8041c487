/**
 * The door in the host name: `<token>.<suffix>`, for clients that can be told a host and nothing else. Whoever sees the
 * name being looked up, or the start of the TLS connection, sees the token; so it is off unless the operator wants it.
 */

/** What looks like a token in front of the suffix, unchecked; undefined for every other host. */
export function tokenOfHost(request: Request, suffix: string): string | undefined {
  const host = new URL(request.url).hostname.replace(/\.$/, '');
  if (!host.endsWith(`.${suffix}`)) return undefined;
  const label = host.slice(0, -suffix.length - 1);
  return label.startsWith('kd1') ? label : undefined;
}

/** A host name in lower case, without a dot at either end; undefined when the text is none. */
export function parseHostSuffix(text: string): string | undefined {
  const suffix = text.toLowerCase();
  return suffix.length <= 190 && /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(suffix)
    ? suffix
    : undefined;
}
