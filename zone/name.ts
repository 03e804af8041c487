/**
 * Domain names as octets.
 *
 * A name is checked once, here, and is then a value: a string with one character per octet, in wire form (RFC 1035 §3.1:
 * each label behind its length), ASCII letters folded to lower case (RFC 4343). Equal names are equal strings, so names
 * serve as map keys; no code behind this border checks a length, a dot or a case again.
 *
 * These are not host name rules: `_http._tcp` and labels with a dot or a space in them are legal names (RFC 2181 §11).
 */

declare const spelled: unique symbol;
declare const absolute: unique symbol;
declare const relative: unique symbol;

/** An absolute name in wire form, root label included: 1 to 255 octets; letters as somebody wrote them. */
export type SpelledName = string & { readonly [spelled]: true };

/** An absolute name in wire form, root label included: 1 to 255 octets. */
export type Name = SpelledName & { readonly [absolute]: true };

/** Labels below some zone's apex in wire form, without a root label: 0 to 254 octets. The apex itself is empty. */
export type RelativeName = string & { readonly [relative]: true };

export type NameErrorCode = 'EMPTY_LABEL' | 'LABEL_TOO_LONG' | 'NAME_TOO_LONG' | 'BAD_ESCAPE' | 'BAD_CHARACTER';

/** A text that is no domain name. `code` is stable; `message` is for people. */
export class NameError extends Error {
  readonly code: NameErrorCode;

  constructor(code: NameErrorCode, text: string) {
    super(`"${text.length > 80 ? `${text.slice(0, 80)}…` : text}" is not a domain name: ${reasons[code]}`);
    this.name = 'NameError';
    this.code = code;
  }
}

const reasons: Readonly<Record<NameErrorCode, string>> = {
  EMPTY_LABEL: 'a label is empty',
  LABEL_TOO_LONG: 'a label is longer than 63 octets',
  NAME_TOO_LONG: 'it is longer than 255 octets',
  BAD_ESCAPE: 'a backslash must be followed by a character or by three digits up to 255',
  BAD_CHARACTER: 'only ASCII is allowed; write other names in punycode ("xn--…")',
};

/** RFC 1035 §2.3.4. */
export const maxLabelOctets = 63;
export const maxNameOctets = 255;

/** The name of the zone's own apex, seen from the zone. */
export const apex = '' as RelativeName;
export const root = '\0' as Name;

/** Reads presentation format (RFC 1035 §5.1, `\.` and `\ddd` included); a final dot is optional. Throws NameError. */
export function parseName(text: string): Name {
  return foldCase(parseSpelledName(text)) as Name;
}

/** As `parseName`; undefined where the text is none, or there is no text. */
export function nameOrUndefined(text: string | undefined): Name | undefined {
  try {
    return text === undefined ? undefined : parseName(text);
  } catch (error) {
    if (error instanceof NameError) return undefined;
    throw error;
  }
}

/** As `parseName`, letters as they are. Throws NameError. */
export function parseSpelledName(text: string): SpelledName {
  return (text === '.' ? root : `${wireLabels(withoutFinalDot(text), text)}\0`) as SpelledName;
}

/** As `parseName`, for labels below an apex: no final dot; the empty text is the apex. Throws NameError. */
export function parseRelativeName(text: string): RelativeName {
  return (text === '' ? '' : foldCase(wireLabels(text, text))) as RelativeName;
}

/** A single label, given as octets (not as presentation format), as a name. Throws NameError. */
export function singleLabel(label: string): RelativeName {
  const octets = foldCase(label);
  if (octets.length === 0) throw new NameError('EMPTY_LABEL', label);
  if (octets.length > maxLabelOctets) throw new NameError('LABEL_TOO_LONG', label);
  if (!isOctets(octets)) throw new NameError('BAD_CHARACTER', label);
  return (String.fromCharCode(octets.length) + octets) as RelativeName;
}

/** Prefixes a single label, given as octets (not as presentation format). Throws NameError. */
export function prependLabel(label: string, name: RelativeName): RelativeName {
  return joinRelative(singleLabel(label), name);
}

/** `relative` below `origin`. Throws NameError when the sum is longer than a name may be. */
export function absoluteName(name: RelativeName, origin: Name): Name {
  if (name.length + origin.length > maxNameOctets) throw new NameError('NAME_TOO_LONG', formatRelativeName(name));
  return (name + origin) as unknown as Name;
}

/** `prefix` below `base`. Throws NameError when the sum is longer than a name may be. */
export function joinRelative(prefix: RelativeName, base: RelativeName): RelativeName {
  if (prefix.length + base.length >= maxNameOctets) throw new NameError('NAME_TOO_LONG', formatRelativeName(prefix));
  return (prefix + base) as RelativeName;
}

/** The part of `name` below `origin`, on label boundaries; undefined when `name` is elsewhere. */
export function relativeTo(name: Name, origin: Name): RelativeName | undefined {
  if (!name.endsWith(origin)) return undefined;
  const end = name.length - origin.length;
  let at = 0;
  while (at < end) at += 1 + name.charCodeAt(at);
  return at === end ? (name.slice(0, end) as RelativeName) : undefined;
}

/** The name one label up; undefined at the apex. */
export function parentOf(name: RelativeName): RelativeName | undefined {
  return name === '' ? undefined : (name.slice(1 + name.charCodeAt(0)) as RelativeName);
}

/** Labels from left to right, each as octets, without the root. */
export function labelsOf(name: SpelledName | RelativeName): string[] {
  const labels: string[] = [];
  for (let at = 0; at < name.length; ) {
    const length = name.charCodeAt(at);
    if (length === 0) break;
    labels.push(name.slice(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return labels;
}

/** Presentation format with the final dot. */
export function formatName(name: SpelledName): string {
  return `${labelsOf(name).map(escapeLabel).join('.')}.`;
}

/** Presentation format without a final dot; the apex is `@`. */
export function formatRelativeName(name: RelativeName): string {
  return name === '' ? '@' : labelsOf(name).map(escapeLabel).join('.');
}

/** Folds A–Z only (RFC 4343 §3). `toLowerCase` would also fold U+212A, the Kelvin sign, to `k`. */
export function foldCase(octets: string): string {
  for (let at = 0; at < octets.length; at += 1) {
    const code = octets.charCodeAt(at);
    if (code >= 0x41 && code <= 0x5a) return octets.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  }
  return octets;
}

/** A dot behind a backslash is a part of the label, unless that backslash is one too. */
function withoutFinalDot(text: string): string {
  return /(^|[^\\])(\\\\)*\.$/.test(text) ? text.slice(0, -1) : text;
}

function wireLabels(text: string, whole: string): string {
  let wire = '';
  let label = '';
  for (let at = 0; at <= text.length; at += 1) {
    const character = text[at];
    if (character === undefined || character === '.') {
      if (label === '') throw new NameError('EMPTY_LABEL', whole);
      if (label.length > maxLabelOctets) throw new NameError('LABEL_TOO_LONG', whole);
      wire += String.fromCharCode(label.length) + label;
      label = '';
    } else if (character === '\\') {
      const decimal = /^\d{3}/.exec(text.slice(at + 1, at + 4))?.[0];
      const escaped = text[at + 1];
      if (escaped === undefined || (decimal === undefined && /\d/.test(escaped)) || Number(decimal) > 255) {
        throw new NameError('BAD_ESCAPE', whole);
      }
      if (escaped > '\x7f') throw new NameError('BAD_CHARACTER', whole);
      label += decimal === undefined ? escaped : String.fromCharCode(Number(decimal));
      at += decimal === undefined ? 1 : 3;
    } else {
      if (character > '\x7f') throw new NameError('BAD_CHARACTER', whole);
      label += character;
    }
  }
  if (wire.length >= maxNameOctets) throw new NameError('NAME_TOO_LONG', whole);
  return wire;
}

function isOctets(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 255) return false;
  return true;
}

function escapeLabel(label: string): string {
  return label.replace(/[^!-~]|[."\\();@$]/g, (octet) =>
    octet > ' ' && octet < '\x7f' ? `\\${octet}` : `\\${String(octet.charCodeAt(0)).padStart(3, '0')}`,
  );
}
