/** `kube-doh config`: configurations for systems, servers, programs and languages, with the zones of the profiles in them. */
import { writeFileSync } from 'node:fs';
import { readListen } from '../../sync-agent/configuration/listen.ts';
import { parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { connectionFlags, connectionFlagsHelp, readConnections } from '../profiles/connection.ts';
import type { Watched } from '../recipes/health/watched.ts';
import { RecipeError, type RecipeErrorCode } from '../recipes/recipe-error.ts';
import { readSetup, type Setup } from '../recipes/setup.ts';
import { parseTarget, type Target, targets } from '../recipes/table.ts';
import { writeRecipe } from '../recipes/write-recipe.ts';
import { targetLines } from './config/listing.ts';
import { readWatched, watchedFlags, watchedFlagsHelp } from './config/watched-flags.ts';

/** For `parseCommandLine`, and docs/clients.md. */
const configOptions = {
  ...connectionFlags,
  for: { type: 'string' },
  stub: { type: 'string', default: '127.0.0.1:5300' },
  out: { type: 'string' },
  ...watchedFlags,
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const help = 'kube-doh config --help';

const usage = `kube-doh config --for TARGET [OPTIONS]

Prints a configuration that sends the clusters' zones to the stub ("kube-doh dns") or to the edge itself, or that lets a
health checker watch pods. Comments in it say where it goes, how to verify it and how to undo it.

  --for TARGET           one of those below
  --stub HOST:PORT       where the stub listens (127.0.0.1:5300)
  --out FILE             write it there, for you alone, instead of printing it; the file must be new
${watchedFlagsHelp}${connectionFlagsHelp}
${targetLines().join('\n')}
`;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseCommandLine({ args: [...args], options: configOptions }, help);
  if (values.help) return void process.stdout.write(usage);
  const target = readTarget(values.for);
  const stub = readListen({ value: values.stub, label: '--stub' }, '127.0.0.1:5300');
  const watched = readWatched(values);
  const profiles = await readConnections(values, process.env);
  const { setup, text, secretOf } = writtenFor(target, watched, () => readSetup(profiles, stub));
  const tell = (line: string): boolean => process.stderr.write(`kube-doh: ${line}\n`);
  for (const { name } of profiles.filter((profile) => !setup.edges.some((edge) => edge.profile === profile.name))) {
    tell(`profile ${name} is left out: other profiles have all its zones; --profile ${name} chooses it`);
  }
  if (values.out === undefined) process.stdout.write(text);
  else writeNew(values.out, text);
  if (secretOf.length > 0) tell(`this holds the token of ${secretOf.join(', ')}: keep it like a password`);
}

function readTarget(text: string | undefined): Target {
  if (text === undefined) throw new UsageError(`--for is missing: pass what the configuration is for; see ${help}`);
  const target = parseTarget(text);
  if (target !== undefined) return target;
  throw new UsageError(`--for "${text}" is none of ${targets.join(', ')}`);
}

/** What can be put right on the command line is a mistake in the command line. */
function writtenFor(
  target: Target,
  watched: Watched,
  read: () => Setup,
): { setup: Setup } & ReturnType<typeof writeRecipe> {
  try {
    const setup = read();
    return { setup, ...writeRecipe(target, setup, watched) };
  } catch (error) {
    throw error instanceof RecipeError && usageCodes.has(error.code) ? new UsageError(error.message) : error;
  }
}

const usageCodes: ReadonlySet<RecipeErrorCode> = new Set(['STUB_ADDRESS', 'SEVERAL_EDGES', 'NOT_WATCHED']);

/** What is there may be another program's. */
function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Error(`--out ${path} is not written: ${noFileReasons[code ?? ''] ?? message}`, { cause });
  }
}

const noFileReasons: Readonly<Record<string, string>> = {
  EEXIST: 'it exists already: move it away, or choose another path',
  ENOENT: 'there is no such folder: make it, or choose another path',
  EACCES: 'this user may not write there: choose another path',
};
