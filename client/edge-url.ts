/** `--edge`: the edge that a command speaks to. */
import { UsageError } from '../sync-agent/usage.ts';
import { isLoopback } from './loopback.ts';

/** What goes there is secret, so it goes over TLS, or stays on this machine. Throws UsageError; `label` is where it was given. */
export function readEdge(text: string | undefined, label = '--edge'): URL {
  if (text === undefined) throw new UsageError(`${label} is missing: pass the URL of the edge`);
  const edge = parseEdge(text);
  if (edge !== undefined) return edge;
  // Not repeated: a password, or a token, is secret.
  if (/[@?#]/.test(text))
    throw new UsageError(`${label} has more than a host: pass a URL such as https://dns.example.com`);
  throw new UsageError(`${label} "${text}" is not an https URL without a path, such as https://dns.example.com`);
}

/** Undefined unless it is an origin: https, or http on this machine. */
export function parseEdge(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSecure =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname.replace(/[[\]]/g, '')));
  const isOrigin = url?.href === `${url?.origin}/`;
  return isSecure && isOrigin ? url : undefined;
}
