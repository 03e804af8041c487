/** That somebody else was asked and gave no answer. */
import type { ExtendedErrorCode } from '../message/extended-error.ts';

/** Its message is for the asker and for the log: it never holds the upstream's URL, nor what was asked. */
export class UpstreamError extends Error {
  readonly code = 'UPSTREAM_FAILED';
  readonly extendedError: Extract<ExtendedErrorCode, 'No Reachable Authority' | 'Network Error'>;

  constructor(extendedError: UpstreamError['extendedError'], message: string) {
    super(message);
    this.name = 'UpstreamError';
    this.extendedError = extendedError;
  }
}
