/** Label and field selectors: which objects a query or a Service means. Pure. */
import { badRequest } from './status.ts';
import type { ApiObject, JsonObject, JsonValue, Labels, ResourceName } from './types.ts';

/** Says whether an object is meant. */
export type Matcher = (object: ApiObject) => boolean;

/** Whether the labels carry every pair of a Service's or workload's selector. */
export function carriesAll(labels: Labels | undefined, selector: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels?.[key] === value);
}

/**
 * Parses `labelSelector=`: `a=b`, `a==b`, `a!=b`, `a`, `!a`, `a in (b,c)`, `a notin (b,c)`, `a>1`, `a<1`; throws
 * BadRequest.
 */
export function parseLabelSelector(text: string): Matcher {
  const requirements = split(text).map(parseLabelRequirement);
  return (object) => requirements.every((holds) => holds(object.metadata.labels ?? {}));
}

/** Parses `fieldSelector=` over the fields that a real server offers for the resource; throws BadRequest. */
export function parseFieldSelector(resource: ResourceName, text: string): Matcher {
  const requirements = split(text).map((requirement) => {
    const [, field, operator, value] = /^([^!=]+?)(==?|!=)(.*)$/.exec(requirement) ?? [];
    if (field === undefined) throw badRequest(`invalid selector: '${text}'; can't understand '${requirement}'`);
    const path = selectableFields(resource)
      .find((selectable) => selectable === field)
      ?.split('.');
    if (path === undefined) throw badRequest(`field label not supported: ${field}`);
    return (object: ApiObject) => (fieldAt(object, path) === value) === (operator !== '!=');
  });
  return (object) => requirements.every((holds) => holds(object));
}

function selectableFields(resource: ResourceName): readonly string[] {
  switch (resource) {
    case 'pods':
      return ['metadata.name', 'metadata.namespace', 'spec.nodeName', 'status.phase', 'status.podIP'];
    case 'namespaces':
      return ['metadata.name', 'status.phase'];
    case 'services':
      return ['metadata.name', 'metadata.namespace', 'spec.clusterIP', 'spec.type'];
    default:
      return ['metadata.name', 'metadata.namespace'];
  }
}

function fieldAt(object: ApiObject, path: readonly string[]): JsonValue {
  let value: JsonValue | undefined = object as unknown as JsonObject;
  for (const field of path) value = (value as JsonObject | undefined)?.[field];
  return value ?? '';
}

function parseLabelRequirement(text: string): (labels: Labels) => boolean {
  const set = /^([^\s!=,()]+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    const isIn = (labels: Labels) => labels[key] !== undefined && values.includes(labels[key]);
    return operator === 'in' ? isIn : (labels) => !isIn(labels);
  }
  const pair = /^([^\s!=,()]+)\s*(==?|!=)\s*([^\s!=,()]*)$/.exec(text);
  if (pair !== null) {
    const [, key = '', operator, value] = pair;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const bound = /^([^\s!=<>,()]+)\s*([<>])\s*(\d+)$/.exec(text);
  if (bound !== null) {
    const [, key = '', operator, number] = bound;
    const isBeyond = (value: number) => (operator === '>' ? value > Number(number) : value < Number(number));
    return (labels) => /^\d+$/.test(labels[key] ?? '') && isBeyond(Number(labels[key]));
  }
  const existence = /^(!?)\s*([^\s!=,()]+)$/.exec(text);
  if (existence !== null) {
    const [, not, key = ''] = existence;
    return (labels) => (labels[key] === undefined) === (not === '!');
  }
  throw badRequest(`unable to parse requirement: found '${text}', expected: identifier`);
}

/** Splits at commas outside parentheses. */
function split(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
