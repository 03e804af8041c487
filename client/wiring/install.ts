/**
 * Takes the steps of a plan. When one fails, all before it are undone and the host is as it was. An install that was there
 * is undone first; a file that anybody else has put where one of ours should go is never touched.
 */
import { setImmediate } from 'node:timers/promises';
import { absentFolders } from './absent-folders.ts';
import type { HostFacts } from './facts.ts';
import type { Host } from './host.ts';
import { formatListenAddress } from './listen-address.ts';
import { isMarked } from './mark.ts';
import type { Plan } from './plan.ts';
import { reloadOf } from './reload.ts';
import { runAll } from './run-all.ts';
import { serviceUnit } from './service/systemd.ts';
import { sha256 } from './sha256.ts';
import type { State } from './state.ts';
import { removeTraces, writeStateFile } from './state-file.ts';
import { statePath } from './state-path.ts';
import type { Done, Step } from './step.ts';
import { undo } from './undo.ts';
import { WiringError } from './wiring-error.ts';

export interface Installed {
  /** What the user has to do himself, a line each. */
  readonly byHand: readonly string[];
  /** What of an earlier install was left as it is, and why, a line each. */
  readonly problems: readonly string[];
}

const retryMilliseconds = 1000;

/**
 * `before` is what an earlier install has noted. A signal that ends it is a failure of the step that is being taken. Rejects
 * with WiringError.
 */
export async function install(
  host: Host,
  facts: HostFacts,
  plan: Plan,
  before: State | undefined,
  ending: AbortSignal = neverEnding,
): Promise<Installed> {
  refuseOccupied(host, plan, before);
  const problems = before === undefined ? [] : undoEarlier(host, facts, before);
  const taken = new Taken(host, plan);
  const byHand: string[] = [];
  try {
    if (before === undefined) removeTraces(host);
    taken.makeFolders(statePath(host.platform));
    for (const step of plan.steps) {
      await take(step);
      taken.settle();
      await endIfTold(ending);
    }
    return { byHand, problems };
  } catch (cause) {
    const undone = undo(host, facts, taken.state, taken.underWay);
    const left = [...problems, ...undone.problems];
    const asBefore = before === undefined ? 'everything is as it was' : 'everything is as before the earlier install';
    const rest = left.length === 0 ? asBefore : `undone but for this: ${left.join('; ')}`;
    throw new WiringError('STEP_FAILED', `nothing is installed: ${(cause as Error).message}; ${rest}`, { cause });
  }

  async function take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'file': {
        taken.makeFolders(step.path);
        const octets = Buffer.from(step.content);
        taken.note({ kind: 'file', path: step.path, sha256: sha256(octets) });
        return host.create(step.path, octets, step.mode);
      }
      case 'edit':
        return edit(host, taken, step);
      case 'run':
        taken.note({ kind: 'run', starts: step.starts });
        return failWith(await runPatiently(host, step));
      case 'reload': {
        if (step.when === 'undo') return taken.note({ kind: 'reload', service: step.service });
        const reload = reloadOf(step.service, facts);
        if (reload.kind === 'by-hand') byHand.push(reload.what);
        return failWith(reload.kind === 'commands' ? runAll(host, reload.commands) : undefined);
      }
      case 'await-stub': {
        const where = formatListenAddress(step.listen);
        const hint = facts.init.kind === 'systemd' ? ` (journalctl -u ${serviceUnit} tells why)` : '';
        return failWith(
          (await host.answers(step.listen, ending)) || ending.aborted
            ? undefined
            : `the stub does not answer at ${where}${hint}`,
        );
      }
    }
  }
}

const neverEnding = new AbortController().signal;

async function endIfTold(ending: AbortSignal): Promise<void> {
  // Steps wait in place; what came meanwhile is heard now.
  await setImmediate();
  if (ending.aborted) throw new Error('it was told to end');
}

/** What went wrong the last time; undefined when all is well. */
async function runPatiently(
  host: Host,
  { command, retries = 0 }: Extract<Step, { kind: 'run' }>,
): Promise<string | undefined> {
  for (let left = retries; ; left -= 1) {
    const problem = runAll(host, [command]);
    if (problem === undefined || left === 0) return problem;
    await host.pause(retryMilliseconds);
  }
}

/** What has been done so far, noted on the host before it is done. */
class Taken {
  readonly #host: Host;
  readonly #plan: Plan;
  #done: readonly Done[] = [];
  #underWay: Done | undefined;

  constructor(host: Host, plan: Plan) {
    this.#host = host;
    this.#plan = plan;
  }

  get state(): State {
    const { method, zones, listen, upstreams } = this.#plan;
    return { method, zones, listen, upstreams, done: this.#done };
  }

  /** What was noted, and may not have been done, or by half. */
  get underWay(): Done | undefined {
    return this.#underWay;
  }

  settle(): void {
    this.#underWay = undefined;
  }

  note(done: Done): void {
    this.#done = [...this.#done, done];
    this.#underWay = done;
    writeStateFile(this.#host, this.state);
  }

  /** In the place of what was noted last. */
  noteInstead(done: Done): void {
    this.#done = this.#done.slice(0, -1);
    this.note(done);
  }

  /** Those of the note itself cannot be noted before they are there. */
  makeFolders(path: string): void {
    for (const folder of absentFolders(this.#host, path)) {
      const isForNote = path === statePath(this.#host.platform);
      if (isForNote) this.#done = [...this.#done, { kind: 'folder', path: folder }];
      else this.note({ kind: 'folder', path: folder });
      this.#host.makeFolder(folder);
    }
  }
}

function edit(host: Host, taken: Taken, { path, content, keptAt }: Extract<Step, { kind: 'edit' }>): void {
  const octets = Buffer.from(content);
  const entry = host.entry(path);
  if (entry.kind === 'symlink') {
    const before = { kind: 'symlink', target: entry.target } as const;
    taken.note({ kind: 'edit', path, sha256: sha256(octets), before, isUnderWay: false });
    host.replace(path, octets, 0o644);
    return;
  }
  const kept = host.read(path);
  if (kept === undefined) throw new Error(`${path} is not there any more`);
  const before = { kind: 'file', keptAt: freePath(host, keptAt), sha256: sha256(kept) } as const;
  const done = { kind: 'edit', path, sha256: sha256(octets), before, isUnderWay: false } as const;
  taken.note({ ...done, isUnderWay: true });
  host.create(before.keptAt, kept, 0o644);
  host.overwrite(path, octets);
  taken.noteInstead(done);
}

/** What an uninstall could not put back stays where it is kept. */
function freePath(host: Host, path: string): string {
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? path : `${path}.${count}`;
    if (host.entry(candidate).kind === 'absent') return candidate;
  }
}

function failWith(problem: string | undefined): void {
  if (problem !== undefined) throw new Error(problem);
}

/** A file that an earlier install left, and that nobody changed, is no obstacle: it goes first. */
function refuseOccupied(host: Host, { steps }: Plan, before: State | undefined): void {
  for (const step of steps) {
    if (step.kind !== 'file' || host.entry(step.path).kind === 'absent') continue;
    const octets = host.entry(step.path).kind === 'file' ? host.read(step.path) : undefined;
    const noted = before?.done.find((done) => done.kind === 'file' && done.path === step.path);
    if (octets !== undefined && noted?.kind === 'file' && noted.sha256 === sha256(octets)) continue;
    const isOurs = octets !== undefined && isMarked(octets.toString('utf8'));
    throw new WiringError(
      'OCCUPIED',
      isOurs
        ? `${step.path} is from another install, or was changed since: move it away, and install again`
        : `${step.path} exists and is not kube-doh's: move it away, or choose another way with --method`,
    );
  }
}

/** What was left as it is. Throws WiringError when it must be tried again. */
function undoEarlier(host: Host, facts: HostFacts, before: State): readonly string[] {
  const { problems, isComplete } = undo(host, facts, before);
  if (isComplete) return problems;
  throw new WiringError('STEP_FAILED', `the earlier install cannot be undone: ${problems.join('; ')}`);
}
