/**
 * The folder of one run: its sockets and what workerd reads. Each run has one of its own, with a name that nobody guesses. So
 * a workerd that an earlier run left behind, because it was killed, reaches nothing of this one; and it is found by that name
 * and ended before another one opens the same files.
 *
 * A run is alive as long as its socket answers, and its folder gets its name when it does. Two that start at the same moment
 * see each other, and both refuse.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { FolderError } from '../private-folder.ts';
import { runFiles } from '../workerd/configuration.ts';
import { endProcessesWith } from './processes.ts';

const alivePrefix = 'run-';
const openingPrefix = 'opening-';
/** What was not opened for so long never will be. */
const openingMilliseconds = 60_000;
/** sockaddr_un(7): 108 on Linux, 104 elsewhere, with a zero at the end. */
const maxSocketPathOctets = 103;
const longestSocketName = runFiles.workerdSocket(1_000_000);

export interface RunFolder {
  readonly path: string;
  /** Processes of an earlier run that had to be ended. */
  readonly endedProcesses: number;
  remove(): void;
}

/**
 * Makes the folder, lets `listen` open the socket `runFiles.kvSocket` in it, and clears away what earlier runs have left in
 * `data`. Rejects with FolderError: another run is alive, or the path is too long for sockets.
 */
export async function openRunFolder(data: string, listen: (folder: string) => Promise<void>): Promise<RunFolder> {
  const id = randomBytes(6).toString('hex');
  const path = join(data, `${alivePrefix}${id}`);
  const tooMany = Buffer.byteLength(join(path, longestSocketName)) - maxSocketPathOctets;
  if (tooMany > 0) {
    throw new FolderError(data, `is too long a path for sockets, by ${tooMany} octets: choose a shorter one`);
  }
  const opening = join(data, `${openingPrefix}${id}`);
  mkdirSync(opening, { mode: 0o700 });
  const remove = (): void => {
    for (const folder of [opening, path]) rmSync(folder, { recursive: true, force: true });
  };
  try {
    await listen(opening);
    renameSync(opening, path);
    return { path, endedProcesses: await clearEarlierRuns(data, path), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function clearEarlierRuns(data: string, own: string): Promise<number> {
  let ended = 0;
  for (const name of readdirSync(data)) {
    const path = join(data, name);
    if (name.startsWith(openingPrefix) && isOld(path)) rmSync(path, { recursive: true, force: true });
    if (!name.startsWith(alivePrefix) || path === own) continue;
    if (await answers(join(path, runFiles.kvSocket))) {
      throw new FolderError(data, 'is in use by another run: stop that one first');
    }
    ended += await endProcessesWith(`/${join(name, runFiles.configuration)}`);
    rmSync(path, { recursive: true, force: true });
  }
  return ended;
}

function isOld(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > openingMilliseconds;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
