/** What is left of an API object once it is trimmed, and how the parts that were lost are told. */
import { maxLabelOctets } from '../../zone/name.ts';
import type { Problem } from '../cluster.ts';
import type { ChangeTrigger } from './change-trigger.ts';
import { type Fields, fieldsOf, isAbsent, isObject, quote, textOf } from './json.ts';

export interface Trimmed<T> {
  /** `namespace/name`, or the name of a Namespace. */
  readonly key: string;
  /** Undefined when the object makes no records: it is malformed, or has nothing to publish yet. */
  readonly value: T | undefined;
  /** What of the object was lost; the first few of very many. */
  readonly problems: readonly Problem[];
  /** Of a slice, when its controller says what it was changed for. It is told with the change, and not kept. */
  readonly trigger?: ChangeTrigger;
}

const maxProblems = 10;

/** Collects the problems of one object. A slice with a thousand bad addresses needs no thousand complaints. */
export class ProblemList {
  readonly #object: string;
  readonly #problems: Problem[] = [];
  #more = 0;

  /** `object` as in Problem. */
  constructor(object: string) {
    this.#object = object;
  }

  add(reason: string): void {
    if (this.#problems.length < maxProblems) this.#problems.push({ object: this.#object, reason });
    else this.#more += 1;
  }

  get all(): readonly Problem[] {
    return this.#more === 0
      ? this.#problems
      : [...this.#problems, { object: this.#object, reason: `and ${this.#more} more` }];
  }
}

/** The name and namespace of an object. */
export interface Identity {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Trims an object of a namespace. `trim` sees only objects with a usable identity; it returns undefined when there is
 * nothing to publish.
 */
export function trimNamespaced<T>(
  kind: string,
  object: unknown,
  trim: (identity: Identity, fields: Fields, problems: ProblemList) => T | undefined,
): Trimmed<T> {
  const fields = fieldsOf(object);
  const metadata = fieldsOf(fields['metadata']);
  const namespace = textOf(metadata['namespace']);
  const name = textOf(metadata['name']);
  const key = `${shownName(namespace)}/${shownName(name)}`;
  const problems = new ProblemList(`${kind} ${key}`);
  if (namespace === undefined || !isLabel(namespace)) {
    problems.add(`metadata.namespace: ${quote(metadata['namespace'])} is not a namespace's name`);
  } else if (name === undefined || !isObjectName(name)) {
    problems.add(`metadata.name: ${quote(metadata['name'])} is not an object's name`);
  } else {
    const value = trim({ namespace, name }, fields, problems);
    return { key, value, problems: problems.all };
  }
  return { key, value: undefined, problems: problems.all };
}

/** A name as a part of a key and of a log line. What is no name of an object is cut, and its line breaks are escaped. */
export function shownName(name: string | undefined): string {
  return name === undefined ? '?' : isObjectName(name) ? name : quote(name);
}

/** Looser than any rule of Kubernetes: short, one word, and no path. */
function isObjectName(text: string): boolean {
  return text.length <= 253 && /^[!-.0-~]+$/.test(text);
}

/** Whether the text is a label as Kubernetes names objects and hosts (RFC 1123 §2.1, lower case). */
export function isLabel(text: string): boolean {
  return text.length <= maxLabelOctets && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
}

/**
 * The items of a list that may be left out, up to `maxItems` of them; more of them, or something else than a list, is a
 * problem. The first ones stay: a list that grows past the limit loses no record that it had.
 */
export function itemsOf(value: unknown, path: string, maxItems: number, problems: ProblemList): readonly unknown[] {
  if (isAbsent(value)) return [];
  if (Array.isArray(value)) {
    if (value.length <= maxItems) return value;
    problems.add(`${path} has ${value.length} items; only the first ${maxItems} count`);
    return value.slice(0, maxItems);
  }
  problems.add(`${path} is ${quote(value)}, not a list`);
  return [];
}

/** The fields of an object that must be there; undefined, and a problem, when it is not or is something else. */
export function objectAt(value: unknown, path: string, problems: ProblemList): Fields | undefined {
  if (isObject(value)) return value;
  problems.add(`${path} is ${quote(value)}, not an object`);
  return undefined;
}

/** The fields of an object that may be left out: none then. Undefined, and a problem, when it is something else. */
export function optionalObjectAt(value: unknown, path: string, problems: ProblemList): Fields | undefined {
  return isAbsent(value) ? fieldsOf(value) : objectAt(value, path, problems);
}
