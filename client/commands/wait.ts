/** `kube-doh wait`: until names are there, or gone. For scripts and CI. */
import { setTimeout as sleep } from 'node:timers/promises';
import { FlagChecks, parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { formatName, NameError } from '../../zone/name.ts';
import { typeCodes } from '../../zone/rrset.ts';
import { Edges } from '../export/edges.ts';
import { fullName } from '../export/full-name.ts';
import { addressTypes, parseRecordType } from '../export/record-type.ts';
import { type Awaited, waitForNames } from '../export/wait-for-names.ts';
import { connectionFlags, connectionFlagsHelp, readConnections } from '../profiles/connection.ts';
import { readDuration } from './wait/duration.ts';

const usage = `kube-doh wait NAME… [OPTIONS]

Waits until every name has an address, asking the edge every second or two. Names are completed as by kube-doh resolve.

  --type TYPE            wait for records of this type instead of addresses, A and AAAA together
  --count N              wait for at least so many of each name (1)
  --gone                 wait until there are none
  --timeout TIME         at most so long, such as 90s, 2m or 1h (2m); 0s looks once
${connectionFlagsHelp}
What is waited for, and of whom it is asked, is told on the standard error. The exit code is 0 when all is as waited for,
1 when the time is over; then what is missing is told, and why.
`;

interface Wanted {
  readonly types: readonly number[] | undefined;
  readonly count: number;
  readonly timeoutMilliseconds: number;
}

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseCommandLine(
    {
      args: [...args],
      options: {
        ...connectionFlags,
        type: { type: 'string' },
        count: { type: 'string' },
        gone: { type: 'boolean', default: false },
        timeout: { type: 'string', default: '2m' },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowPositionals: true,
    },
    'kube-doh wait --help',
  );
  if (values.help) return void process.stdout.write(usage);
  if (positionals.length === 0) throw new UsageError('a name is missing; see kube-doh wait --help');
  const { types, count, timeoutMilliseconds } = readWanted(values);
  const edges = new Edges(await readConnections(values, process.env));
  try {
    const awaited = readNames(positionals, edges, types);
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
  readonly type?: string | undefined;
  readonly count?: string | undefined;
  readonly gone: boolean;
  readonly timeout: string;
}

function readWanted({ type, count: countText, gone: isGone, timeout }: WantedFlags): Wanted {
  const checks = new FlagChecks();
  const types = checks.read(() => (type === undefined ? undefined : [readType(type)]));
  const count = checks.read(() => readCount(countText, isGone));
  const timeoutMilliseconds = checks.read(() => readDuration('--timeout', timeout));
  if (checks.failed || count === undefined || timeoutMilliseconds === undefined) throw checks.error();
  return { types, count, timeoutMilliseconds };
}

function readType(text: string): number {
  const type = parseRecordType(text);
  if (type === undefined) throw new UsageError(`--type "${text}" is no record type: pass one such as AAAA or SRV`);
  return type;
}

function readCount(text: string | undefined, isGone: boolean): number {
  if (isGone && text !== undefined) throw new UsageError('--count and --gone exclude each other');
  if (text !== undefined && !/^[1-9]\d{0,4}$/.test(text)) {
    throw new UsageError(`--count "${text}" is no number from 1 to 99999`);
  }
  return isGone ? 0 : Number(text ?? 1);
}

function readNames(texts: readonly string[], { zones }: Edges, types: readonly number[] | undefined): Awaited[] {
  const checks = new FlagChecks();
  const all = texts.map((text) => checks.read(() => readName(text, zones, types)));
  if (checks.failed) throw checks.error();
  return all.filter((awaited) => awaited !== undefined);
}

function readName(text: string, zones: Edges['zones'], types: readonly number[] | undefined): Awaited {
  try {
    const { name, usualType } = fullName(text, zones);
    return { name, types: types ?? (usualType === typeCodes.A ? addressTypes : [usualType]) };
  } catch (error) {
    if (error instanceof NameError) throw new UsageError(error.message);
    throw error;
  }
}
