/** What a name below a cluster's zone asks for, in the terms of Kubernetes (DNS specification §2.3 to §2.5). Pure. */
import { labelsOf, type RelativeName } from '../../../zone/name.ts';

export interface AskedName {
  readonly namespace: string;
  /** Undefined for the name of the namespace. */
  readonly service: string | undefined;
  /** The pod's part. */
  readonly host: string | undefined;
  /** The port's part, without the underscore; undefined where all of the protocol are asked for. */
  readonly port: string | undefined;
  /** As `tcp`. */
  readonly protocol: string | undefined;
}

/** Undefined for names that no Service has, such as those below `pod`. */
export function askedName(relative: RelativeName): AskedName | undefined {
  const labels = labelsOf(relative);
  if (labels.pop() !== 'svc') return undefined;
  const [namespace, service, ...front] = labels.reverse();
  if (namespace === undefined) return undefined;
  const asked = { namespace, service, host: undefined, port: undefined, protocol: undefined };
  const [first, second, ...more] = front;
  if (more.length > 0 || namespace.startsWith('_') || service?.startsWith('_')) return undefined;
  if (first === undefined) return asked;
  if (first.startsWith('_')) {
    if (second !== undefined && !second.startsWith('_')) return undefined;
    return { ...asked, protocol: first.slice(1), port: second?.slice(1) };
  }
  return second === undefined ? { ...asked, host: first } : undefined;
}
