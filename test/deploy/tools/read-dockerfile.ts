/** A Dockerfile as BuildKit reads it. */
import { execFileSync } from 'node:child_process';
import { toolOf } from './tools.ts';

export interface ReadDockerfile {
  /** What BuildKit's own checks complain of, each behind the number of its line. */
  readonly warnings: readonly string[];
  readonly stages: readonly Stage[];
  /** Of the image that would come out, as the Image Format Specification names it. */
  readonly config: {
    readonly User: string;
    readonly WorkingDir: string;
    readonly Entrypoint: readonly string[];
    readonly Cmd: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
  };
}

export interface Stage {
  readonly name: string;
  /** The reference of its base image. */
  readonly base: string;
  readonly platform: string;
  readonly copies: readonly { readonly from: string; readonly source: string; readonly to: string }[];
  /** How many commands it runs. */
  readonly runs: number;
}

/** Throws an error that has what BuildKit said when it is no Dockerfile. */
export function readDockerfile(path: string, buildArguments: Readonly<Record<string, string>>): ReadDockerfile {
  const args = Object.entries(buildArguments).map(([name, value]) => `${name}=${value}`);
  return JSON.parse(execFileSync(toolOf('dockerfile'), [path, ...args], { encoding: 'utf8' }));
}
