/**
 * One message to an upstream and one back, by DNS over HTTPS (RFC 8484). A time-out ends it, whatever it is waiting for.
 */
import type { Machine } from '../environment.ts';
import { dnsMessageType, maxMessageOctets } from '../message/layout.ts';
import { readBounded } from '../octets/bounded-stream.ts';
import type { UpstreamMessage } from './upstream-answer.ts';
import { UpstreamError, unusable } from './upstream-error.ts';

/** Marks what is forwarded, so that it is not forwarded again where it comes back. */
export const forwardedHeader = 'kube-doh-forwarded';

/** Of each of two tries, so that clients that wait for 5 seconds hear what went wrong. */
const maxMilliseconds = 2000;

type Network = Pick<Machine, 'fetch' | 'sleep'>;

/** The network failed: another try may help. */
class ConnectionError extends Error {}

/** Tries again once, where the network failed. Throws UpstreamError. */
export async function exchange(
  upstream: string,
  octets: Uint8Array<ArrayBuffer>,
  machine: Network,
): Promise<UpstreamMessage> {
  for (let triesLeft = 1; ; triesLeft -= 1) {
    try {
      return await tryOnce(upstream, octets, machine);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      if (triesLeft > 0) continue;
      const told = 'the upstream could not be reached';
      throw new UpstreamError('Network Error', `${told} (${error.message})`, { told });
    }
  }
}

/** Throws ConnectionError, and UpstreamError where another try would not help. */
async function tryOnce(upstream: string, octets: Uint8Array<ArrayBuffer>, machine: Network): Promise<UpstreamMessage> {
  const ending = new AbortController();
  const tooLate = machine.sleep(maxMilliseconds).then(() => {
    throw new UpstreamError('No Reachable Authority', 'the upstream did not answer in time');
  });
  try {
    return await Promise.race([post(upstream, octets, machine, ending.signal), tooLate]);
  } finally {
    // Also what was not read to its end.
    ending.abort();
  }
}

async function post(
  upstream: string,
  body: Uint8Array<ArrayBuffer>,
  machine: Network,
  signal: AbortSignal,
): Promise<UpstreamMessage> {
  const headers = { 'content-type': dnsMessageType, accept: dnsMessageType, [forwardedHeader]: '1' };
  const response = await connected(() => machine.fetch(upstream, { method: 'POST', headers, body, signal }));
  if (response.status !== 200) {
    throw new UpstreamError('No Reachable Authority', `the upstream answered with HTTP status ${response.status}`);
  }
  const mediaType = (response.headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (mediaType !== dnsMessageType) throw unusable('the upstream sent no DNS message');
  const stream = response.body as ReadableStream<Uint8Array<ArrayBuffer>> | null;
  const octets = stream === null ? new Uint8Array(0) : await connected(() => readBounded(stream, maxMessageOctets));
  if (octets === undefined) throw unusable('the upstream sent more than a DNS message holds');
  return { octets, ageSeconds: ageOf(response) };
}

/** What goes wrong there is the network. Of its error the kind alone is told: the text may hold the URL. */
async function connected<T>(use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    throw new ConnectionError(error instanceof Error ? error.name : typeof error);
  }
}

function ageOf(response: Response): number {
  const age = response.headers.get('age') ?? '';
  return /^\d{1,10}$/.test(age) ? Number(age) : 0;
}
