/** Options as variables of the environment: `KUBE_DOH_TTL=30`, `KUBE_DOH_ALIAS=a.example,b.example`, `KUBE_DOH_ONCE=true`. */
import type { FlagChecks } from '../usage.ts';
import type { GivenValue, GivenValues, Option, OptionTable } from './option.ts';
import { readSwitch } from './switch.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const prefix = 'KUBE_DOH_';

/** Such as `KUBE_DOH_PUBLISH_INTERVAL`. */
export function variableOf(name: string): string {
  return `${prefix}${name.toUpperCase().replaceAll('-', '_')}`;
}

/** An empty variable counts as none: templates leave such behind. */
export function readEnvironment(table: OptionTable, environment: Environment, checks: FlagChecks): GivenValues {
  const given = new Map<string, GivenValue>();
  for (const [name, option] of Object.entries(table)) {
    const label = variableOf(name);
    const text = environment[label];
    if (text === undefined || text === '') continue;
    const value = checks.read(() => readValue(option, label, text));
    if (value !== undefined) given.set(name, { value, label });
  }
  return given;
}

function readValue({ kind }: Option, label: string, text: string): GivenValue['value'] {
  switch (kind) {
    case 'text':
      return text;
    case 'list':
      return text.split(',').map((part) => part.trim());
    case 'switch':
      return readSwitch({ value: text, label });
  }
}

/**
 * Variables that look like options and are none: most likely misspelt. No more than a warning, because Kubernetes itself
 * sets variables that begin so where a Service is called `kube-doh`; those are known by their ends.
 */
export function unknownVariables(table: OptionTable, environment: Environment): string[] {
  const known = new Set([...Object.keys(table).map(variableOf), ...otherVariables]);
  return Object.keys(environment).filter(
    (name) => name.startsWith(prefix) && !known.has(name) && !/_(SERVICE_HOST|SERVICE_PORT|PORT)(_|$)/.test(name),
  );
}

/** Read elsewhere: by the commands of the administrator, and by the tests. */
const otherVariables = ['KUBE_DOH_ADMIN_KEY', 'KUBE_DOH_CACHE'];
