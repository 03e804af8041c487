/**
 * Remarks: why names of a cluster have no records, one line of JSON for each base name (docs/remarks.md).
 *
 * The agent writes them, since it knows Kubernetes; the edge finds the one that fits a name, and fills in what was asked.
 * Whoever reads a line trusts nothing in it: text is printable ASCII of bounded length, and names are names.
 */
import { parseJsonObject } from '../json-object.ts';
import { maxLineOctets } from '../supplement/supplement.ts';

/** Sentences in which `{zone}`, `{label}` and `{child}` stand for parts of the name that was asked (`fillIn`). */
export interface Remark {
  /** Stable: `A` to `Z`, `0` to `9` and `_`. */
  readonly code: string;
  /** One plain sentence: why. */
  readonly cause: string;
  /** One plain sentence: what to do. */
  readonly next: string;
}

/** What there is to say of a base name and of the names below it. */
export interface NameRemarks {
  /** Relative to the zone, in lower case, without a final dot: `redis-headless.cache.svc`; empty for the zone's own name. */
  readonly name: string;
  /** Why this name has no records. */
  readonly at?: Remark;
  /** Why a name below it that is not in `names` does not exist. */
  readonly below?: Remark;
  /** The same for names whose first label begins with `_`. */
  readonly service?: Remark;
  /** Names below it that one may expect, such as `redis-2` or `_redis._tcp`, and why they are not there. */
  readonly names?: { readonly [labels: string]: Remark };
}

/** Undefined where the line is none. `names` has no prototype: any label may be looked up in it. */
export function readRemarkLine(text: string): NameRemarks | undefined {
  const { name, at, below, service, names } = parseJsonObject(text, maxLineOctets) ?? {};
  if (!isName(name)) return undefined;
  const expected: Record<string, Remark> = Object.create(null);
  for (const [labels, value] of Object.entries(names ?? {})) {
    const remark = readRemark(value);
    if (isName(labels) && remark) expected[labels] = remark;
  }
  const line: { -readonly [Key in keyof NameRemarks]: NameRemarks[Key] } = { name, names: expected };
  for (const [key, value] of Object.entries({ at, below, service })) {
    const remark = readRemark(value);
    if (remark) line[key as 'at'] = remark;
  }
  return line;
}

/** The remark on the name with these labels in front of the line's name: empty for that name itself. */
export function remarkOn({ at, below, service, names = {} }: NameRemarks, labels: string): Remark | undefined {
  if (labels === '') return at;
  return (Object.hasOwn(names, labels) && names[labels]) || (labels.startsWith('_') && service) || below;
}

/**
 * `text` with what was asked: `zone` without a final dot, and the labels in front of the line's name. `{child}` stands for
 * the last of these, the one next to the line's name.
 */
export function fillIn(text: string, zone: string, labels: string): string {
  return text
    .split(/(\{\w+\})/)
    .map((part) =>
      part === '{zone}' ? zone : part === '{label}' ? labels : part === '{child}' ? labels.split('.').at(-1) : part,
    )
    .join('');
}

function readRemark(value: unknown): Remark | undefined {
  const { code, cause, next } = (value ?? {}) as { readonly [field: string]: unknown };
  return isText(code) && /^[A-Z][A-Z0-9_]+$/.test(code) && isText(cause) && isText(next)
    ? { code, cause, next }
    : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && /^[ -~]{1,400}$/.test(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length < 254 && /^([a-z0-9_-]{1,63}(\.(?!$)|$))*$/.test(value);
}
