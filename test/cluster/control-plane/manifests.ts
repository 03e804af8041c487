/** Reads Kubernetes manifests: YAML with one object per document. Pure. */
import { parseAllDocuments } from 'yaml';
import { isKind, type Kind } from './kinds.ts';

/** One object of the API; its fields beyond these depend on its kind. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: Kind;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly resourceVersion?: string;
    readonly uid?: string;
  };
  readonly [field: string]: unknown;
}

/** The objects of a multi-document YAML text; empty documents are skipped. Throws an Error naming a faulty document. */
export function parseManifests(text: string): KubernetesObject[] {
  const objects: KubernetesObject[] = [];
  for (const [index, document] of parseAllDocuments(text).entries()) {
    const where = `document ${index + 1}`;
    const [fault] = document.errors ?? [];
    if (fault !== undefined) throw new Error(`${where}: ${fault.message}`);
    const content: unknown = document.toJS();
    if (content !== null) objects.push(requireObject(content, where));
  }
  return objects;
}

function requireObject(content: unknown, where: string): KubernetesObject {
  const { apiVersion, kind, metadata } = content as Partial<Record<string, unknown>>;
  if (typeof apiVersion !== 'string') throw new Error(`${where}: no apiVersion`);
  if (typeof kind !== 'string') throw new Error(`${where}: no kind`);
  if (!isKind(kind)) throw new Error(`${where}: the kind ${kind} is not known to kinds.ts`);
  if (typeof (metadata as { name?: unknown } | undefined)?.name !== 'string')
    throw new Error(`${where}: no metadata.name`);
  return content as KubernetesObject;
}
