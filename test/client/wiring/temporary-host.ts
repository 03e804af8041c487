/** A folder that looks like a host: its files are real, its programs only noted. */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Ran } from '../../../client/wiring/host.ts';
import type { Command } from '../../../client/wiring/step.ts';
import { SystemHost } from '../../../client/wiring/system-host.ts';

/** Content by path; `-> ` in front makes it a link. */
export type Files = Readonly<Record<string, string>>;

export class TemporaryHost extends SystemHost {
  readonly root: string;
  readonly commands: string[] = [];
  readonly #programs: (command: string) => Partial<Ran>;

  /** `programs` says what a command line gives; without it, success and no text. */
  constructor(platform: NodeJS.Platform, root: string, programs: (command: string) => Partial<Ran> = () => ({})) {
    super(platform, root);
    this.root = root;
    this.#programs = programs;
  }

  override run(command: Command): Ran {
    const line = command.join(' ');
    this.commands.push(line);
    return { code: 0, stdout: '', stderr: '', ...this.#programs(line) };
  }

  override async pause(): Promise<void> {}

  override async answers(): Promise<boolean> {
    return true;
  }
}

/** Gone with the end of the test. */
export function temporaryRoot(files: Files = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, content] of Object.entries(files)) write(root, path, content);
  return root;
}

export function write(root: string, path: string, content: string): void {
  const at = join(root, path);
  mkdirSync(dirname(at), { recursive: true });
  if (content.startsWith('-> ')) symlinkSync(content.slice(3), at);
  else writeFileSync(at, content);
}

/** Everything in the folder: kind, permissions and octets by path. */
export function treeOf(root: string): Files {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(paths.map((path) => [`/${path}`, entryOf(join(root, path))]));
}

function entryOf(path: string): string {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  const mode = (stats.mode & 0o7777).toString(8);
  return stats.isDirectory() ? `folder ${mode}` : `${mode} ${readFileSync(path, 'latin1')}`;
}
