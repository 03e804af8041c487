/** `kube-doh wait`: until names are there, or gone. For scripts and CI. */
import { setTimeout as sleep } from 'node:timers/promises';
import { FlagChecks, parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { formatName, NameError } from '../../zone/name.ts';
import { typeCodes } from '../../zone/rrset.ts';
import { Edges } from '../export/edges.ts';
import { fullName } from '../export/full-name.ts';
import { addressTypes } from '../export/record-type.ts';
import { type Awaited, waitForNames } from '../export/wait-for-names.ts';
import { connectionFlags, connectionFlagsHelp, readConnections } from '../profiles/connection.ts';
import { type AwaitedState, readAwaitedState } from './wait/awaited-state.ts';
import { readDuration } from './wait/duration.ts';

const usage = `kube-doh wait NAME… [OPTIONS]

Waits until every name has an address, asking the edge every second or two. Names are completed as by kube-doh resolve.

  --for WHAT             of each name: a record type, such as A or AAAA or SRV, instead of addresses of both families; gone,
                         until there are none; count=N, until there are so many. A type goes with one of the others
  --timeout TIME         at most so long, such as 90s, 2m or 1h (2m); 0s looks once
${connectionFlagsHelp}
What is waited for, and of whom it is asked, is told on the standard error. The exit code is 0 when all is as waited for,
1 when the time is over; then what is missing is told, and why.
`;

interface Wanted extends AwaitedState {
  readonly timeoutMilliseconds: number;
}

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseCommandLine(
    {
      args: [...args],
      options: {
        ...connectionFlags,
        for: { type: 'string', multiple: true, default: [] },
        timeout: { type: 'string', default: '2m' },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowPositionals: true,
    },
    'kube-doh wait --help',
  );
  if (values.help) return void process.stdout.write(usage);
  if (positionals.length === 0) throw new UsageError('a name is missing; see kube-doh wait --help');
  const { type, count, timeoutMilliseconds } = readWanted(values);
  const edges = new Edges(await readConnections(values, process.env));
  try {
    const awaited = readNames(positionals, edges, type);
    if (timeoutMilliseconds > 0) tell(beginning(awaited, edges, count, values.timeout));
    const patience = { count, timeoutMilliseconds, now: () => performance.now(), sleep: sleep as Sleep };
    const missing = await waitForNames(edges.ask, awaited, patience);
    for (const line of missing) tell(line);
    if (missing.length > 0) process.exitCode = 1;
  } finally {
    edges.close();
  }
}

/** For whom it takes long, so that he knows what it is that takes long. */
function beginning(all: readonly Awaited[], edges: Edges, count: number, timeout: string): string {
  const names = all.map(({ name }) => formatName(name)).join(', ');
  const what = count === 0 ? `until ${names} ${all.length === 1 ? 'is' : 'are'} gone` : `for ${names}`;
  const origins = [...new Set(all.map(({ name }) => edges.originOf(name)))].join(' and ');
  return `waiting ${what}, asked of ${origins}, for at most ${timeout}`;
}

function tell(line: string): void {
  process.stderr.write(`kube-doh: ${line}\n`);
}

type Sleep = (milliseconds: number) => Promise<void>;

interface WantedFlags {
  readonly for: readonly string[];
  readonly timeout: string;
}

function readWanted({ for: states, timeout }: WantedFlags): Wanted {
  const checks = new FlagChecks();
  const state = checks.read(() => readAwaitedState(states));
  const timeoutMilliseconds = checks.read(() => readDuration('--timeout', timeout));
  if (checks.failed || state === undefined || timeoutMilliseconds === undefined) throw checks.error();
  return { ...state, timeoutMilliseconds };
}

function readNames(texts: readonly string[], { zones }: Edges, type: number | undefined): Awaited[] {
  const checks = new FlagChecks();
  const all = texts.map((text) => checks.read(() => readName(text, zones, type)));
  if (checks.failed) throw checks.error();
  return all.filter((awaited) => awaited !== undefined);
}

function readName(text: string, zones: Edges['zones'], type: number | undefined): Awaited {
  try {
    const { name, usualType } = fullName(text, zones);
    if (type !== undefined) return { name, types: [type] };
    return { name, types: usualType === typeCodes.A ? addressTypes : [usualType] };
  } catch (error) {
    if (error instanceof NameError) throw new UsageError(error.message);
    throw error;
  }
}
