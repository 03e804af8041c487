/** The room that hosts stand in (room.sh): one for all test files. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { innermostOf, Program, runWell } from './namespaces.ts';

/** Plain data: it travels to the processes of the test files. */
export interface Room {
  /** Of its first process, in whose namespaces it is. */
  readonly processId: number;
  /** Inside the room: holds the layer of programs, and a folder for each host. */
  readonly directory: string;
  /** Of the machine, and seen at the same path on every host. */
  readonly sharedFolders: readonly string[];
}

/** Every address behind the router answers HTTP at this port, with the address itself. */
export const pagePort = 8080;

const projectFolder = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');

const script = fileURLToPath(new URL('./room.sh', import.meta.url));
const sweeper = fileURLToPath(new URL('./sweep.sh', import.meta.url));
const server = fileURLToPath(new URL('./addressed-server.mjs', import.meta.url));

/** `directory` is shared with every host. Its name begins as sweep.sh has it. */
export async function openRoom(
  directory: string,
  packages: string,
): Promise<{ readonly room: Room; close(): Promise<void> }> {
  const mountPoint = join(directory, 'room');
  mkdirSync(mountPoint);
  const sweep = (): Promise<string> => runWell(['unshare', '--mount', '--', sweeper, mountPoint]);
  await sweep();
  const program = new Program([
    // Whatever becomes of the tests, the room ends with them.
    ...['setpriv', '--pdeathsig=KILL', '--'],
    ...['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child=KILL', '--mount-proc', '--'],
    ...[script, mountPoint, packages, process.execPath, server, String(pagePort)],
  ]);
  await program.written('listening');
  const sharedFolders = [projectFolder, directory];
  const room = { processId: innermostOf(program.process.pid!), directory: mountPoint, sharedFolders };
  const close = async (): Promise<void> => {
    await program.kill();
    await sweep();
  };
  return { room, close };
}
