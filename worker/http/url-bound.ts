/** How long a URL may be: what the platform takes in front of the Worker, said here in a clear line. */
import { type Problem, problem } from './problem.ts';

/** Of path and query together. A longer DNS message goes into a POST. */
const maxUrlOctets = 16 * 1024;

/** Undefined when the URL is short enough. */
export function urlProblem(url: string): Problem | undefined {
  if (url.length <= maxUrlOctets) return undefined;
  const { pathname, search } = new URL(url);
  if (pathname.length + search.length <= maxUrlOctets) return undefined;
  const message = `path and query may have at most ${maxUrlOctets} octets; send a long question by POST`;
  return problem(414, 'URI_TOO_LONG', message);
}
