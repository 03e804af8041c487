/** What goes wrong between a question and its answer. */

/**
 * `NO_DNS_ANSWER`: the server was not reached, was late, or sent something else. `REFUSED_TOKEN`: HTTP status 401 or 403.
 * `TOO_MANY_REQUESTS`: HTTP status 429.
 */
export type DohErrorCode = 'NO_DNS_ANSWER' | 'REFUSED_TOKEN' | 'TOO_MANY_REQUESTS';

/** There is no DNS answer. The message is one line that names the server; it never holds a token. */
export class DohError extends Error {
  readonly code: DohErrorCode;

  constructor(code: DohErrorCode, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'DohError';
    this.code = code;
  }
}
