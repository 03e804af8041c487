/** What a token looks like to those who only pass it on. */

const maxTokenCharacters = 4096;

/** One word of ASCII, so that it stands in a header field as it is. */
export function isTokenText(text: string): boolean {
  return text.length <= maxTokenCharacters && /^[!-~]+$/.test(text);
}

/** Whatever somebody else said, without the token in it and without what is more than a line. */
export function withoutToken(text: string, token: string | undefined): string {
  const line = text.replace(/\p{Cc}+/gu, ' ');
  return token === undefined ? line : line.replaceAll(token, '(the token)');
}
