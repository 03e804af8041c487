/** What an install or an uninstall could not do. The message is one line with what to do next. */

export type WiringErrorCode =
  /** A file is in the way. */
  | 'OCCUPIED'
  /** Nothing known works here. */
  | 'UNSUPPORTED'
  | 'NOT_PERMITTED'
  /** A step failed; what was done before it is undone. */
  | 'STEP_FAILED'
  /** The note of what was done makes no sense. */
  | 'BAD_STATE';

export class WiringError extends Error {
  readonly code: WiringErrorCode;

  constructor(code: WiringErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WiringError';
    this.code = code;
  }
}
