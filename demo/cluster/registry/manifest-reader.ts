/**
 * Reads the fields of a manifest as an API server does: a field of the wrong type is refused at once (BadRequest), wrong
 * values are collected, so that one answer (Invalid) names them all.
 */
import { apiVersionOf, type Resource } from '../resources.ts';
import { badRequest, invalid, type StatusCause } from '../status.ts';
import type { JsonObject, JsonValue, Labels } from '../types.ts';

type Field = JsonValue | undefined;

export class ManifestReader {
  readonly #resource: Resource;
  readonly #causes: StatusCause[] = [];

  constructor(resource: Resource) {
    this.#resource = resource;
  }

  /** The object, empty if the field is absent. */
  object(value: Field, path: string): JsonObject {
    if (value === undefined || value === null) return {};
    if (!isObject(value)) throw this.#mistyped(path, 'an object');
    return value;
  }

  /** The list, empty if the field is absent. */
  list(value: Field, path: string): readonly JsonValue[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.#mistyped(path, 'a list');
    return value;
  }

  /** The text, or undefined if the field is absent or empty. */
  text(value: Field, path: string): string | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') throw this.#mistyped(path, 'a string');
    return value;
  }

  integer(value: Field, path: string): number | undefined {
    if (value === undefined || value === null) return undefined;
    if (!Number.isInteger(value)) throw this.#mistyped(path, 'an integer');
    return value as number;
  }

  flag(value: Field, path: string): boolean | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'boolean') throw this.#mistyped(path, 'true or false');
    return value;
  }

  /** Labels, annotations or a selector: a map of texts. */
  labels(value: Field, path: string): Labels | undefined {
    if (value === undefined || value === null) return undefined;
    const map = this.object(value, path);
    for (const [key, text] of Object.entries(map)) {
      if (typeof text !== 'string') throw this.#mistyped(`${path}.${key}`, 'a string');
    }
    return map as Labels;
  }

  /** One of the allowed words, or the first of them if the field is absent. */
  oneOf<Word extends string>(value: Field, path: string, allowed: readonly [Word, ...Word[]]): Word {
    const text = this.text(value, path) ?? allowed[0];
    const word = allowed.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    const supported = allowed.map((candidate) => `"${candidate}"`).join(', ');
    this.reject('FieldValueNotSupported', path, `Unsupported value: "${text}": supported values: ${supported}`);
    return allowed[0];
  }

  /** Notes a wrong value and goes on reading. */
  reject(reason: CauseReason, field: string, message: string): void {
    this.#causes.push({ reason, message, field });
  }

  required(field: string, why = ''): void {
    this.reject('FieldValueRequired', field, why === '' ? 'Required value' : `Required value: ${why}`);
  }

  wrong(field: string, value: Field, why: string): void {
    this.reject('FieldValueInvalid', field, `Invalid value: ${JSON.stringify(value)}: ${why}`);
  }

  /** Throws Invalid if any value was wrong. */
  finish(name: string): void {
    if (this.#causes.length > 0) throw invalid(this.#resource.group, this.#resource.kind, name, this.#causes);
  }

  #mistyped(path: string, expected: string) {
    const { kind } = this.#resource;
    const subject = `${kind} in version "${apiVersionOf(this.#resource)}"`;
    return badRequest(`${subject} cannot be handled as a ${kind}: ${path} is not ${expected}`);
  }
}

type CauseReason =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueDuplicate';

/** Whether a JSON value is an object, and no list. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
