/** The files that a kubelet gives a pod: its volumes, and the token of its ServiceAccount. */
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ApiServerAccess } from '../../control-plane/api-server.ts';
import type { ClusterObjects } from '../../control-plane/apply.ts';
import type { AnyObject, AnyObjects } from './any-objects.ts';
import type { Pod, Volume } from './pod.ts';

export interface PodCluster {
  readonly api: ApiServerAccess;
  readonly objects: ClusterObjects;
  readonly anyObjects: AnyObjects;
}

/** An object that a pod mounts is not there yet: a kubelet waits for it. */
export class MissingVolumeError extends Error {
  readonly code = 'MISSING_VOLUME';
}

interface PodFile {
  /** In the pod. */
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';
const configMapMode = 0o644;

/** Writes them below the folder, owned as in a pod. Rejects where a volume's object or entry is not there. */
export async function writePodFiles(cluster: PodCluster, pod: Pod, folder: string): Promise<void> {
  const files = [...(await accountFiles(cluster, pod)), ...(await volumeFiles(cluster, pod))];
  for (const { path, content, mode } of files) {
    const there = join(folder, path);
    mkdirSync(dirname(there), { recursive: true });
    writeFileSync(there, content, { mode });
    chownSync(there, 0, pod.spec.securityContext.fsGroup);
  }
}

async function accountFiles({ api, objects }: PodCluster, { metadata, spec }: Pod): Promise<readonly PodFile[]> {
  if (!spec.automountServiceAccountToken) return [];
  const namespace = metadata.namespace!;
  const token = await objects.serviceAccountToken(namespace, spec.serviceAccountName);
  const contents = { token, namespace, 'ca.crt': api.authority };
  return Object.entries(contents).map(([name, content]) => ({
    path: `${accountFolder}/${name}`,
    content,
    mode: 0o640,
  }));
}

async function volumeFiles({ anyObjects }: PodCluster, { metadata, spec }: Pod): Promise<readonly PodFile[]> {
  const [container] = spec.containers;
  const files: PodFile[] = [];
  for (const { name, mountPath } of container!.volumeMounts) {
    const volume = spec.volumes.find((each) => each.name === name);
    if (volume === undefined) throw new Error(`the pod has no volume ${name}`);
    for (const file of await contentsOf(volume, metadata.namespace!, anyObjects)) {
      files.push({ ...file, path: `${mountPath}/${file.path}` });
    }
  }
  return files;
}

async function contentsOf(
  { configMap, secret }: Volume,
  namespace: string,
  objects: AnyObjects,
): Promise<readonly PodFile[]> {
  if (configMap !== undefined) {
    const data = await dataOf('ConfigMap', namespace, configMap.name, objects);
    return Object.entries(data).map(([path, content]) => ({ path, content, mode: configMapMode }));
  }
  const { secretName, defaultMode, items } = secret!;
  const data = await dataOf('Secret', namespace, secretName, objects);
  return items.map(({ key, path }) => {
    const content = data[key];
    if (content === undefined) throw new Error(`the Secret ${secretName} has no entry ${key}`);
    return { path, content: Buffer.from(content, 'base64').toString(), mode: defaultMode };
  });
}

async function dataOf(
  kind: 'ConfigMap' | 'Secret',
  namespace: string,
  name: string,
  objects: AnyObjects,
): Promise<Readonly<Record<string, string>>> {
  const found = await objects.get<AnyObject & { readonly data: Readonly<Record<string, string>> }>({
    apiVersion: 'v1',
    kind,
    metadata: { namespace, name },
  });
  if (found === undefined) throw new MissingVolumeError(`there is no ${kind} ${name} in ${namespace}`);
  return found.data;
}
