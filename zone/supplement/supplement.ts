/**
 * Supplements: values that an agent publishes beside a cluster's snapshot, each gzip of lines of JSON. No question is
 * answered from them.
 */
import type { ClusterId } from '../cluster-id.ts';

/** Why names have no records (docs/remarks.md), and the endpoints of Services (docs/endpoints.md). */
export const supplementKinds = ['remarks', 'endpoints'] as const;

export type SupplementKind = (typeof supplementKinds)[number];

/** Of all lines together, and of the same compressed. */
export interface SupplementLimits {
  readonly textOctets: number;
  readonly bodyOctets: number;
}

/** Who reads a supplement passes over all of it, and may take a fraction of a second for it. */
export const supplementLimits: Readonly<Record<SupplementKind, SupplementLimits>> = {
  remarks: { textOctets: 32 * 1024 * 1024, bodyOctets: 4 * 1024 * 1024 },
  endpoints: { textOctets: 64 * 1024 * 1024, bodyOctets: 8 * 1024 * 1024 },
};

/** A line, without its line feed. What is longer is not written, and not read. */
export const maxLineOctets = 256 * 1024;

/** Where it is sent, with PUT. */
export function supplementPath(cluster: ClusterId, kind: SupplementKind): string {
  return `/v1/clusters/${cluster}/${kind}`;
}

export function supplementContentType(kind: SupplementKind): string {
  return `application/vnd.kube-doh.${kind}`;
}
