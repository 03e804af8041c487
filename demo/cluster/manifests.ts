/** Manifests as people write them: YAML documents, each one object or a List of them. Pure. */
import { parseAllDocuments } from 'yaml';
import { isObject } from './registry/manifest-reader.ts';
import { type Resource, resourceOfKind } from './resources.ts';
import type { JsonObject, JsonValue } from './types.ts';

/** An object of a manifest, not checked yet. */
export interface Manifest {
  readonly resource: Resource;
  /** The namespace that it names, "default" if it names none, undefined if its kind has none. */
  readonly namespace: string | undefined;
  readonly body: JsonObject;
}

/** Manifests that cannot be read; one line per problem. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  readonly code = 'BAD_MANIFEST';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Reads all documents of the texts, Namespaces first; throws a ManifestError that names every problem. */
export function readManifests(texts: readonly string[]): readonly Manifest[] {
  const manifests: Manifest[] = [];
  const problems: string[] = [];
  for (const [textIndex, text] of texts.entries()) {
    for (const [documentIndex, document] of [...parseAllDocuments(text)].entries()) {
      const where = `manifest ${textIndex + 1}, document ${documentIndex + 1}`;
      const [syntaxError] = document.errors;
      if (syntaxError !== undefined) {
        problems.push(`${where}: ${syntaxError.message.split('\n')[0]}`);
        continue;
      }
      for (const body of objectsOf(document.toJS() as JsonValue)) {
        try {
          manifests.push(manifestOf(body));
        } catch (error) {
          problems.push(`${where}: ${(error as Error).message}`);
        }
      }
    }
  }
  if (problems.length > 0) throw new ManifestError(problems);
  const isNamespace = ({ resource }: Manifest) => resource.plural === 'namespaces';
  return [...manifests.filter(isNamespace), ...manifests.filter((manifest) => !isNamespace(manifest))];
}

/** One object as a manifest; throws a ManifestError. */
export function manifestOf(body: JsonValue): Manifest {
  if (!isObject(body)) throw new ManifestError(['not an object']);
  const { apiVersion, kind, metadata } = body;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    throw new ManifestError(['apiVersion or kind is missing']);
  }
  const resource = resourceOfKind(apiVersion, kind);
  if (resource === undefined) {
    throw new ManifestError([`no matches for kind "${kind}" in version "${apiVersion}"`]);
  }
  const named = isObject(metadata) ? metadata['namespace'] : undefined;
  const namespace = resource.namespaced ? (typeof named === 'string' ? named : 'default') : undefined;
  return { resource, namespace, body };
}

/** An empty document holds nothing, a List its items. */
function objectsOf(value: JsonValue): readonly JsonValue[] {
  if (value === null) return [];
  if (isObject(value) && value['kind'] === 'List' && Array.isArray(value['items'])) return value['items'];
  return [value];
}
