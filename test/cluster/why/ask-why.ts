/** `kube-doh why` as a user runs it, on a machine where nobody has set anything up. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** As docs/why.md has it. */
export interface WhyJson {
  readonly name: string;
  readonly verdict: string;
  readonly rcode: string | null;
  readonly records: number | null;
  readonly steps: readonly { readonly step: string; readonly ok: boolean; readonly text: string }[];
  readonly cause: Cause | null;
  readonly suggestions: readonly string[];
}

export interface Cause {
  readonly code: string;
  readonly text: string;
  readonly next: string;
  readonly finder: string;
}

export interface Why {
  readonly exitCode: number | null;
  readonly json: WhyJson;
  /** All that was printed. */
  readonly output: string;
}

/** The path of `kube-doh`. */
export const command = fileURLToPath(new URL('../../../client/start.mjs', import.meta.url));

/** The command line; `doh` is where to ask. */
export function whyCommand(doh: string, args: readonly string[]): string[] {
  return [process.execPath, command, 'why', ...args, '--doh', doh];
}

export async function askWhy(doh: string, args: readonly string[]): Promise<Why> {
  const ran = await run(whyCommand(doh, [...args, '--json']));
  return { ...readJson(ran), output: ran.stdout + ran.stderr };
}

/** As it is printed for people. */
export function askWhyAsText(doh: string, args: readonly string[]): Promise<Ran> {
  return run(whyCommand(doh, args));
}

/** Throws with all that was written when it is no JSON. */
export function readJson({ exitCode, stdout, stderr }: Ran): Pick<Why, 'exitCode' | 'json'> {
  try {
    return { exitCode, json: JSON.parse(stdout) as WhyJson };
  } catch {
    throw new Error(`kube-doh why ended with ${exitCode}: ${stdout}${stderr}`);
  }
}

function run([program, ...args]: readonly string[]): Promise<Ran> {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent' };
  return new Promise((resolve) => {
    const child = execFile(program!, args, { env, timeout: 30_000 }, (_error, stdout, stderr) => {
      resolve({ exitCode: child.exitCode, stdout, stderr });
    });
  });
}
