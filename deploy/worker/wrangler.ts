/** The `wrangler` of PATH, which npm scripts find in node_modules: what is asked of the account goes through it. */
import { spawn } from 'node:child_process';
import { type Place, production, repository } from './configuration.ts';

/** It could not be started, or ended with a failure. The message is one line. */
export class WranglerError extends Error {
  readonly code = 'WRANGLER';

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'WranglerError';
  }
}

/** For one environment. */
export class Wrangler {
  readonly #flags: readonly string[];
  readonly #variables: NodeJS.ProcessEnv;

  /** `variables`: PATH, and what wrangler takes from there, such as CLOUDFLARE_API_TOKEN. */
  constructor({ environment, file }: Place, variables: NodeJS.ProcessEnv) {
    // An empty name is the top level, and keeps wrangler from asking which one is meant.
    const flag = `--env=${environment === production ? '' : environment}`;
    this.#flags = file === undefined ? [flag] : [flag, `--config=${file}`];
    this.#variables = variables;
  }

  /** The names of the Worker's secrets; `absent` when the account has no such Worker. Rejects with WranglerError. */
  async listSecrets(): Promise<readonly string[] | 'absent'> {
    const { code, output, errors } = await this.#run(['secret', 'list', '--format', 'json']);
    if (code !== 0) {
      if (/Worker "[^"]*".* not found/.test(output + errors)) return 'absent';
      throw new WranglerError(`wrangler cannot list the secrets: ${reasonIn(output + errors)}`);
    }
    const listed = parse(output);
    if (!Array.isArray(listed)) throw new WranglerError('wrangler lists the secrets in a form that is not known here');
    return listed.map((secret) => String((secret as { name?: unknown } | null)?.name));
  }

  /** Sets them at once, with one deployment. The values go through a pipe, and never onto a command line. Rejects with WranglerError. */
  async putSecrets(secrets: Readonly<Record<string, string>>): Promise<void> {
    const { code, output, errors } = await this.#run(['secret', 'bulk'], `${JSON.stringify(secrets)}\n`);
    if (code !== 0) throw new WranglerError(`wrangler cannot set the secrets: ${reasonIn(output + errors)}`);
  }

  /** Shows what wrangler says. Its exit code. Rejects with WranglerError when it does not start. */
  async deploy(flags: readonly string[]): Promise<number> {
    const { code } = await this.#run(['deploy', ...flags], undefined, 'shown');
    return code;
  }

  #run(command: readonly string[], input?: string, mode: 'kept' | 'shown' = 'kept'): Promise<Ran> {
    const { promise, resolve, reject } = Promise.withResolvers<Ran>();
    const child = spawn('wrangler', [...command, ...this.#flags], {
      cwd: repository,
      env: this.#variables,
      stdio: mode === 'shown' ? 'inherit' : 'pipe',
      // There it is a batch file, which only a shell runs.
      shell: process.platform === 'win32',
    });
    let output = '';
    let errors = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      output += part;
    });
    child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      errors += part;
    });
    child.on('error', (cause) => {
      const advice = 'run this by npm, as in "npm run deploy"';
      reject(new WranglerError(`wrangler does not start (${cause.message}): ${advice}`, { cause }));
    });
    child.on('close', (code) => resolve({ code: code ?? 1, output, errors }));
    // One that ends early says why.
    child.stdin?.on('error', () => {}).end(input);
    return promise;
  }
}

interface Ran {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The first line that says something, without colours and marks. */
function reasonIn(said: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
  const lines = said.replace(/\u001b\[[\d;]*m/g, '').split('\n');
  const error = lines.map((line) => /\[ERROR\]\s*(.*\S)/.exec(line)?.[1]).find((line) => line !== undefined);
  return error ?? lines.find((line) => line.trim() !== '')?.trim() ?? 'it gives no reason';
}
