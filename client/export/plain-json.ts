/** JSON for a terminal. Pure. */

/** With two spaces. JSON allows some control characters as they are, and a terminal may do what they say. */
export function plainJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return text.replace(/[\x7f-\x9f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
}
