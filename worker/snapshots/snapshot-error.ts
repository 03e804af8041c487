/** A snapshot that is not to be believed. */
export class SnapshotError extends Error {
  readonly code = 'BAD_SNAPSHOT';

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'SnapshotError';
  }
}
