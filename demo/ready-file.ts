/** The ready file: where and how to ask, for programs that started the demo. */
import { renameSync, writeFileSync } from 'node:fs';

export interface ReadyFile {
  readonly url: string;
  /** Ends in /dns-query; the token is in its path. */
  readonly doh: string;
  readonly token: string | null;
  readonly cluster: string;
  /** Without final dots; the cluster's own domain first. */
  readonly zones: readonly string[];
  /** Path of the authority to trust, in PEM. */
  readonly ca: string | null;
}

/** Whoever waits for the file sees it whole or not at all. It holds a token, so only its owner may read it. */
export function writeReadyFile(path: string, ready: ReadyFile): void {
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, `${JSON.stringify(ready, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(partial, path);
}
