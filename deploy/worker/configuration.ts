/** wrangler.toml as wrangler reads it, which knows what environments inherit; of it, what is checked. */
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../sync-agent/usage.ts';

/** One environment, with what it inherits. The members are wrangler's. */
export interface EnvironmentConfiguration {
  readonly name?: string;
  readonly compatibility_date?: string;
  readonly compatibility_flags?: readonly string[];
  readonly workers_dev?: boolean;
  readonly preview_urls?: boolean;
  readonly route?: Route;
  readonly routes?: readonly Route[];
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly kv_namespaces?: readonly { readonly binding: string; readonly id?: string }[];
  readonly durable_objects?: { readonly bindings: readonly { readonly name: string; readonly class_name?: string }[] };
  readonly ratelimits?: readonly { readonly name: string; readonly namespace_id: string; readonly simple?: unknown }[];
  readonly analytics_engine_datasets?: readonly { readonly binding: string; readonly dataset?: string }[];
  readonly secrets?: { readonly required?: readonly string[] };
  readonly limits?: { readonly cpu_ms?: number };
  readonly logpush?: boolean;
  readonly observability?: {
    readonly enabled?: boolean;
    readonly redact_query_string?: boolean;
    readonly logs?: { readonly invocation_logs?: boolean };
    readonly traces?: { readonly enabled?: boolean };
  };
}

/** A pattern alone, or with what it is. */
export type Route = string | { readonly pattern: string; readonly custom_domain?: boolean };

/** By name; the top level of the file is `production`. */
export type Configurations = ReadonlyMap<string, EnvironmentConfiguration>;

export const production = 'production';

/** Where wrangler is run, and finds wrangler.toml. */
export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** An environment of a file; undefined: of the repository's wrangler.toml. */
export interface Place {
  readonly environment: string;
  readonly file: string | undefined;
}

/** Rejects with an error when there is no such file, or none that wrangler can read. */
export async function readConfigurations(file: string | undefined): Promise<Configurations> {
  // Takes a second, in which a slip on the command line is told already.
  const { unstable_readConfig } = await import('wrangler');
  const config = file ?? `${repository}wrangler.toml`;
  const read = (env: string) => unstable_readConfig({ config, env }, { hideWarnings: true });
  const topLevel: EnvironmentConfiguration & { readonly definedEnvironments?: readonly string[] } = read('');
  const others = (topLevel.definedEnvironments ?? []).map((name): readonly [string, EnvironmentConfiguration] => [
    name,
    read(name),
  ]);
  return new Map([[production, topLevel], ...others]);
}

/** The one of `--env`; the production without it. Throws UsageError. */
export function chooseEnvironment(name: string | undefined, configurations: Configurations): string {
  // An empty name is wrangler's for it.
  if (name === undefined || name === '') return production;
  if (configurations.has(name)) return name;
  throw new UsageError(`wrangler.toml has no environment "${name}": it has ${[...configurations.keys()].join(', ')}`);
}
