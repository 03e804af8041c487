/**
 * Takes back what an install did, from the last step to the first, and nothing else: what somebody changed since stays as
 * it is, and is told. After each step the note says what is left, so it can be cut short anywhere and started again.
 */
import type { HostFacts } from './facts.ts';
import type { Host } from './host.ts';
import { reloadOf } from './reload.ts';
import { runAll } from './run-all.ts';
import { sha256 } from './sha256.ts';
import { undoCommand } from './started.ts';
import type { State } from './state.ts';
import { removeStateFile, writeStateFile } from './state-file.ts';
import { statePath } from './state-path.ts';
import type { Before, Command, Done } from './step.ts';

export interface Undone {
  /** What was left as it is, and why, a line each. */
  readonly problems: readonly string[];
  /** What the user has to do himself, a line each. */
  readonly byHand: readonly string[];
  /** Otherwise the note holds what can be tried again. */
  readonly isComplete: boolean;
}

/** `failed` is a step that was being taken just now, and that failed. */
export function undo(host: Host, facts: HostFacts, state: State, failed?: Done): Undone {
  const undoing = new Undoing(host, facts, failed);
  // The folders of the note go behind the note.
  const isOfNote = (step: Done) => step.kind === 'folder' && statePath(host.platform).startsWith(step.path);
  const ownFolders = state.done.filter(isOfNote);
  const steps = state.done.filter((step) => !isOfNote(step));
  const left: Done[] = [];
  for (let count = steps.length; count > 0; count -= 1) {
    const step = steps[count - 1]!;
    // A folder is tried again with what it holds.
    const isHeld = step.kind === 'folder' && left.some((each) => 'path' in each && each.path.startsWith(step.path));
    const others = steps.slice(0, count - 1);
    const noteInstead = (half: Done): void => keepNote([...ownFolders, ...others, half, ...left]);
    if (isHeld || !undoing.tryStep(step, noteInstead)) left.unshift(step);
    keepNote([...ownFolders, ...others, ...left]);
  }
  const isComplete = left.length === 0;
  if (isComplete) {
    removeStateFile(host);
    for (const folder of ownFolders.toReversed()) undoing.tryStep(folder);
  }
  return { problems: undoing.problems, byHand: undoing.byHand, isComplete };

  function keepNote(done: readonly Done[]): void {
    try {
      writeStateFile(host, { ...state, done });
    } catch {
      // A disk may take no more. The note from before has this step too, and undoing it twice does no harm.
    }
  }
}

type Edited = Extract<Done, { kind: 'edit' }>;

class Undoing {
  readonly problems: string[] = [];
  readonly byHand: string[] = [];
  readonly #host: Host;
  readonly #facts: HostFacts;
  readonly #failed: Done | undefined;

  constructor(host: Host, facts: HostFacts, failed: Done | undefined) {
    this.#host = host;
    this.#facts = facts;
    this.#failed = failed;
  }

  /** Whether there is nothing to try again. `noteInstead` notes that what is undone of the step may be a half. */
  tryStep(step: Done, noteInstead: (half: Done) => void = () => {}): boolean {
    try {
      this.#undo(step, noteInstead);
      return true;
    } catch (error) {
      this.problems.push((error as Error).message);
      return false;
    }
  }

  #undo(step: Done, noteInstead: (half: Done) => void): void {
    switch (step.kind) {
      case 'folder':
        this.#host.removeEmptyFolder(step.path);
        break;
      case 'file':
        this.#removeFile(step.path, step.sha256);
        break;
      case 'edit':
        this.#putBack(step, noteInstead);
        break;
      case 'run':
        this.#run([undoCommand(step.starts)], step === this.#failed);
        break;
      case 'reload': {
        const reload = reloadOf(step.service, this.#facts);
        if (reload.kind === 'by-hand') this.byHand.push(reload.what);
        else if (reload.kind === 'commands') this.#run(reload.commands, false);
      }
    }
  }

  /** What a command could not take away this time, it will not the next time either. */
  #run(commands: readonly Command[], mayFail: boolean): void {
    const problem = runAll(this.#host, commands);
    if (problem !== undefined && !mayFail) this.problems.push(problem);
  }

  #removeFile(path: string, hash: string): void {
    this.#host.sweep(path);
    if (this.#host.entry(path).kind === 'absent') return;
    if (this.#hashOf(path) === hash) this.#host.remove(path);
    else this.problems.push(`${path} is left as it is: it was changed since`);
  }

  #putBack(step: Edited, noteInstead: (half: Done) => void): void {
    const { path, sha256: hash, before, isUnderWay } = step;
    this.#host.sweep(path);
    // Also when the step was cut short after it was noted.
    if (!this.#isAsBefore(path, before)) {
      if (this.#hashOf(path) !== hash && !isUnderWay) {
        const kept = before.kind === 'file' ? `; what was there before is in ${before.keptAt}` : '';
        this.problems.push(`${path} is left as it is: it was changed since${kept}`);
        return;
      }
      noteInstead({ ...step, isUnderWay: true });
      if (!this.#restore(path, before)) return;
    }
    if (before.kind !== 'file') return;
    this.#host.sweep(before.keptAt);
    this.#host.remove(before.keptAt);
  }

  /** Whether it could be done. */
  #restore(path: string, before: Before): boolean {
    if (before.kind === 'symlink') {
      this.#host.replaceByLink(path, before.target);
      return true;
    }
    const kept = this.#host.read(before.keptAt);
    if (kept === undefined || sha256(kept) !== before.sha256) {
      this.problems.push(`${path} is left as it is: ${before.keptAt} no longer holds what was there before`);
      return false;
    }
    this.#host.overwrite(path, kept);
    return true;
  }

  #isAsBefore(path: string, before: Before): boolean {
    if (before.kind === 'file') return this.#hashOf(path) === before.sha256;
    const entry = this.#host.entry(path);
    return entry.kind === 'symlink' && entry.target === before.target;
  }

  /** Undefined for what is no file. */
  #hashOf(path: string): string | undefined {
    const octets = this.#host.entry(path).kind === 'file' ? this.#host.read(path) : undefined;
    return octets === undefined ? undefined : sha256(octets);
  }
}
