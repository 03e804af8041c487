/** Which object belongs to which: references to owners, and pods made from their templates. Pure. */
import type { ApiObject, Draft, Labels, OwnerReference, Pod, PodTemplate } from '../types.ts';

/** The reference by which an object names the one that controls it. */
export function controllerReference({ apiVersion, kind, metadata }: ApiObject): OwnerReference {
  const { name, uid } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** The objects that name this one as their controller. */
export function controlledBy<T extends ApiObject>(owner: ApiObject, objects: readonly T[]): readonly T[] {
  const { uid } = owner.metadata;
  return objects.filter(({ metadata }) =>
    metadata.ownerReferences?.some((reference) => reference.controller === true && reference.uid === uid),
  );
}

/** The objects whose owners are all gone. */
export function orphans<T extends ApiObject>(objects: readonly T[], existingUids: ReadonlySet<string>): readonly T[] {
  return objects.filter(({ metadata }) => {
    const owners = metadata.ownerReferences ?? [];
    return owners.length > 0 && !owners.some(({ uid }) => existingUids.has(uid));
  });
}

/** A pod of an owner's template, under the given name. */
export function podFromTemplate(
  owner: ApiObject,
  template: PodTemplate,
  identity: { readonly name: string; readonly generateName: string; readonly labels: Labels },
): Draft<Pod> {
  const { namespace } = owner.metadata;
  const { annotations } = template.metadata;
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: identity.name,
      generateName: identity.generateName,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...template.metadata.labels, ...identity.labels },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template.spec,
    status: { phase: 'Pending' },
  };
}
