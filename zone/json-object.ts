/** A JSON object out of a text that somebody else wrote. */

/** Undefined when the text is longer, no JSON, or something else than an object. */
export function parseJsonObject(text: string, maxOctets: number): Readonly<Record<string, unknown>> | undefined {
  if (text.length > maxOctets) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}
