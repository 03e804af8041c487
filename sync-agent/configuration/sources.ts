/** All that was given for the agent's options: by a flag, else by a variable, else by the file of `--config`. */
import { readTextFile } from '../text-file.ts';
import { type FlagChecks, UsageError } from '../usage.ts';
import { agentOptions } from './agent-options.ts';
import { type Environment, readEnvironment, unknownVariables } from './environment.ts';
import { readFlags } from './flags.ts';
import { decided, type Given, type GivenOptions, type GivenValues, type OptionTable } from './option.ts';

export interface AgentOptionsGiven {
  readonly options: GivenOptions<typeof agentOptions>;
  readonly asksForHelp: boolean;
  /** What is not read, but looks as if it should be; a line each. */
  readonly warnings: readonly string[];
}

/** Whatever cannot be read goes to the checks; the rest is there all the same, so that it can be checked too. */
export async function gatherOptions(
  args: readonly string[],
  environment: Environment,
  help: string,
  checks: FlagChecks,
): Promise<AgentOptionsGiven> {
  const { given: flags, asksForHelp } = readFlags(agentOptions, args, help, checks);
  const variables = readEnvironment(agentOptions, environment, checks);
  const { config } = decided(agentOptions, [flags, variables]);
  const file = asksForHelp ? none : await readFile(config, checks);
  const warnings = unknownVariables(agentOptions, environment).map((name) => `${name} is no option and not read`);
  return { options: decided(agentOptions, [flags, variables, file]), asksForHelp, warnings };
}

/** Many times of what all options take. */
const maxFileOctets = 1024 * 1024;

const none: GivenValues = new Map();

/** Files do not name further ones. */
const { config: _, ...fileOptions } = agentOptions;

async function readFile({ value: path, label }: Given<string | undefined>, checks: FlagChecks): Promise<GivenValues> {
  const text = path === undefined ? undefined : checks.read(() => readText(path, label));
  if (path === undefined || text === undefined) return none;
  // Only now: most have no such file, and the parser of YAML takes a while to load.
  const { readOptionsFile } = await import('./file.ts');
  return readOptionsFile(fileOptions satisfies OptionTable, path, text, checks);
}

function readText(path: string, label: string): string {
  if (path === '') throw new UsageError(`${label} needs the path of a file`);
  const file = readTextFile(path, maxFileOctets);
  switch (file.kind) {
    case 'read':
      return file.text;
    case 'absent':
      throw new UsageError(`${label}: there is no file at ${path}`);
    case 'too-large':
      throw new UsageError(`${label}: ${path} has more than ${maxFileOctets} octets`);
    case 'unreadable':
      throw new UsageError(`${label}: ${path} cannot be read (${file.code ?? 'it is no file'})`);
  }
}
