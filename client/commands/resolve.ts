/** `kube-doh resolve`: one question to the edge, and its answer as people and scripts read it. */
import { parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { formatName, type Name, NameError } from '../../zone/name.ts';
import { type Ask, type Asked, answerJson, findingOf, outcomeLine, recordData, recordLine } from '../export/answer.ts';
import { Edges } from '../export/edges.ts';
import { type FullName, fullName, readNamespace } from '../export/full-name.ts';
import { plainJson } from '../export/plain-json.ts';
import { parseRecordType, typeText } from '../export/record-type.ts';
import { tellFailure } from '../failure.ts';
import { connectionFlags, connectionFlagsHelp, readConnections } from '../profiles/connection.ts';

const usage = `kube-doh resolve NAME [TYPE] [OPTIONS]

Asks the edge for the records of a name, and prints them as zone file text. A name that ends in none of the zones is
completed: "redis-0.redis-headless.cache" and "web.default.svc" are below the first zone. An address is asked by its
reverse name. TYPE is one such as AAAA or SRV or TYPE65; A unless given, SRV for _port._protocol.…, PTR for addresses.

  --namespace NAME, -n   complete names as for a pod in this namespace: "redis-0.redis-headless" is enough there
  --short                print the data alone
  --json                 print name, type, rcode, answers and errors as JSON
${connectionFlagsHelp}
The exit code is 0 when there are records, 1 when there is no such name or record, 2 when nobody could tell.
`;

const exitCodes = { found: 0, 'no-name': 1, 'no-data': 1, failed: 2 } as const;

/** Never rejects: what goes wrong is told, and has an exit code of its own. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    process.exitCode = await resolve(args);
  } catch (error) {
    tellFailure(error);
    process.exitCode = exitCodes.failed;
  }
}

async function resolve(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(
    {
      args: [...args],
      options: {
        ...connectionFlags,
        namespace: { type: 'string', short: 'n' },
        short: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowPositionals: true,
    },
    'kube-doh resolve --help',
  );
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const [text, typeText, ...others] = positionals;
  if (text === undefined || others.length > 0) {
    throw new UsageError('the command is "kube-doh resolve NAME [TYPE]"; see kube-doh resolve --help');
  }
  if (values.short && values.json) throw new UsageError('--short and --json exclude each other');
  const type = typeText === undefined ? undefined : readType(typeText);
  const namespace = readNamespace(values.namespace);
  const edges = new Edges(await readConnections(values, process.env));
  try {
    const full = readName(text, edges, namespace);
    return await answer(edges, full, type ?? full.usualType, values);
  } finally {
    edges.close();
  }
}

interface Shown {
  readonly short: boolean;
  readonly json: boolean;
}

interface Answered {
  readonly asked: Asked;
  readonly response: Awaited<ReturnType<Ask>>;
}

/** Of names that a pod would ask for one after the other, the first that is there, or the first of all. */
async function answer(
  { ask }: Edges,
  { name: first, others, isCompleted }: FullName,
  type: number,
  shown: Shown,
): Promise<number> {
  const answered = async (name: Name) => {
    // Before the answer: why there is none may be what was made of the name.
    if (isCompleted && !shown.json)
      process.stderr.write(`kube-doh: asking for ${formatName(name)} ${typeText(type)}\n`);
    return { asked: { name, type }, response: await ask(name, type) };
  };
  const told = await answered(first);
  if (findingOf(told.response) !== 'no-name') return show(told, shown);
  for (const name of others) {
    // It may also be refused, out of the token's scope, which is nothing that was asked about.
    const other = await answered(name);
    if (other.response.rcode === 0) return show(other, shown);
  }
  return show(told, shown);
}

function show({ asked, response }: Answered, { short: isShort, json: isJson }: Shown): number {
  const finding = findingOf(response);
  if (isJson) {
    process.stdout.write(`${plainJson(answerJson(asked, response))}\n`);
    return exitCodes[finding];
  }
  const hasReasons = (response.edns?.extendedErrors ?? []).length > 0;
  if (finding !== 'found' || hasReasons) process.stderr.write(`kube-doh: ${outcomeLine(asked, response)}\n`);
  for (const record of response.answer) {
    process.stdout.write(`${isShort ? recordData(record) : recordLine(record)}\n`);
  }
  return exitCodes[finding];
}

function readType(text: string): number {
  const type = parseRecordType(text);
  if (type === undefined) throw new UsageError(`"${text}" is no record type: pass one such as AAAA, SRV or TYPE65`);
  return type;
}

function readName(text: string, { zones }: Edges, namespace: string | undefined): FullName {
  try {
    return fullName(text, zones, { namespace });
  } catch (error) {
    if (error instanceof NameError) throw new UsageError(error.message);
    throw error;
  }
}
