/** What somebody with a token of one namespace must not learn: names of others. Pure but for the reading of the cluster. */
import type { ClusterObjects } from '../control-plane/apply.ts';
import type { Kind } from '../control-plane/kinds.ts';

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const kinds: readonly Kind[] = ['Service', 'Pod', 'StatefulSet', 'Deployment'];

/** Of all namespaces but this one, and of what is in them; none that something in this one has too. */
export async function foreignNames(objects: ClusterObjects, own: string): Promise<readonly string[]> {
  const namespaces = (await objects.list<Named>('Namespace')).map(({ metadata }) => metadata.name);
  const all = (await Promise.all(kinds.map((kind) => objects.list<Named>(kind)))).flat().map((each) => each.metadata);
  const ours = new Set([own, ...all.filter(({ namespace }) => namespace === own).map(({ name }) => name)]);
  return [...new Set([...namespaces, ...all.map(({ name }) => name)])].filter((name) => !ours.has(name));
}

/** Those that stand in a text as labels, but for the words that the asker has brought along. */
export function mentioned(names: readonly string[], text: string, asked: string): readonly string[] {
  const labels = new Set(labelsIn(text));
  for (const label of labelsIn(asked)) labels.delete(label);
  return names.filter((name) => labels.has(name));
}

/** Everything that may be a label, by itself or in a name. */
function labelsIn(text: string): string[] {
  // The label of EndpointSlices, which has the name of a Service that every cluster has.
  return (
    text
      .toLowerCase()
      .replaceAll('kubernetes.io/', '')
      .match(/[a-z0-9_-]+/g) ?? []
  );
}
