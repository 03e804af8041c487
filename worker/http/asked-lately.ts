/**
 * Which questions came lately, in a few octets each: a table of their hashes, in which a new one takes the place of another.
 * One that never came is taken for one that did about once in 200,000 times, when its hash is that of its place's last.
 */
const places = 4096;

export class AskedLately {
  readonly #hashes = new Int32Array(places);

  /** Notes that a question with this hash came; whether one had come before. */
  note(hash: number): boolean {
    const place = hash & (places - 1);
    if (this.#hashes[place] === hash) return true;
    this.#hashes[place] = hash;
    return false;
  }
}
