/**
 * What can go wrong with a control plane, as one error type. `code` is stable; the message is one clear line with what
 * to do next, followed by the end of a log where there is one.
 */

/** The kinds of failure. */
export type ControlPlaneFailureCode =
  | 'go-missing'
  | 'build-failed'
  | 'folder-unusable'
  | 'already-running'
  | 'state-unreadable'
  | 'no-free-ports'
  | 'process-ended'
  | 'not-ready';

/** A control plane could not be built, started or stopped. */
export class ControlPlaneFailure extends Error {
  override readonly name = 'ControlPlaneFailure';
  readonly code: ControlPlaneFailureCode;

  constructor(code: ControlPlaneFailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
