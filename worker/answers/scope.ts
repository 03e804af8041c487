/**
 * Which names a token may hear of. Decided by the name alone, so that a refusal never tells whether it exists.
 *
 * A name at or below `<namespace>.svc` or `<namespace>.pod` of a forward zone belongs to that namespace (Kubernetes
 * DNS-Based Service Discovery §2.3); `svc`, `pod`, the apex and everything else belong to none, and are for all.
 */
import type { RelativeLabels } from '../../zone/image/open.ts';
import type { Name, RelativeName } from '../../zone/name.ts';
import { latin1 } from './latin1.ts';

/** The namespaces whose names may be heard of, each one label in lower case. */
export type Scope = 'all' | ReadonlySet<string>;

/** What an answer depends on beside the question: who asked. */
export interface View {
  readonly scope: Scope;
  /** The zone that PTR targets are below, if the cluster's zone has it; undefined: the cluster's own domain. */
  readonly pointerZone: Name | undefined;
}

/** Whoever may hear of everything. */
export const wholeView: View = { scope: 'all', pointerZone: undefined };

/** Whether the name that these labels are, below the apex of a forward zone, may be heard of. */
export function isQuestionInScope(scope: Scope, { octets, starts, count, end }: RelativeLabels): boolean {
  if (scope === 'all' || count === 0) return true;
  return isNameInScope(scope, latin1(octets, starts[0]!, end) as RelativeName);
}

/** As `isQuestionInScope`, for a name in records. */
export function isNameInScope(scope: Scope, name: RelativeName): boolean {
  if (scope === 'all') return true;
  const namespace = namespaceOf(name);
  return namespace === undefined || scope.has(namespace);
}

/** The namespace that a name below the apex of a forward zone belongs to; undefined for one that belongs to none. */
export function namespaceOf(name: RelativeName): string | undefined {
  let last = -1;
  let second = -1;
  for (let at = 0; at < name.length; at += 1 + name.charCodeAt(at)) {
    second = last;
    last = at;
  }
  const tree = second < 0 ? '' : name.slice(last);
  return tree === '\x03svc' || tree === '\x03pod' ? name.slice(second + 1, last) : undefined;
}
