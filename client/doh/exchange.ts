/** DNS messages for DNS messages, over HTTPS (RFC 8484), with one server that is asked again and again. */
import { DohError } from './doh-error.ts';
import type { DohServer } from './doh-server.ts';
import type { HttpAnswer } from './http.ts';
import { KeptConnection } from './kept-connection.ts';
import { stubPatience } from './patience.ts';
import { TransportError } from './transport-error.ts';

export interface DohExchange {
  /** The message has the ID 0 (RFC 8484 §4.1). The answer is a message of at least a header. Rejects with DohError. */
  exchange(message: Uint8Array): Promise<Buffer>;
  /** After sleep, or a change of network: the next exchange connects anew, and so do those that are under way. */
  reset(): void;
  /** Ends what is under way. Nothing holds the process after it. */
  close(): void;
}

/** A DNS message has at most this many octets (RFC 8484 §6). */
const maxMessageOctets = 65_535;
/** RFC 1035 §4.1.1. */
const headerOctets = 12;
const mediaType = 'application/dns-message';

/** Connects when somebody asks. */
export function connectDoh(server: DohServer): DohExchange {
  const { url, token, patience = stubPatience } = server;
  const kept = new KeptConnection(server, patience);
  const headers = {
    accept: mediaType,
    'content-type': mediaType,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const path = `${url.pathname}${url.search}`;
  return {
    async exchange(body) {
      try {
        const answer = await kept.request({ method: 'POST', path, headers, body, maxOctets: maxMessageOctets });
        return messageOf(answer, url.origin);
      } catch (cause) {
        if (!(cause instanceof TransportError)) throw cause;
        throw new DohError('NO_DNS_ANSWER', `${url.origin}: ${cause.message}`, { cause });
      }
    },
    reset: () => kept.reset(),
    close: () => kept.close(),
  };
}

function messageOf({ status, contentType, body }: HttpAnswer, origin: string): Buffer {
  if (status !== 200) throw statusError(status, origin);
  const isMessage = contentType?.split(';', 1)[0]?.trim().toLowerCase() === mediaType && body.length >= headerOctets;
  if (isMessage) return body;
  throw new DohError('NO_DNS_ANSWER', `${origin} sent something that is no DNS message: check the address`);
}

function statusError(status: number, origin: string): DohError {
  const said = `${origin} answered with HTTP status ${status}`;
  if (status === 401) return new DohError('REFUSED_TOKEN', `${said}: it needs a token that it knows`);
  if (status === 403) return new DohError('REFUSED_TOKEN', `${said}: the token is not for this cluster`);
  if (status === 429) return new DohError('TOO_MANY_REQUESTS', `${said}: too many requests`);
  const isRedirect = status >= 300 && status < 400;
  return new DohError('NO_DNS_ANSWER', isRedirect ? `${said}: it redirects, check the address` : said);
}
