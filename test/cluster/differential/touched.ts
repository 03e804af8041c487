/** What of a cluster is concerned by the changes between two moments. Pure. */
import type { Facts } from './facts.ts';

/** The objects of the first moment that are concerned, and those of the second. */
export function concernedBetween(before: Facts, after: Facts): readonly [Facts, Facts] {
  const versionsBefore = versionsOf(before);
  const versionsAfter = versionsOf(after);
  const changed = new Set([...versionsBefore, ...versionsAfter].map(([uid]) => uid));
  for (const [uid, version] of versionsBefore) if (versionsAfter.get(uid) === version) changed.delete(uid);
  const slices = [...before.slices, ...after.slices].filter(({ metadata }) => changed.has(metadata.uid));
  const owners = new Set(slices.flatMap(ownersOf));
  return [concerned(before, changed, owners), concerned(after, changed, owners)];
}

interface Versioned {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
}

function versionsOf({ namespaces, services, slices, pods, serviceImports }: Facts): Map<string, string> {
  const objects: readonly Versioned[] = [...namespaces, ...services, ...slices, ...pods, ...serviceImports];
  return new Map(objects.map(({ metadata }) => [metadata.uid, metadata.resourceVersion]));
}

/** Whoever has changed, with the slices that belong to it, and whoever has a slice that changed. */
function concerned(facts: Facts, changed: ReadonlySet<string>, owners: ReadonlySet<string>): Facts {
  const isConcerned = ({ metadata }: { readonly metadata: Metadata }): boolean =>
    changed.has(metadata.uid) || owners.has(`${metadata.namespace}/${metadata.name}`);
  const services = facts.services.filter(isConcerned);
  const serviceImports = facts.serviceImports.filter(isConcerned);
  const owning = new Set(
    [...services, ...serviceImports].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
  );
  return {
    ...facts,
    services,
    serviceImports,
    slices: facts.slices.filter((slice) => ownersOf(slice).some((owner) => owning.has(owner))),
    pods: facts.pods.filter(({ metadata }) => changed.has(metadata.uid)),
  };
}

interface Metadata {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

/** `namespace/name` of what a slice's labels name. */
function ownersOf({ metadata: { namespace, labels = {} } }: Facts['slices'][number]): string[] {
  const names = [labels['kubernetes.io/service-name'], labels['multicluster.kubernetes.io/service-name']];
  return names.flatMap((name) => (name === undefined ? [] : `${namespace}/${name}`));
}
