/** workerd with a script of a test in the place of the Worker, and nothing else of the edge but what the test starts. */
import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { loadProgram, type Program } from '../../../edge/program/program.ts';
import { findWorkerd } from '../../../edge/workerd/find-workerd.ts';
import { Supervisor, type SupervisorOptions } from '../../../edge/workerd/supervisor.ts';

export const workerd = findWorkerd({ given: undefined, from: import.meta.filename, path: process.env['PATH'] });

export interface Line {
  readonly line: string;
  readonly kind: 'problem' | 'event';
}

/** `data` is the folder of everything; the sockets are in `data/run`, and what the objects keep beside it. */
export async function supervise(
  data: string,
  worker: string,
  more: Partial<SupervisorOptions> = {},
): Promise<{ readonly supervisor: Supervisor; readonly lines: readonly Line[] }> {
  const folder = join(data, 'run');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(data, 'objects'), { recursive: true });
  const lines: Line[] = [];
  const program: Program = { ...(await loadProgram()), worker };
  const supervisor = await Supervisor.start({
    workerd,
    folder,
    program,
    configuration: { variables: {}, rateLimits: {}, objects: [] },
    log: (line, kind) => lines.push({ line, kind }),
    ...more,
  });
  onTestFinished(() => supervisor.stop());
  return { supervisor, lines };
}

/** What it answers to a GET. */
export function ask(socketPath: string, path = '/'): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, agent: false }, (response) => text(response).then(resolve, reject))
      .on('error', reject)
      .end();
  });
}
