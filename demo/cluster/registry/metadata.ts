/** What a client may say about an object's metadata, read and checked. The server's own fields are not taken from it. */
import { randomInt } from 'node:crypto';
import type { Resource } from '../resources.ts';
import type { DraftMeta, JsonObject, JsonValue, Labels, OwnerReference } from '../types.ts';
import type { ManifestReader } from './manifest-reader.ts';

/**
 * The metadata of a manifest. A `generateName` without a name gets a random suffix. `managedFields` and finalizers are
 * not kept: this server neither tracks owners of fields nor waits for anybody before it deletes.
 */
export function readMetadata(
  resource: Resource,
  body: JsonObject,
  namespace: string | undefined,
  reader: ManifestReader,
): DraftMeta {
  const metadata = reader.object(body['metadata'], 'metadata');
  const generateName = reader.text(metadata['generateName'], 'metadata.generateName');
  const givenName = reader.text(metadata['name'], 'metadata.name');
  const name = givenName ?? (generateName === undefined ? '' : `${generateName}${randomSuffix()}`);
  if (name === '') reader.required('metadata.name', 'name or generateName is required');
  else checkName(resource, name, reader);
  const givenLabels = reader.labels(metadata['labels'], 'metadata.labels');
  const labels =
    resource.plural === 'namespaces' ? { ...givenLabels, 'kubernetes.io/metadata.name': name } : givenLabels;
  const annotations = reader.labels(metadata['annotations'], 'metadata.annotations');
  const owners = reader.list(metadata['ownerReferences'], 'metadata.ownerReferences');
  return {
    name,
    ...(generateName === undefined ? {} : { generateName }),
    ...(namespace === undefined ? {} : { namespace }),
    ...ifAny('labels', labels),
    ...ifAny('annotations', annotations),
    ...(owners.length === 0 ? {} : { ownerReferences: owners.map((owner) => readOwner(owner, reader)) }),
  };
}

/** The field with its map; a server does not store an empty one. */
function ifAny<Field extends string>(field: Field, map: Labels = {}): Partial<Record<Field, Labels>> {
  return Object.keys(map).length === 0 ? {} : ({ [field]: map } as Record<Field, Labels>);
}

/** Five letters and digits that cannot spell a word, as Kubernetes appends them to `generateName`. */
export function randomSuffix(): string {
  return Array.from({ length: 5 }, () => SAFE_ALPHABET[randomInt(SAFE_ALPHABET.length)]).join('');
}

/** Letters and digits without vowels and look-alikes. */
export const SAFE_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

function readOwner(value: JsonValue, reader: ManifestReader): OwnerReference {
  const path = 'metadata.ownerReferences';
  const owner = reader.object(value, path);
  return {
    apiVersion: reader.text(owner['apiVersion'], `${path}.apiVersion`) ?? '',
    kind: reader.text(owner['kind'], `${path}.kind`) ?? '',
    name: reader.text(owner['name'], `${path}.name`) ?? '',
    uid: reader.text(owner['uid'], `${path}.uid`) ?? '',
    ...(owner['controller'] === true ? { controller: true } : {}),
    ...(owner['blockOwnerDeletion'] === true ? { blockOwnerDeletion: true } : {}),
  };
}

/** Namespaces and Services are labels of DNS names (RFC 1123); other names may consist of several. */
function checkName(resource: Resource, name: string, reader: ManifestReader): void {
  if (resource.plural === 'namespaces' || resource.plural === 'services') {
    if (name.length > 63) reader.wrong('metadata.name', name, 'must be no more than 63 bytes');
    else if (!DNS_LABEL.test(name)) reader.wrong('metadata.name', name, NOT_A_LABEL);
  } else if (name.length > 253) {
    reader.wrong('metadata.name', name, 'must be no more than 253 bytes');
  } else if (!name.split('.').every((label) => DNS_LABEL.test(label))) {
    reader.wrong('metadata.name', name, NOT_A_SUBDOMAIN);
  }
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const NOT_A_LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const NOT_A_SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
