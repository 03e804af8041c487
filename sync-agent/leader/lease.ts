/** A Lease of the Kubernetes API (coordination.k8s.io/v1), as far as an election needs it. Pure. */
import { KubeError } from '../kube/error.ts';
import { type Fields, fieldsOf, isAbsent, isObject, textOf } from '../kube/json.ts';

/** What candidates tell each other. */
export interface LeaseRecord {
  /** Undefined when nobody holds it: it was never taken, or was given back. */
  readonly holder: string | undefined;
  /** For how long after a sign of life nobody else takes it; undefined when it does not say so. */
  readonly durationSeconds: number | undefined;
  /** MicroTime, as it stands there. Of no use but to people. */
  readonly acquireTime: string | undefined;
  /** How often it went from one holder to another. */
  readonly transitions: number;
}

/** A Lease that the API server has. */
export interface StoredLease {
  readonly record: LeaseRecord;
  /** The same as long as no candidate writes; labels and the like are not in it. */
  readonly mark: string;
  /** The whole object. What others have written to it stays when it is updated. */
  readonly object: Fields;
}

/** What a candidate writes. */
export interface LeaseClaim extends LeaseRecord {
  readonly durationSeconds: number;
  /** By the clock of this machine. Candidates do not look at it. */
  readonly renewTime: string;
  readonly acquireTime: string;
}

/** Throws KubeError BAD_RESPONSE for anything but a Lease that can be updated; a field that makes no sense reads as absent. */
export function readLease(value: unknown): StoredLease {
  const object = fieldsOf(value);
  const spec = fieldsOf(object['spec']);
  if (object['kind'] !== 'Lease' || textOf(fieldsOf(object['metadata'])['resourceVersion']) === undefined) {
    throw new KubeError('BAD_RESPONSE', 'the API server sent something else than a Lease');
  }
  const record = {
    holder: textOf(spec['holderIdentity']),
    durationSeconds: countOf(spec['leaseDurationSeconds']),
    acquireTime: textOf(spec['acquireTime']),
    transitions: countOf(spec['leaseTransitions']) ?? 0,
  };
  return { record, mark: JSON.stringify(object['spec'] ?? null), object };
}

export function newLease(namespace: string, name: string, claim: LeaseClaim): unknown {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace, name },
    spec: specOf(claim),
  };
}

/** The stored Lease with the claim in it, for the version that was read. */
export function updatedLease({ object }: StoredLease, claim: LeaseClaim): unknown {
  const { spec } = object;
  return { ...object, spec: { ...(isObject(spec) ? spec : {}), ...specOf(claim) } };
}

/** Milliseconds since the Unix epoch as MicroTime: RFC 3339 with six digits after the second. */
export function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}

/** The transitions of the next holder; the field has 32 bits with a sign. */
export function transitionsAfter({ transitions }: LeaseRecord): number {
  return transitions < maxCount ? transitions + 1 : 0;
}

function specOf({ holder, durationSeconds, acquireTime, renewTime, transitions }: LeaseClaim): Fields {
  return {
    holderIdentity: holder ?? '',
    leaseDurationSeconds: durationSeconds,
    acquireTime,
    renewTime,
    leaseTransitions: transitions,
  };
}

const maxCount = 2 ** 31 - 1;

function countOf(value: unknown): number | undefined {
  if (isAbsent(value) || !Number.isInteger(value)) return undefined;
  const count = value as number;
  return count >= 0 && count <= maxCount ? count : undefined;
}
