/**
 * Which texts came lately, in a few octets each: a table of their hashes, in which a new one takes the place of another.
 * One that never came is taken for one that did about once in a million times, when its hash is that of its place's last.
 */
const places = 4096;

export class AskedLately {
  readonly #hashes = new Int32Array(places);

  /** Notes that the text came; whether it had come before. */
  note(text: string): boolean {
    let hash = -0x7ee3623b;
    // FNV-1a.
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    const place = hash & (places - 1);
    if (this.#hashes[place] === hash) return true;
    this.#hashes[place] = hash;
    return false;
  }
}
