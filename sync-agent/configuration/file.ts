/**
 * Options as a file, in YAML or in JSON, which is YAML too. Keys are the flags without dashes in front, lists are lists:
 *
 *     cluster: prod
 *     alias: [prod.k8s.example.com]
 *     publish-interval: 5
 *     leader-elect: true
 */
import { type Document, parseDocument, visit } from 'yaml';
import { type FlagChecks, UsageError } from '../usage.ts';
import type { GivenValue, GivenValues, OptionTable } from './option.ts';
import { readSwitch } from './switch.ts';

/** `path` is for complaints. */
export function readOptionsFile(table: OptionTable, path: string, text: string, checks: FlagChecks): GivenValues {
  const given = new Map<string, GivenValue>();
  for (const [key, content] of checks.read(() => readEntries(path, text)) ?? []) {
    const label = `${path}: ${key}`;
    const value = checks.read(() => readValue(table, String(key), label, content));
    if (value !== undefined) given.set(String(key), { value, label });
  }
  return given;
}

/** All scalars as they are written: `007` stays `007`, and `no` is no switch. */
function readEntries(path: string, text: string): ReadonlyMap<unknown, unknown> {
  const document = parseDocument(text, { schema: 'failsafe', stringKeys: true });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) throw new UsageError(`${path} is not YAML: ${firstLineOf(fault)}`);
  keepNulls(document);
  const content = contentOf(document, path);
  if (content === null || content === '') return new Map();
  if (content instanceof Map) return content;
  throw new UsageError(`${path} has no options: write one on each line, such as "ttl: 30"`);
}

/** A value that was left out, as by a template, is none; `null` in quotes is a text. */
function keepNulls(document: Document): void {
  visit(document, {
    Scalar: (key, node) => {
      if (key !== 'key' && node.type === 'PLAIN' && /^(~|null|)$/i.test(node.source ?? '')) node.value = null;
    },
  });
}

function contentOf(document: Document, path: string): unknown {
  try {
    return document.toJS({ mapAsMap: true });
  } catch (error) {
    // Such as aliases of aliases without end.
    throw new UsageError(`${path} is not YAML of options: ${firstLineOf(error as Error)}`);
  }
}

function readValue(table: OptionTable, key: string, label: string, content: unknown): GivenValue['value'] {
  const option = Object.hasOwn(table, key) ? table[key] : undefined;
  if (option === undefined) throw new UsageError(`${label} is no option; a key is a flag without "--"`);
  if (content === null) throw new UsageError(`${label} has no value`);
  if (option.kind === 'list') {
    const parts = typeof content === 'string' ? [content] : content;
    if (Array.isArray(parts) && parts.every((part) => typeof part === 'string')) return parts;
    throw new UsageError(`${label} is neither a value nor a list of values`);
  }
  if (typeof content !== 'string') throw new UsageError(`${label} takes one value`);
  return option.kind === 'switch' ? readSwitch({ value: content, label }) : content;
}

/** Without the excerpt that follows. */
function firstLineOf({ message }: Error): string {
  return message.split('\n')[0]!.replace(/:$/, '');
}
