/**
 * Names as they stand in an image. Names were checked when they were written; these checks keep what stands in a damaged
 * image from passing for one.
 */
import { maxLabelOctets, maxNameOctets, type Name, type RelativeName } from '../name.ts';
import { damaged, text, u8 } from './octets.ts';

/** The octets as a relative name. Throws ImageError. */
export function relativeName(octets: string): RelativeName {
  let at = 0;
  while (at < octets.length) at += 1 + checkedLabelLength(octets.charCodeAt(at));
  if (at !== octets.length || octets.length >= maxNameOctets) throw damaged('a name in it is none');
  return octets as RelativeName;
}

/** The octets as an absolute name. Throws ImageError. */
export function absoluteName(octets: string): Name {
  if (!octets.endsWith('\0')) throw damaged('a name in it is none');
  relativeName(octets.slice(0, -1));
  return octets as Name;
}

/** A label in wire form. Throws ImageError. */
export function wireLabel(label: string): string {
  return String.fromCharCode(checkedLabelLength(label.length)) + label;
}

/** The label whose length stands at `at`, in wire form. Throws ImageError. */
export function wireLabelAt(octets: Uint8Array, at: number): string {
  return text(octets, at, at + 1 + checkedLabelLength(u8(octets, at)));
}

/** `prefix` below `base`, both in wire form. Throws ImageError. */
export function below(prefix: string, base: RelativeName): RelativeName {
  if (prefix.length + base.length >= maxNameOctets) throw damaged('a name in it is too long');
  return (prefix + base) as RelativeName;
}

function checkedLabelLength(length: number): number {
  if (length === 0 || length > maxLabelOctets) throw damaged('a label in it is empty or too long');
  return length;
}
