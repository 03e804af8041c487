/**
 * One message to an upstream and one back, by DNS over HTTPS (RFC 8484). A time-out ends it, whatever it is waiting for.
 */
import type { Machine } from '../environment.ts';
import { maxMessageOctets } from '../message/layout.ts';
import { readBounded } from '../octets/bounded-stream.ts';
import type { UpstreamMessage } from './upstream-answer.ts';
import { UpstreamError } from './upstream-error.ts';

const dnsMessageType = 'application/dns-message';

/** Of each of two tries, so that clients that wait for 5 seconds hear what went wrong. */
const maxMilliseconds = 2000;

/** Tries again once, where the network failed. Throws UpstreamError. */
export async function exchange(
  upstream: string,
  octets: Uint8Array<ArrayBuffer>,
  machine: Pick<Machine, 'fetch' | 'sleep'>,
): Promise<UpstreamMessage> {
  return (await tryOnce(upstream, octets, machine)) ?? (await tryOnce(upstream, octets, machine)) ?? failed();
}

/** Undefined when the network failed. */
async function tryOnce(
  upstream: string,
  octets: Uint8Array<ArrayBuffer>,
  machine: Pick<Machine, 'fetch' | 'sleep'>,
): Promise<UpstreamMessage | undefined> {
  const ending = new AbortController();
  const tooLate = machine.sleep(maxMilliseconds).then(() => {
    throw new UpstreamError('No Reachable Authority', 'the upstream did not answer in time');
  });
  try {
    return await Promise.race([post(upstream, octets, machine, ending.signal), tooLate]);
  } catch (error) {
    if (error instanceof UpstreamError) throw error;
    return undefined;
  } finally {
    // Also what was not read to its end.
    ending.abort();
  }
}

async function post(
  upstream: string,
  body: Uint8Array<ArrayBuffer>,
  machine: Pick<Machine, 'fetch'>,
  signal: AbortSignal,
): Promise<UpstreamMessage> {
  const headers = { 'content-type': dnsMessageType, accept: dnsMessageType };
  const response = await machine.fetch(upstream, { method: 'POST', headers, body, signal });
  if (response.status !== 200) {
    throw new UpstreamError('No Reachable Authority', `the upstream answered with HTTP status ${response.status}`);
  }
  const mediaType = (response.headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (mediaType !== dnsMessageType) throw new UpstreamError('Network Error', 'the upstream sent no DNS message');
  const stream = response.body as ReadableStream<Uint8Array<ArrayBuffer>> | null;
  const octets = stream === null ? new Uint8Array(0) : await readBounded(stream, maxMessageOctets);
  if (octets === undefined) throw new UpstreamError('Network Error', 'the upstream sent more than a DNS message holds');
  return { octets, ageSeconds: ageOf(response) };
}

function ageOf(response: Response): number {
  const age = response.headers.get('age') ?? '';
  return /^\d{1,10}$/.test(age) ? Number(age) : 0;
}

function failed(): never {
  throw new UpstreamError('Network Error', 'the upstream could not be reached');
}
