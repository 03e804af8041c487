/** Octets as a string of one character each, so that they can be compared and looked up. */
export function latin1(octets: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += 1) text += String.fromCharCode(octets[at]!);
  return text;
}
