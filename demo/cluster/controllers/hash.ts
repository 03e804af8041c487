/** Short hashes, for names and for orders that mean nothing. Pure. */
import { SAFE_ALPHABET } from '../registry/metadata.ts';
import type { PodTemplate } from '../types.ts';

/** A hash of a pod template: equal templates have equal ones. Spelt as Kubernetes spells its own. */
export function templateHash(template: PodTemplate): string {
  const digits = String(fnv1a(JSON.stringify(template)));
  return [...digits].map((digit) => SAFE_ALPHABET[digit.charCodeAt(0) % SAFE_ALPHABET.length]).join('');
}

/** FNV-1a, 32 bits. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
