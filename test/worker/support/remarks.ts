/** Remarks as an agent publishes them. */
import type { NameRemarks, Remark } from '../../../zone/remarks/remarks.ts';
import type { Edge } from './edge.ts';
import { publishSupplement, type SupplementChange } from './supplements.ts';

/** A remark that says its code in both sentences. */
export function remark(code: string, cause = `it is ${code}`, next = `do ${code}`): Remark {
  return { code, cause, next };
}

/** Publishes and expects success. */
export function publishRemarks(
  edge: Edge,
  lines: readonly (NameRemarks | string)[],
  change: SupplementChange = {},
): Promise<void> {
  return publishSupplement(edge, 'remarks', lines, change);
}
