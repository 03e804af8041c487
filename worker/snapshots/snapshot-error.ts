/** Snapshots that are not to be believed. */
import type { Manifest } from '../../zone/manifest.ts';
import type { Registration } from '../clusters/registration.ts';

/** A snapshot, or what is stored in the place of one, failed a check. */
export class SnapshotError extends Error {
  readonly code: 'BAD_SNAPSHOT' | 'BODY_REFUSED' = 'BAD_SNAPSHOT';

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'SnapshotError';
  }
}

/** Its body was read, and failed a check: under the same registration it will fail again. */
export class BodyRefusedError extends SnapshotError {
  override readonly code = 'BODY_REFUSED';
  readonly manifest: Manifest;
  readonly registration: Registration;

  constructor(cause: SnapshotError, manifest: Manifest, registration: Registration) {
    super(cause.message, { cause });
    this.name = 'BodyRefusedError';
    this.manifest = manifest;
    this.registration = registration;
  }
}
