/** Ends whatever runs in a control plane's folder and removes the folder. The executables stay where they are. */
import { rm } from 'node:fs/promises';
import { endProcesses } from './processes.ts';
import { readState } from './state.ts';

/** Returns false, and touches nothing, where `directory` holds no control plane. */
export async function removeControlPlane(directory: string): Promise<boolean> {
  const state = await readState(directory);
  if (state === undefined) return false;
  await endProcesses(Object.values(state.pids), state.directory);
  await rm(directory, { recursive: true, force: true });
  return true;
}
