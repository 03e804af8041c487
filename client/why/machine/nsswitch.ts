/** Where the C library looks for hosts: nsswitch.conf(5). Pure. */

/**
 * The mDNS source that may end the search before DNS is asked: one that stands before `dns` or `resolve`, and whose
 * `NOTFOUND` returns.
 */
export function mdnsSourceBeforeDns(text: string): string | undefined {
  const line = /^\s*hosts\s*:(.*)$/m.exec(text.replace(/#.*$/gm, ''))?.[1] ?? '';
  const words = line.match(/\[[^\]]*\]|[^\s[\]]+/g) ?? [];
  for (const [i, word] of words.entries()) {
    if (word === 'dns' || word === 'resolve') return undefined;
    const reaction = words[i + 1]?.toLowerCase().replace(/\s+/g, '') ?? '';
    if (word.startsWith('mdns') && /^\[(.*)notfound=return/.test(reaction)) return word;
  }
  return undefined;
}
