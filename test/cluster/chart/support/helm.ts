/** Helm as its users have it, built once from its released Go module, with folders of the test's own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GoProgram } from '../../control-plane/build.ts';
import { cachedProgram } from '../../control-plane/cached-program.ts';

export { buildMilliseconds } from '../../control-plane/cached-program.ts';

/** For `cachedProgram`. */
export const helmProgram: GoProgram = {
  name: 'helm',
  version: 'v4.3.1',
  goModule: 'helm',
  mainPackage: 'helm.sh/helm/v4/cmd/helm',
  linkerFlags: ['-X', 'helm.sh/helm/v4/internal/version.version=v4.3.1'],
};

export const chartPath = fileURLToPath(new URL('../../../../deploy/chart', import.meta.url));

export interface HelmRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Helm {
  readonly #path: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(path: string, directory: string, kubeconfigPath: string | undefined) {
    this.#path = path;
    this.#environment = {
      PATH: process.env['PATH'],
      HOME: directory,
      HELM_CACHE_HOME: join(directory, 'helm-cache'),
      HELM_CONFIG_HOME: join(directory, 'helm-config'),
      HELM_DATA_HOME: join(directory, 'helm-data'),
      ...(kubeconfigPath !== undefined && { KUBECONFIG: kubeconfigPath }),
    };
  }

  /** Builds it where it is missing. Without a kubeconfig it speaks to no cluster. */
  static async find(directory: string, kubeconfigPath?: string): Promise<Helm> {
    return new Helm(await cachedProgram(helmProgram), directory, kubeconfigPath);
  }

  /** To its end, whatever that is. */
  tries(args: readonly string[]): Promise<HelmRun> {
    const options = { env: this.#environment, timeout: 200_000, maxBuffer: 16 * 1024 * 1024 };
    return new Promise((settle) => {
      const child = execFile(this.#path, args, options, (_error, stdout, stderr) => {
        settle({ exitCode: child.exitCode, stdout, stderr });
      });
    });
  }

  /** What it prints. Rejects with its complaints when it fails. */
  async run(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.tries(args);
    if (exitCode !== 0) throw new Error(`helm ${args.join(' ')} ended with ${exitCode}: ${stderr}${stdout}`);
    return stdout;
  }
}
