/** Where workerd is. It is 150 MB, so whoever hosts the edge brings it. */
import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/** It is not there. The message is one line that says how to get it. */
export class NoWorkerdError extends Error {
  readonly code = 'NO_WORKERD';

  constructor(reason: string) {
    super(`${reason}: "npm install workerd" beside kube-doh brings it, or pass --workerd FILE`);
    this.name = 'NoWorkerdError';
  }
}

export interface Places {
  /** As `--workerd` names it. */
  readonly given: string | undefined;
  /** A path of a file: packages are looked for beside it, as Node does. */
  readonly from: string;
  /** As the variable PATH has it. */
  readonly path: string | undefined;
}

/** The one that is given; or else that of the package `workerd`; or else the first in PATH. Throws NoWorkerdError. */
export function findWorkerd({ given, from, path = '' }: Places): string {
  if (given !== undefined) {
    const file = resolve(given);
    if (isProgram(file)) return file;
    throw new NoWorkerdError(`--workerd ${given} is no program`);
  }
  const inPath = path
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, 'workerd'))
    .find(isProgram);
  const found = packageFrom(from) ?? inPath;
  if (found === undefined) throw new NoWorkerdError('workerd is not here');
  return found;
}

/** The package tells the path of its binary for this system. */
function packageFrom(from: string): string | undefined {
  try {
    const { default: file } = createRequire(from)('workerd') as { default: unknown };
    return typeof file === 'string' && isProgram(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
