/** Why a server gave no HTTP answer, in words for people. */

/**
 * `unreachable`: there was no connection. `broken`: it ended before the answer. `late`: the answer did not come in time.
 * `too-long`: it was longer than it may be. `closed`: whoever asked has closed.
 */
export type TransportErrorKind = 'unreachable' | 'broken' | 'late' | 'too-long' | 'closed';

/** The message is one line; it never holds a path or a header field. */
export class TransportError extends Error {
  readonly kind: TransportErrorKind;

  constructor(kind: TransportErrorKind, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'TransportError';
    this.kind = kind;
  }
}

/** How far a connection is: without TCP, without TLS, or open for requests. */
export type Stage = 'unconnected' | 'connected' | 'open';

/** `stage` is what it came to. */
export function late(stage: Stage): TransportError {
  return new TransportError('late', lateReasons[stage]);
}

const lateReasons: Readonly<Record<Stage, string>> = {
  unconnected: 'no connection in time: check the host, and your network',
  connected: 'it takes connections and says nothing: check the port, or try again later',
  open: 'no answer in time',
};

export function tooLong(maxOctets: number): TransportError {
  return new TransportError('too-long', `the answer is longer than ${maxOctets} octets`);
}

/** From what Node says. */
export function transportErrorOf(cause: unknown): TransportError {
  if (cause instanceof TransportError) return cause;
  const error = firstOf(cause);
  const refusal = certificateRefusal(error);
  if (refusal !== undefined) return new TransportError('unreachable', refusal, { cause });
  if (error.code === 'ECONNRESET')
    return new TransportError('broken', 'it ended the connection before it answered', { cause });
  const reason = unreachableReasons[error.code ?? ''];
  if (reason !== undefined) return new TransportError('unreachable', reason, { cause });
  return new TransportError('broken', error.message === '' ? 'the connection ended' : error.message, { cause });
}

const noTls = 'it does not speak TLS there: check the port';

const unreachableReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: check the host and the port',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network of the host',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  EPROTO: noTls,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
};

function certificateRefusal({ code = '', message }: NodeJS.ErrnoException): string | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'the certificate is for another host: check the address';
  if (code === 'CERT_HAS_EXPIRED') return "the certificate has expired, or this machine's clock is wrong";
  if (code === 'CERT_NOT_YET_VALID') return "the certificate is not valid yet, or this machine's clock is wrong";
  const isDistrust = /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|HOSTNAME_MISMATCH)/.test(code);
  if (!isDistrust) return undefined;
  // What follows is advice for programs in Node.
  const [reason] = message.split(';');
  return `the certificate is not trusted (${reason}): if its authority is your own, pass --authority FILE`;
}

/** Of a host with several addresses, each of which failed. */
function firstOf(cause: unknown): NodeJS.ErrnoException {
  if (cause instanceof AggregateError && cause.errors.length > 0) return firstOf(cause.errors[0]);
  return cause instanceof Error ? cause : new Error(String(cause));
}
