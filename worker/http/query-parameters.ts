/** The parameters behind the question mark of a URL (URL Standard, application/x-www-form-urlencoded). */

/** All values of one parameter, in their order. */
export function valuesOf(url: string, name: string): readonly string[] {
  const query = queryOf(url);
  // What is escaped is left to who knows all of the rules; DNS messages in base64url never are.
  if (query.includes('%') || query.includes('+')) return new URLSearchParams(query).getAll(name);
  const values: string[] = [];
  for (let at = 0; at < query.length; ) {
    const next = query.indexOf('&', at);
    const end = next < 0 ? query.length : next;
    if (query.startsWith(name, at) && (at + name.length === end || query[at + name.length] === '=')) {
      values.push(query.slice(Math.min(at + name.length + 1, end), end));
    }
    at = end + 1;
  }
  return values;
}

function queryOf(url: string): string {
  const start = url.indexOf('?');
  const end = url.indexOf('#');
  if (end >= 0 && end < start) return '';
  return start < 0 ? '' : url.slice(start + 1, end < 0 ? url.length : end);
}
