/** Octets as a string of one character each, so that they can be compared and looked up. */
export function latin1(octets: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...octets.subarray(start, end));
}
