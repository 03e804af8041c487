/** That somebody else was asked and gave no answer. */
import type { ExtendedError } from '../message/extended-error.ts';
import type { ErrorReply } from '../message/reply.ts';

/** Its message is for the log: it never holds the upstream's URL, nor what was asked. */
export class UpstreamError extends Error {
  readonly code = 'UPSTREAM_FAILED';
  readonly extendedError: ExtendedError;
  readonly rcode: ErrorReply['rcode'];

  /** `told` is for the asker, where that is another text. */
  constructor(
    code: ExtendedError['code'],
    message: string,
    { told = message, rcode = 'SERVFAIL' }: { told?: string; rcode?: ErrorReply['rcode'] } = {},
  ) {
    super(message);
    this.name = 'UpstreamError';
    this.extendedError = { code, text: told };
    this.rcode = rcode;
  }
}

/** Of an answer that cannot be handed on. */
export function unusable(message: string): UpstreamError {
  return new UpstreamError('Network Error', message);
}
