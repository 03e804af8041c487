/** The packets of corpus/, made by hand or found: what DNS servers failed on, and what must go on being answered. */
import { readdirSync, readFileSync } from 'node:fs';
import { type CorpusEntry, parseCorpus } from './packet-text.ts';

const directory = new URL('./corpus/', import.meta.url);

export interface CorpusFamily {
  readonly name: string;
  readonly entries: readonly CorpusEntry[];
}

/** Throws when a file cannot be read. */
export function readCorpus(): CorpusFamily[] {
  const files = readdirSync(directory).filter((file) => file.endsWith('.txt'));
  return files.sort().map((file) => ({
    name: file.slice(0, -'.txt'.length),
    entries: parseCorpus(readFileSync(new URL(file, directory), 'utf8')),
  }));
}
