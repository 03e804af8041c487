/** Options as flags: `--ttl 30`, `--ttl=30`, `--once`, `--no-events`. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type FlagChecks, UsageError } from '../usage.ts';
import type { GivenValue, GivenValues, Option, OptionTable } from './option.ts';

type FlagConfig = NonNullable<ParseArgsConfig['options']>[string];

/** For `parseCommandLine`, without defaults. */
export function flagsOf<Name extends string>(table: Readonly<Record<Name, Option>>): Record<Name, FlagConfig> {
  const entries = Object.entries<Option>(table).map(([name, { kind }]): [string, FlagConfig] => [
    name,
    kind === 'switch' ? { type: 'boolean' } : { type: 'string', multiple: kind === 'list' },
  ]);
  return Object.fromEntries(entries) as Record<Name, FlagConfig>;
}

/** What `parseCommandLine` found of the options of this table. */
export function givenFlags(table: OptionTable, values: Readonly<Record<string, unknown>>): GivenValues {
  const entries = Object.keys(table).map((name) => [name, values[name]] as const);
  const given = entries.filter(([, value]) => value !== undefined);
  return new Map(given.map(([name, value]) => [name, { value: value as GivenValue['value'], label: `--${name}` }]));
}

export interface ReadFlags {
  readonly given: GivenValues;
  readonly asksForHelp: boolean;
}

/** Everything that is wrong with the command line goes to the checks; `help` is the command that lists the flags. */
export function readFlags(table: OptionTable, args: readonly string[], help: string, checks: FlagChecks): ReadFlags {
  const options = { ...flagsOf(table), help: { type: 'boolean', short: 'h' } } as const;
  // Strictness would end at the first thing that is wrong.
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<string, GivenValue>();
  let asksForHelp = false;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      checks.read(() => refuse(`"${startOf(token.value)}" is no option (see ${help})`));
    } else if (token.name === 'help') {
      asksForHelp = true;
    } else {
      const read = checks.read(() => readFlag(table, token, help));
      if (read === undefined) continue;
      const [name, { value, label }] = read;
      const before = given.get(name)?.value;
      given.set(name, { value: Array.isArray(before) ? [...before, ...(value as string[])] : value, label });
    }
  }
  return { given, asksForHelp };
}

interface FlagToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function readFlag(table: OptionTable, token: FlagToken, help: string): [name: string, GivenValue] {
  const { name, rawName: label, value } = token;
  const positive = name.replace(/^no-/, '');
  const isNegative = !Object.hasOwn(table, name) && positive !== name && table[positive]?.kind === 'switch';
  const option = Object.hasOwn(table, name) || isNegative ? table[isNegative ? positive : name] : undefined;
  if (option === undefined) return refuse(`${label} is no option (see ${help})`);
  if (option.kind === 'switch') {
    if (value !== undefined) refuse(`${label} takes no value`);
    return [isNegative ? positive : name, { value: !isNegative, label }];
  }
  if (value === undefined) return refuse(`${label} needs a value`);
  // Most likely the value was forgotten, and the next flag stands in its place.
  if (token.inlineValue !== true && value.startsWith('-')) {
    // Not repeated, as it may be secret: a key begins so.
    refuse(`${label} needs a value; one that begins with "-" is written ${label}=VALUE`);
  }
  return [name, { value: option.kind === 'list' ? [value] : value, label }];
}

function refuse(problem: string): never {
  throw new UsageError(problem);
}

/** Of something that may be long, and secret from its second line on. */
function startOf(text: string): string {
  const [line = ''] = text.split(/[\r\n]/);
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
