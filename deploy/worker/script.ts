/** The Worker as the one script that is uploaded, and its hash: the same octets wherever it runs. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorker } from '../../edge/program/bundle.ts';

const entry = fileURLToPath(new URL('../../worker/index.ts', import.meta.url));

/** Where wrangler.toml looks for it. */
export const scriptPath = fileURLToPath(new URL('../../dist/worker/worker.mjs', import.meta.url));

export interface Script {
  readonly octets: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Throws an error of one line when the sources do not build. */
export async function writeScript(): Promise<Script> {
  const text = Buffer.from(await bundleWorker(entry));
  mkdirSync(dirname(scriptPath), { recursive: true });
  // Whoever reads it meanwhile reads the one before.
  const unfinished = `${scriptPath}.${randomUUID()}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, scriptPath);
  return { octets: text.length, sha256: createHash('sha256').update(text).digest('hex') };
}
