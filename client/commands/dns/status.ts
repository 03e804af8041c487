/** `kube-doh dns status`: how the wiring of this machine stands. */
import { parseCommandLine } from '../../../sync-agent/usage.ts';
import type { Name } from '../../../zone/name.ts';
import { connectionFlags, readConnections } from '../../profiles/connection.ts';
import { readStateFile } from '../../wiring/state-file.ts';
import { lookupLine, type StatusLine, wiringStatus } from '../../wiring/status.ts';
import { thisMachine } from './this-machine.ts';

const usage = `kube-doh dns status [OPTIONS]

Tells what is installed, whether it is as it was written, and whether the stub answers. The exit code is 0 when all is well,
otherwise 1.

  --name NAME            looks a name up that exists, as programs on this machine do
  --profile NAME         this profile's zones should be wired; may be repeated. Without it, those of all
`;

const options = {
  profile: connectionFlags.profile,
  name: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseCommandLine({ args: [...args], options }, 'kube-doh dns status --help');
  if (values.help) return void process.stdout.write(usage);
  const { host, environment } = thisMachine(process.env);
  const state = readStateFile(host);
  if (state === undefined) {
    process.stdout.write('nothing is installed: "kube-doh dns install" does it\n');
    // Somebody may have wired the machine by hand, as "kube-doh config" tells.
    if (values.name !== undefined) print([await lookupLine(values.name)]);
    process.exitCode = 1;
    return;
  }
  const zones = await zonesOf(values.profile, environment);
  const lines = await wiringStatus(host, state, { zones, name: values.name });
  print(lines);
  if (lines.some(({ isGood }) => !isGood)) process.exitCode = 1;
}

function print(lines: readonly StatusLine[]): void {
  for (const { isGood, text } of lines) process.stdout.write(`${isGood ? 'ok     ' : 'problem'} ${text}\n`);
}

/** Undefined, and told, when they cannot be read: whoever runs the stub may be another user. */
async function zonesOf(
  profile: readonly string[] | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<readonly Name[] | undefined> {
  // The stub of the system knows of no URL in somebody's environment.
  const { KUBE_DOH_URL: _, ...kept } = environment;
  try {
    return (await readConnections({ profile }, kept)).flatMap(({ zones }) => zones);
  } catch (error) {
    process.stderr.write(`kube-doh: ${(error as Error).message}\n`);
    return undefined;
  }
}
