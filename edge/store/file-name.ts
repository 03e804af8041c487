/**
 * Names of files for keys, and back. Everything but lower-case letters, digits, `-` and `_` is written as `%` and two digits,
 * so keys that differ only in case are two files on every system, and none is a path.
 */

const suffix = '.value';
/** What file systems take as one name. */
const maxOctets = 255;

/** Undefined for a key that is too long. */
export function fileNameOf(key: string): string | undefined {
  const octets = Buffer.from(key);
  let name = '';
  for (const octet of octets) {
    const character = String.fromCharCode(octet);
    name += /[a-z0-9_-]/.test(character) ? character : `%${octet.toString(16).padStart(2, '0')}`;
  }
  name += suffix;
  return key === '' || name.length > maxOctets ? undefined : name;
}

/** Undefined for the name of a file that holds no value. */
export function keyOf(fileName: string): string | undefined {
  if (!fileName.endsWith(suffix)) return undefined;
  try {
    const key = decodeURIComponent(fileName.slice(0, -suffix.length));
    return fileNameOf(key) === fileName ? key : undefined;
  } catch {
    return undefined;
  }
}
