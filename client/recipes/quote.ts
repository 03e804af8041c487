/** Strings in the languages of configurations, for text without control characters. Most of it is plain already (setup.ts). */

/** For a POSIX shell. */
export function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Text of an XML element. */
export function xmlEscaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** For curl's configuration files, for YAML (1.2 §7.3.1), and for Alloy, whose strings are Go's. */
export function doubleQuoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
