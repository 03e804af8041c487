/**
 * What an option is, and what was given for it. A value is text until it is read (options.ts), the same from a flag, a
 * variable and a file, and it brings along where it was given, so that a complaint can say so.
 */

interface Described {
  /** One line for people, without the default. */
  readonly help: string;
  /** The default in words, where it is no value. */
  readonly otherwise?: string;
}

export interface TextOption extends Described {
  readonly kind: 'text';
  /** What the value is, in capitals. */
  readonly value: string;
  readonly default?: string;
}

/** May be given several times. */
export interface ListOption extends Described {
  readonly kind: 'list';
  readonly value: string;
}

export interface SwitchOption extends Described {
  readonly kind: 'switch';
  readonly default?: boolean;
}

export type Option = TextOption | ListOption | SwitchOption;

/** By name, in lower case with dashes. */
export type OptionTable = Readonly<Record<string, Option>>;

export interface Given<T> {
  readonly value: T;
  /** As a complaint calls it: `--ttl`, `KUBE_DOH_TTL`, `agent.yaml: ttl`. Of a default, the flag. */
  readonly label: string;
}

export type ValueOf<O extends Option> = O extends ListOption
  ? readonly string[]
  : O extends SwitchOption
    ? boolean | (O extends { readonly default: boolean } ? never : undefined)
    : string | (O extends { readonly default: string } ? never : undefined);

/** What holds for every option of a table. */
export type GivenOptions<T extends OptionTable> = { readonly [K in keyof T]: Given<ValueOf<T[K]>> };

export type GivenValue = Given<string | readonly string[] | boolean>;

/** What one source gives, by the option's name. */
export type GivenValues = ReadonlyMap<string, GivenValue>;

/** What holds when the first of the sources that gives an option decides; the default when none does. */
export function decided<T extends OptionTable>(table: T, sources: readonly GivenValues[]): GivenOptions<T> {
  const entries = Object.entries(table).map(([name, option]) => {
    const given = sources.find((source) => source.has(name))?.get(name);
    return [name, given ?? { value: defaultOf(option), label: `--${name}` }];
  });
  return Object.fromEntries(entries) as GivenOptions<T>;
}

export function defaultOf(option: Option): string | readonly string[] | boolean | undefined {
  return option.kind === 'list' ? [] : option.default;
}
