/** Teaches the API server further kinds of object. */
import type { ApiServer } from './api-server.ts';
import { clusterObjects } from './apply.ts';
import { parseManifests } from './manifests.ts';
import { waitUntil } from './wait-until.ts';

interface Definition {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const timeoutSeconds = 30;

/** `texts` are YAML texts of CustomResourceDefinitions. Returns when their objects can be written. */
export async function defineCustomResources(api: ApiServer, texts: readonly string[]): Promise<void> {
  const objects = clusterObjects(api);
  for (const { metadata } of await objects.apply(texts.flatMap(parseManifests))) {
    const isEstablished = async (): Promise<boolean> => {
      const definition = await objects.get<Definition>({ kind: 'CustomResourceDefinition', name: metadata.name });
      const conditions = definition?.status?.conditions ?? [];
      return conditions.some(({ type, status }) => type === 'Established' && status === 'True');
    };
    await waitUntil(`the API server to serve ${metadata.name}`, isEstablished, { timeoutSeconds });
  }
}
