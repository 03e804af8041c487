/** Files as they are: what "byte for byte as before" compares. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Host } from './host.ts';

/** Path to a line that tells type, mode, owner, and content or target. */
export type Tree = ReadonlyMap<string, string>;

/** Where an installation, or a program that it configures, could write. */
const folders = [
  ...['/etc', '/home', '/root', '/run', '/srv', '/var/lib', '/var/spool'],
  ...['/usr/lib/systemd', '/usr/local/bin', '/usr/local/etc', '/usr/local/sbin'],
];

/** Nothing that anybody here would write is larger; of what is, the time tells. */
const mostHashedOctets = 1_000_000;

/** What systemd notes of the services that it runs, and folders that it makes when it first fences one in. */
const ofSystemd = ['dynamic-uid', 'inaccessible', 'incoming', 'journal', 'propagate', 'unit-root', 'units'];

/** Where every command that the user runs may keep what it computes anew when it is gone. */
const cache = '/root/.cache';

/** `except` are the paths of what the host's own programs write by themselves. */
export function treeOf(host: Host, except: readonly string[] = []): Tree {
  const tree = new Map<string, string>();
  const passedOver = new Set([...ofSystemd.map((name) => `/run/systemd/${name}`), cache, ...except]);
  const visit = (path: string): void => {
    if (passedOver.has(path)) return;
    const outside = host.outside(path);
    const stats = lstatSync(outside);
    tree.set(path, lineOf(outside, stats));
    if (stats.isDirectory()) for (const name of readdirSync(outside)) visit(join(path, name));
  };
  for (const folder of folders) if (host.has(folder)) visit(folder);
  return tree;
}

/** What differs, a line for each path; none when the trees are the same. */
export function differences(before: Tree, after: Tree): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths]
    .filter((path) => before.get(path) !== after.get(path))
    .sort()
    .map((path) => `${path}: ${before.get(path) ?? 'absent'} -> ${after.get(path) ?? 'absent'}`);
}

function lineOf(path: string, stats: Stats): string {
  const owner = `${stats.mode.toString(8)} ${stats.uid}:${stats.gid}`;
  if (stats.isSymbolicLink()) return `${owner} -> ${readlinkSync(path)}`;
  if (!stats.isFile()) return owner;
  if (stats.size > mostHashedOctets) return `${owner} ${stats.size} ${stats.mtime.toISOString()}`;
  return `${owner} ${stats.size} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}
