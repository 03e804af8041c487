/** `kube-doh resolve`: one question to the edge, and its answer as people and scripts read it. */
import { parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { formatName, NameError } from '../../zone/name.ts';
import { type Asked, answerJson, findingOf, outcomeLine, recordData, recordLine } from '../export/answer.ts';
import { Edges } from '../export/edges.ts';
import { type FullName, fullName } from '../export/full-name.ts';
import { parseRecordType, typeText } from '../export/record-type.ts';
import { tellFailure } from '../failure.ts';
import { connectionFlags, connectionFlagsHelp, readConnections } from '../profiles/connection.ts';

const usage = `kube-doh resolve NAME [OPTIONS]

Asks the edge for the records of a name, and prints them as zone file text. A name that ends in none of the zones is
completed: "redis-0.redis-headless.cache" and "web.default.svc" are below the first zone. An address is asked by its
reverse name.

  --type TYPE            of the records, such as AAAA or SRV or TYPE65 (A; SRV for _port._protocol.…, PTR for addresses)
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
        type: { type: 'string' },
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
  const [text, ...others] = positionals;
  if (text === undefined || others.length > 0) {
    throw new UsageError('the command is "kube-doh resolve NAME"; see kube-doh resolve --help');
  }
  if (values.short && values.json) throw new UsageError('--short and --json exclude each other');
  const type = values.type === undefined ? undefined : readType(values.type);
  const edges = new Edges(await readConnections(values, process.env));
  try {
    const full = readName(text, edges);
    const asked = { name: full.name, type: type ?? full.usualType };
    return await answer(edges, asked, full.isCompleted, values);
  } finally {
    edges.close();
  }
}

async function answer(
  { ask }: Edges,
  asked: Asked,
  isCompleted: boolean,
  { short: isShort, json: isJson }: { readonly short: boolean; readonly json: boolean },
): Promise<number> {
  // Before the answer: why there is none may be what was made of the name.
  if (isCompleted && !isJson) {
    process.stderr.write(`kube-doh: asking for ${formatName(asked.name)} ${typeText(asked.type)}\n`);
  }
  const response = await ask(asked.name, asked.type);
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

/** JSON allows some control characters as they are, and a terminal may do what they say. */
function plainJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return text.replace(/[\x7f-\x9f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
}

function readType(text: string): number {
  const type = parseRecordType(text);
  if (type === undefined)
    throw new UsageError(`--type "${text}" is no record type: pass one such as AAAA, SRV or TYPE65`);
  return type;
}

function readName(text: string, { zones }: Edges): FullName {
  try {
    return fullName(text, zones);
  } catch (error) {
    if (error instanceof NameError) throw new UsageError(error.message);
    throw error;
  }
}
