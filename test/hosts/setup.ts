/** Opens the room, with the edge and the old resolver in it, once for all test files. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Edge, startEdge } from './edge/edge.ts';
import { startOldResolver } from './old-resolver.ts';
import { downloadedPackages } from './packages.ts';
import { buildPrograms } from './programs/build.ts';
import { openRoom, type Room } from './room/room.ts';

export interface Scene {
  readonly room: Room;
  /** Of the host that runs the edge. */
  readonly edge: Edge;
  readonly edgeProcessId: number;
  /** Shared by the machine and all hosts. */
  readonly directory: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly scene: Scene;
  }
}

/** As room/sweep.sh has it; followed by the process whose folder it is. */
const prefix = 'kube-doh-hosts-';

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const packages = downloadedPackages();
  removeLeftovers();
  const directory = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  const { room, close } = await openRoom(directory, packages);
  const end = async (): Promise<void> => {
    await close();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const [{ edge, host }] = await Promise.all([
      startEdge(room, directory),
      startOldResolver(room, directory),
      buildPrograms(directory),
    ]);
    project.provide('scene', { room, edge, edgeProcessId: host.processId, directory });
  } catch (error) {
    await end();
    throw error;
  }
  return end;
}

/** Folders of tests that were killed. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const [, processId] = new RegExp(`^${prefix}(\\d+)-`).exec(name) ?? [];
    if (processId === undefined || existsSync(`/proc/${processId}`)) continue;
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
