/** Reading JSON of unknown shape. Nothing here throws; a value of another type than wanted reads as absent. */

export type Fields = Readonly<Record<string, unknown>>;

const none: Fields = {};

/** The fields of an object; none when it is no object. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : none;
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text, or undefined when it is none or is empty: Kubernetes does not tell an empty field from an absent one. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Whether the field is left out: absent or null. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

const maxQuotedCharacters = 80;

/** Control characters and line ends that JSON does not escape. */
const lineBreaking = /[\p{Cc}\p{Zl}\p{Zp}]/gu;

/** The value as JSON, shortened, for messages of one line. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, maxQuotedCharacters + 1) : value) ?? 'nothing';
  const line = text.replace(lineBreaking, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return line.length > maxQuotedCharacters ? `${line.slice(0, maxQuotedCharacters)}…` : line;
}
