/** Hosts that a user sets up by hand, with what `kube-doh config` prints and says in its comments. */
import { kubeDoh } from './kube-doh.ts';
import type { Host } from './room/host.ts';

export interface Recipe {
  readonly text: string;
  /** What is to be done, in order; a path is where the text goes. */
  readonly use: readonly string[];
  readonly verify: readonly string[];
  readonly undo: readonly string[];
}

export async function recipeFor(host: Host, target: string, ...args: readonly string[]): Promise<Recipe> {
  const text = await kubeDoh(host, 'config', '--for', target, ...args);
  return { text, use: notes(text, 'Use:'), verify: notes(text, 'Verify:'), undo: notes(text, 'Undo:') };
}

/** Follows it to the letter, up to the verification. */
export async function follow(host: Host, { text, use, verify }: Recipe): Promise<void> {
  for (const line of use) {
    const before = /, after "(.+)"$/.exec(line)?.[1];
    if (before !== undefined) await perform(host, before);
    const [path] = /^\/[^\s,]+/.exec(line) ?? [];
    if (path !== undefined) host.overwrite(path, text);
    else await perform(host, line);
  }
  for (const line of verify) await perform(host, line);
}

export async function undo(host: Host, recipe: Recipe): Promise<void> {
  for (const line of recipe.undo) await perform(host, line);
}

/** Lines that are no commands are for people. The user is root already. */
async function perform(host: Host, line: string): Promise<void> {
  if (!/^(sudo|getent|dig|resolvectl) /.test(line)) return;
  await host.run(['sh', '-ec', line.replaceAll('sudo ', '')]);
}

/** The lines of a label: its own, and those below that are set in as far. */
function notes(text: string, label: string): string[] {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`# ${label}`));
  const found = at === -1 ? [] : [lines[at]!.slice(`# ${label}`.length).trim()];
  for (let next = at + 1; at !== -1 && lines[next]?.startsWith('#        ') === true; next += 1) {
    found.push(lines[next]!.slice(1).trim());
  }
  return found;
}
