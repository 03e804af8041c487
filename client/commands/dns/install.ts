/** `kube-doh dns install`: makes the system ask the stub for the zones of the profiles, and starts the stub with the system. */
import { parseCommandLine, UsageError } from '../../../sync-agent/usage.ts';
import { parseServerAddress } from '../../do53/server-address.ts';
import { connectionFlags, connectionFlagsHelp, readConnections } from '../../profiles/connection.ts';
import type { Profile } from '../../profiles/profile.ts';
import { describePlan } from '../../wiring/describe.ts';
import { gatherFacts } from '../../wiring/gather-facts.ts';
import { install } from '../../wiring/install.ts';
import { readListenAddress } from '../../wiring/listen-address.ts';
import { type Method, methods } from '../../wiring/method.ts';
import { planInstall } from '../../wiring/plan.ts';
import type { WiringSettings } from '../../wiring/settings.ts';
import { readStateFile } from '../../wiring/state-file.ts';
import { WiringError } from '../../wiring/wiring-error.ts';
import { listenForSignals } from '../agent/ending.ts';
import { refuseUnprivileged } from './privilege.ts';
import { readReverseZones } from './reverse-zones.ts';
import { type ThisMachine, thisMachine } from './this-machine.ts';

const options = {
  ...connectionFlags,
  method: { type: 'string', default: 'auto' },
  listen: { type: 'string' },
  upstream: { type: 'string', multiple: true },
  'reverse-zone': { type: 'string', multiple: true },
  'log-questions': { type: 'boolean', default: false },
  'no-service': { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const help = 'kube-doh dns install --help';

const usage = `kube-doh dns install [OPTIONS]

Makes this machine ask the stub for the clusters' zones, and starts the stub whenever the machine starts. What was installed
before is undone first; a step that fails, or Ctrl-C, undoes all. "kube-doh dns uninstall" undoes exactly what was done.

  --method METHOD        how: ${methods.slice(0, 4).join(', ')},
                         ${methods.slice(4).join(', ')}; auto (the default) takes what suits this machine
  --listen ADDRESS:PORT  where the stub listens; without it, where the method needs it
  --upstream ADDRESS[:PORT]
                         whom the stub asks for other names; may be repeated. Without it, nobody, or those whose place it takes
  --reverse-zone CIDR    names of the addresses in it are asked for too; may be repeated
  --log-questions        the stub logs a line for each question
  --no-service           starts no stub: it is yours to run
  --dry-run              shows each step, and takes none
${connectionFlagsHelp}`;

function readCommandLine(args: readonly string[]) {
  return parseCommandLine({ args: [...args], options }, help).values;
}

type Flags = ReturnType<typeof readCommandLine>;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const flags = readCommandLine(args);
  if (flags.help) return void process.stdout.write(usage);
  const machine = thisMachine(process.env);
  if (!flags['no-service']) refuseUrl(flags, process.env);
  const read = readSettings(flags);
  const profiles = await readConnections(flags, machine.environment);
  const settings = { ...read, ...settingsOf(flags, machine, profiles) };
  const { host } = machine;
  const earlier = readStateFile(host);
  const facts = gatherFacts(host, machine.self(profiles.flatMap(({ authorityFile }) => authorityFile ?? [])), earlier);
  const plan = planInstall(facts, settings);
  if (plan.kind === 'unsupported') throw new WiringError('UNSUPPORTED', plan.reason);
  if (flags['dry-run']) return void process.stdout.write(describePlan(plan, facts));
  refuseUnprivileged(facts, 'install');
  const { byHand, problems } = await untilTold((ending) => install(host, facts, plan, earlier, ending));
  print(`installed: method ${plan.method}, ${plan.zones.join(', ')}`);
  for (const line of problems) print(`of the earlier install, ${line}`);
  for (const line of byHand) print(`left to you: ${line}`);
  for (const line of plan.notes) print(line);
}

/** Ctrl-C is heard instead of obeyed: what was done is undone first. */
async function untilTold<T>(work: (ending: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, forget } = listenForSignals(() => undefined);
  try {
    return await work(signal);
  } finally {
    forget();
  }
}

/** All that needs no profile. Throws UsageError. */
function readSettings(flags: Flags): Pick<WiringSettings, 'method' | 'listen' | 'upstreams'> {
  for (const text of flags.upstream ?? []) parseServerAddress(text);
  return {
    method: readMethod(flags.method),
    listen: flags.listen === undefined ? undefined : readListenAddress(flags.listen),
    upstreams: flags.upstream ?? [],
  };
}

function settingsOf(flags: Flags, { profilesFile }: ThisMachine, profiles: readonly Profile[]) {
  const blocks = flags['reverse-zone'] ?? [];
  const stubOptions = [
    ...(flags.profile ?? []).flatMap((name) => ['--profile', name]),
    ...blocks.flatMap((block) => ['--reverse-zone', block]),
    ...(flags['log-questions'] ? ['--log-questions'] : []),
  ];
  const zones = [...profiles.flatMap((profile) => profile.zones), ...blocks.flatMap(readReverseZones)];
  return { zones: [...new Set(zones)], stubOptions, service: flags['no-service'] ? undefined : { profilesFile } };
}

function readMethod(text: string): Method | 'auto' {
  const method = (['auto', ...methods] as const).find((each) => each === text);
  if (method !== undefined) return method;
  throw new UsageError(`--method "${text}" is none of auto, ${methods.join(', ')}`);
}

/** What a URL says is gone when this command ends; the service asks with what is kept. */
function refuseUrl({ doh, profile }: Flags, { KUBE_DOH_URL: url }: NodeJS.ProcessEnv): void {
  const isUrl = doh !== undefined || (profile === undefined && url !== undefined && url !== '');
  if (isUrl)
    throw new UsageError('a service needs a profile, not a URL: kube-doh login URL, or run the stub with --no-service');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
