/** Public keys on a command line: one in 64 begins with "-", as options do. */

/** 32 octets in base64url. */
const keyWithDash = /^-[A-Za-z0-9_-]{42}$/;

/** The same words, with a key that begins with "-" in one word with its option. */
export function withDashedKeys(args: readonly string[]): string[] {
  const words: string[] = [];
  for (const word of args) {
    const isKey = words.at(-1) === '--public-key' && keyWithDash.test(word);
    words.push(isKey ? `${words.pop()}=${word}` : word);
  }
  return words;
}
