/** Helm as its users have it, built once from its released Go module, with folders of the test's own. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultCacheFolder } from '../../control-plane/binaries.ts';
import { buildProgram, type GoProgram, goModulesFolder } from '../../control-plane/build.ts';

const program: GoProgram = {
  name: 'helm',
  version: 'v4.3.1',
  goModule: 'helm',
  mainPackage: 'helm.sh/helm/v4/cmd/helm',
  linkerFlags: ['-X', 'helm.sh/helm/v4/internal/version.version=v4.3.1'],
};

/** What a build may take on two processors. */
export const buildMilliseconds = 15 * 60 * 1000;

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
    return new Helm(await findOrBuild(), directory, kubeconfigPath);
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

async function findOrBuild(): Promise<string> {
  const files = ['go.mod', 'go.sum'].map((file) => readFile(join(goModulesFolder, program.goModule, file), 'utf8'));
  const facts = [program, ...(await Promise.all(files)), process.platform, process.arch];
  const key = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
  const cache = process.env['KUBE_DOH_CACHE'];
  const folder = join(cache ? resolve(cache) : defaultCacheFolder, 'helm', key, 'bin');
  const path = join(folder, program.name);
  try {
    await access(path, constants.X_OK);
    return path;
  } catch {
    process.stdout.write(`building Helm ${program.version} into ${folder}, once: some minutes\n`);
    return buildProgram(program, folder);
  }
}
