/** The ways in which users come to start `kube-doh dns`: Node takes more or less memory for each. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCommand } from '../../../deploy/bundle/bundle.ts';

export interface WayToStart {
  readonly name: string;
  /** What `dns` and its options come behind. */
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
}

export interface WaysToStart {
  /** In this order: the sources are compiled by the first that starts from them. */
  readonly all: readonly WayToStart[];
  readonly script: WayToStart;
  /** Removes what they need. */
  remove(): void;
}

const entry = (name: string): string => fileURLToPath(new URL(`../../../client/${name}`, import.meta.url));

export async function waysToStart(): Promise<WaysToStart> {
  const folder = mkdtempSync(join(tmpdir(), 'kube-doh-bench-'));
  const path = join(folder, 'kube-doh.mjs');
  writeFileSync(path, await bundleCommand());
  chmodSync(path, 0o755);
  const node = process.execPath;
  const script: WayToStart = { name: 'the script', command: [node, path], environment: {} };
  const byFirstLine = { PATH: [dirname(node), process.env['PATH']].join(delimiter) };
  const compiled = (place: string) => ({ NODE_COMPILE_CACHE: join(folder, place) });
  const sources: WayToStart = {
    name: 'the sources, for the first time',
    command: [node, entry('kube-doh.mjs')],
    environment: compiled('user'),
  };
  return {
    script,
    all: [
      script,
      { name: 'the script, by its first line', command: [path], environment: byFirstLine },
      sources,
      { ...sources, name: 'the sources, again' },
      // As the unit for systemd says, which each time begins with an empty folder.
      { name: 'the sources, as a service', command: [node, entry('start.mjs')], environment: compiled('service') },
    ],
    remove: () => rmSync(folder, { recursive: true }),
  };
}
