/** The note of what an install did, kept on the host: written before each step, gone with the last one undone. */
import type { Host } from './host.ts';
import { formatState, parseState, type State } from './state.ts';
import { stateFolder, statePath } from './state-path.ts';
import { WiringError } from './wiring-error.ts';

/** Undefined when nothing is installed. Throws WiringError. */
export function readStateFile(host: Host): State | undefined {
  const path = statePath(host.platform);
  const octets = readOrExplain(host, path);
  return octets === undefined ? undefined : parseState(octets.toString('utf8'), path, host.platform);
}

/** Into its folder, which must be there. */
export function writeStateFile(host: Host, state: State): void {
  host.replace(statePath(host.platform), Buffer.from(formatState(state)), 0o644);
}

export function removeStateFile(host: Host): void {
  host.remove(statePath(host.platform));
}

/**
 * What an install has left that was killed before its first note, or an uninstall behind its last: the folder of the note,
 * with a part of one.
 */
export function removeTraces(host: Host): void {
  host.sweep(statePath(host.platform));
  host.removeEmptyFolder(stateFolder(host.platform));
}

function readOrExplain(host: Host, path: string): Buffer | undefined {
  try {
    return host.read(path);
  } catch (cause) {
    throw new WiringError('BAD_STATE', `cannot read ${path} (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}
