/** The comments of the chart's values.yaml as a table. Pure. */
import { isMap, type Node, parseDocument, type YAMLMap } from 'yaml';

/** One value that can be set. */
export interface ValueRow {
  /** Such as `image.tag`. */
  readonly path: string;
  /** In JSON. */
  readonly default: string;
  /** Empty where nothing is said. */
  readonly description: string;
}

/** A map of which no member is described is one value. Throws an error for what is not YAML. */
export function valueRows(text: string): readonly ValueRow[] {
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault !== undefined) throw fault;
  const { contents } = document;
  if (!isMap(contents)) return [];
  // Above the first value, YAML takes a comment for one of the document.
  contents.commentBefore ??= document.commentBefore;
  return [...rowsOf(contents, [])];
}

/** As a table of Markdown, with its titles. */
export function valuesTable(rows: readonly ValueRow[]): string {
  const lines = rows.map(({ path, default: text, description }) => `| \`${path}\` | \`${text}\` | ${description} |`);
  return ['| value | default | |', '|---|---|---|', ...lines].join('\n');
}

function* rowsOf(map: YAMLMap, parents: readonly string[]): Generator<ValueRow> {
  for (const { name, value, description } of membersOf(map)) {
    const path = [...parents, name];
    if (isMap(value) && isDescribedInside(value)) yield* rowsOf(value, path);
    else yield { path: path.join('.'), default: JSON.stringify(value.toJSON()), description };
  }
}

interface Member {
  readonly name: string;
  readonly value: Node;
  /** The comment right above it. */
  readonly description: string;
}

function membersOf(map: YAMLMap): Member[] {
  return map.items.map(({ key, value }, i) => {
    // YAML gives the comment above the first member to the map.
    const comment = (key as Node).commentBefore ?? (i === 0 ? map.commentBefore : undefined) ?? '';
    const description = comment.split('\n').map((line) => line.trim());
    return { name: String(key), value: value as Node, description: description.join(' ').trim() };
  });
}

function isDescribedInside(map: YAMLMap): boolean {
  return membersOf(map).some(
    ({ value, description }) => description !== '' || (isMap(value) && isDescribedInside(value)),
  );
}
