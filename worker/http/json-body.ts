/** JSON in a request, as administrators send it. */
import { badRequest, cutOff, type Problem, tooLarge } from './problem.ts';
import { readBody } from './request-body.ts';

const maxOctets = 16 * 1024;

/** The media type is not asked for: `curl -d` sends another. */
export async function readJson(request: Request): Promise<{ readonly value: unknown } | { readonly problem: Problem }> {
  const octets = await readBody(request, maxOctets);
  if (octets === 'too-long') return { problem: tooLarge(`the body may have at most ${maxOctets} octets`) };
  if (octets === 'cut-off') return { problem: cutOff };
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets)) };
  } catch {
    return { problem: badRequest('the body is not JSON') };
  }
}
