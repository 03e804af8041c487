/** The two kinds of patch that kubectl sends. Pure: the patched value is a new one. */
import type { JsonObject, JsonValue } from '../types.ts';
import { isObject } from './manifest-reader.ts';

/** JSON merge patch (RFC 7396): null deletes, objects merge, everything else replaces. */
export function mergePatch(target: JsonValue | undefined, patch: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(patch)) return patch;
  return mergeObjects(isObject(target) ? target : {}, patch, mergePatch);
}

/**
 * Kubernetes' strategic merge patch, as far as kubectl uses it on the served resources: a merge patch whose lists of
 * objects with a known key merge by that key. Directives that only order or retain fields are left out.
 */
export function strategicMergePatch(
  target: JsonValue | undefined,
  patch: JsonValue | undefined,
): JsonValue | undefined {
  if (!isObject(patch)) return patch;
  return mergeObjects(isObject(target) ? target : {}, patch, mergeField);
}

type Merge = (target: JsonValue | undefined, patch: JsonValue | undefined, field: string) => JsonValue | undefined;

function mergeObjects(target: JsonObject, patch: JsonObject, merge: Merge): JsonObject {
  const merged: Record<string, JsonValue | undefined> = { ...target };
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith('$')) continue;
    if (value === null) delete merged[field];
    else merged[field] = merge(target[field], value, field);
  }
  return merged;
}

/** The patch merge keys of the API's Go types; ports of Services and containers differ, each list has one of the two. */
const MERGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  conditions: ['type'],
  containers: ['name'],
  env: ['name'],
  ownerReferences: ['uid'],
  ports: ['containerPort', 'port'],
};

function mergeField(target: JsonValue | undefined, patch: JsonValue | undefined, field: string) {
  const key = MERGE_KEYS[field]?.find((candidate) => Array.isArray(patch) && patch.every(hasField(candidate)));
  if (key === undefined || !Array.isArray(target)) return strategicMergePatch(target, withoutDirectives(patch));
  return mergeLists(target, patch as readonly JsonObject[], key);
}

function mergeLists(target: readonly JsonValue[], patch: readonly JsonObject[], key: string): JsonValue[] {
  const merged = [...target];
  for (const item of patch) {
    const index = merged.findIndex((candidate) => isObject(candidate) && candidate[key] === item[key]);
    const isDeletion = item['$patch'] === 'delete';
    if (index < 0 && !isDeletion) merged.push(withoutDirectives(item)!);
    else if (isDeletion) merged.splice(index, index < 0 ? 0 : 1);
    else merged[index] = strategicMergePatch(merged[index], item)!;
  }
  return merged;
}

/** A list without a counterpart is taken whole, but for what `$patch` means to delete from it. */
function withoutDirectives(value: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(value)) return value;
  return value.filter((item) => !isObject(item) || item['$patch'] === undefined);
}

function hasField(field: string) {
  return (item: JsonValue) => isObject(item) && item[field] !== undefined;
}
