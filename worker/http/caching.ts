/** For how long, and by whom, an answer may be kept (RFC 9111 §5.2), beside what RFC 8484 §5.1 says of DNS. */
import type { Reader } from '../access/principal.ts';

/** What an answer depends on beside the question; `connection`: on what no cache can see. */
export type Deciding = 'nothing' | 'url' | 'header' | 'connection';

/** Where the credential stood that decided. */
export const decidingAt: Readonly<Record<Reader['door'], Deciding>> = {
  open: 'nothing',
  path: 'url',
  host: 'url',
  bearer: 'header',
  basic: 'header',
  // Access adds its header behind the client, whose own cache never sees it.
  access: 'connection',
  certificate: 'connection',
};

/**
 * The header fields that say so. What a credential decided is for the asker alone, and for him only while he shows the same
 * one. `maxAgeSeconds` undefined: not to be kept.
 */
export function cachingOf(maxAgeSeconds: number | undefined, deciding: Deciding): Readonly<Record<string, string>> {
  if (maxAgeSeconds === undefined || deciding === 'connection') return { 'cache-control': 'no-store' };
  const age = `max-age=${maxAgeSeconds}`;
  if (deciding === 'nothing') return { 'cache-control': age };
  const caching = { 'cache-control': `private, ${age}` };
  return deciding === 'url' ? caching : { ...caching, vary: 'Authorization' };
}
