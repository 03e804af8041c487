/**
 * Replaces a pod by one of the same name on another address. A deletion alone is not enough: kwok hands a freed address
 * to whichever pod comes next, often the replacement. So the replacement is kept waiting while others take the address.
 */
import type { ClusterObjects, ObjectName } from './apply.ts';
import { nodeName } from './control-plane.ts';
import type { KubernetesObject } from './manifests.ts';
import { waitUntil } from './wait-until.ts';

const timeoutSeconds = 20;

/** The addresses of a pod before and after its replacement. */
export interface Replacement {
  readonly oldAddress: string;
  readonly newAddress: string;
}

/** What is read of a pod here. */
interface PodView {
  readonly metadata: { readonly uid: string };
  readonly status: { readonly podIP?: string; readonly phase: string };
}

/** Deletes a pod that a controller makes again under its name, and returns when the new one runs. */
export async function replacePod(objects: ClusterObjects, namespace: string, name: string): Promise<Replacement> {
  const pod: ObjectName = { kind: 'Pod', namespace, name };
  const old = await objects.get<PodView>(pod);
  const oldAddress = old?.status.podIP;
  if (old === undefined || oldAddress === undefined) throw new Error(`${namespace}/${name} has no address to replace`);

  const holders: ObjectName[] = [];
  await setSchedulable(objects, false);
  try {
    await objects.delete(pod);
    await waitUntil(
      `${namespace}/${name} to be made again`,
      async () => {
        const next = await objects.get<PodView>(pod);
        return next !== undefined && next.metadata.uid !== old.metadata.uid;
      },
      { timeoutSeconds },
    );
    let takenAddress: string | undefined;
    while (takenAddress !== oldAddress) {
      const holder = addressHolder(namespace, `address-holder-${holders.length}`);
      holders.push({ kind: 'Pod', namespace, name: holder.metadata.name });
      await objects.apply([holder]);
      takenAddress = await addressOf(objects, namespace, holder.metadata.name);
    }
    await setSchedulable(objects, true);
    return { oldAddress, newAddress: await addressOf(objects, namespace, name) };
  } finally {
    await setSchedulable(objects, true);
    for (const holder of holders) await objects.delete(holder);
  }
}

function setSchedulable(objects: ClusterObjects, schedulable: boolean): Promise<unknown> {
  return objects.patch({ kind: 'Node', name: nodeName }, { spec: { unschedulable: !schedulable } });
}

function addressOf(objects: ClusterObjects, namespace: string, name: string): Promise<string> {
  return waitUntil(
    `${namespace}/${name} to have an address`,
    async () => (await objects.get<PodView>({ kind: 'Pod', namespace, name }))?.status.podIP,
    { timeoutSeconds },
  );
}

/** A pod that no Service selects, placed on the node past the scheduler. */
function addressHolder(namespace: string, name: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: { nodeName, containers: [{ name: 'holder', image: 'holder' }] },
  };
}
