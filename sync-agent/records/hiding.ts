/**
 * What is kept out of the snapshot: an object that is hidden, and everything in a namespace that is hidden or not there.
 *
 * A name can also be given away by another object that points to it. So a target inside the zones is judged by what it
 * would be about: the namespace in it, and the Service or ServiceImport (Kubernetes DNS specification §2.3 to §2.5).
 */
import { labelsOf, type Name, relativeTo } from '../../zone/name.ts';
import type { Cluster } from '../cluster.ts';
import type { RecordOptions } from './options.ts';

/** What decides whether something is hidden. */
export type Surroundings = Pick<Cluster, 'namespaces' | 'services' | 'serviceImports'>;

/** Whether names below the namespace exist. */
export function isExposed(namespace: string, { namespaces }: Pick<Cluster, 'namespaces'>): boolean {
  return namespaces.get(namespace)?.isHidden === false;
}

/** Whether the object may have records. */
export function isPublished(
  { namespace, isHidden }: { readonly namespace: string; readonly isHidden: boolean },
  around: Surroundings,
): boolean {
  return !isHidden && isExposed(namespace, around);
}

/** What a name inside one of the zones is about. */
export interface Mention {
  readonly namespace: string;
  /** In the cluster's own zone a Service, in that of the cluster set a ServiceImport. */
  readonly kind: 'service' | 'serviceImport';
  /** `namespace/name`; undefined where the name is about the namespace alone, or about a pod. */
  readonly key: string | undefined;
}

/** One for each zone that the name is in, if it has a namespace there. One zone may lie within another. */
export function mentionsIn(target: Name, { zoneOrigins, clustersetOrigins }: ZoneNames): Mention[] {
  return [
    ...zoneOrigins.flatMap((origin) => mentionBelow(target, origin, 'service')),
    ...clustersetOrigins.flatMap((origin) => mentionBelow(target, origin, 'serviceImport')),
  ];
}

type ZoneNames = Pick<RecordOptions, 'zoneOrigins' | 'clustersetOrigins'>;

/** Whether publishing the name would tell of something that is kept out. */
export function isKeptOut(
  { namespace, kind, key }: Mention,
  around: Surroundings,
  { selectsNamespaces, selectsObjects }: Pick<RecordOptions, 'selectsNamespaces' | 'selectsObjects'>,
): boolean {
  // What is not among the selected may well be in the cluster, and be hidden there.
  if (around.namespaces.get(namespace)?.isHidden ?? selectsNamespaces) return true;
  if (key === undefined) return false;
  const objects = kind === 'service' ? around.services : around.serviceImports;
  return objects.get(key)?.isHidden ?? selectsObjects;
}

function mentionBelow(target: Name, origin: Name, kind: Mention['kind']): Mention[] {
  const inside = relativeTo(target, origin);
  if (inside === undefined) return [];
  const [word, namespace, service] = labelsOf(inside).reverse();
  if (namespace === undefined || (word !== 'svc' && word !== 'pod')) return [];
  const key = word === 'pod' || service === undefined ? undefined : `${namespace}/${service}`;
  return [{ namespace, kind, key }];
}
