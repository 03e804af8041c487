/** Why another server gave no answer. */

export type ForwardErrorCode =
  /** No server is known. */
  | 'NO_SERVER'
  /** None answered, or not in time. */
  | 'NO_ANSWER'
  /** As many as may be are under way. */
  | 'TOO_MANY_QUESTIONS'
  /** What should be passed on has no question that an answer could be compared with. */
  | 'MALFORMED_QUESTION';

/** The message is one line for a log. */
export class ForwardError extends Error {
  readonly code: ForwardErrorCode;

  constructor(code: ForwardErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ForwardError';
    this.code = code;
  }
}
