/**
 * Whether the agent may do what it has to, all of it, before the first refusal: who may list but not watch would get a
 * view that stands still, and who corrects one permission at a time starts the agent many times.
 */
import type { KubeApi } from '../kube/connection.ts';
import { KubeError } from '../kube/error.ts';
import type { ObservationScope } from '../kube/scope.ts';
import type { Log } from '../log.ts';
import { type Duties, type Need, needsOf } from './needs.ts';
import { type Missing, missingOf } from './review.ts';

export interface PreflightOptions {
  readonly api: KubeApi;
  readonly scope: ObservationScope;
  readonly duties: Duties;
}

/** Each line says what is missing and what to grant. */
export interface PreflightReport {
  /** Without these nothing is published. */
  readonly errors: readonly string[];
  /** Without these it works in part. */
  readonly warnings: readonly string[];
  /** Why it is not known what is missing. The agent goes on: it will be told by each request. */
  readonly unknown: KubeError | undefined;
}

/** Rejects with the reason of the signal only. */
export async function preflight(
  { api, scope, duties }: PreflightOptions,
  signal: AbortSignal,
): Promise<PreflightReport> {
  try {
    const missing = await missingOf(api, needsOf(scope, duties), signal);
    const instead = missing.flatMap(({ need }) => need.instead ?? []);
    const alsoMissing = instead.length === 0 ? [] : await missingOf(api, instead, signal);
    return reportOf(scope, settled(missing, alsoMissing));
  } catch (error) {
    if (signal.aborted || !(error instanceof KubeError)) throw error;
    return { errors: [], warnings: [], unknown: error };
  }
}

const maxLines = 20;

/** All of it at once; a cluster of very many namespaces shall not fill the log. */
export function tellPreflight({ errors, warnings, unknown }: PreflightReport, log: Log): void {
  for (const line of errors.slice(0, maxLines)) log.error(line);
  for (const line of warnings.slice(0, maxLines)) log.warn(line);
  const untold = Math.max(0, errors.length - maxLines) + Math.max(0, warnings.length - maxLines);
  if (untold > 0) log.warn(`and ${untold} more permissions that are missing`);
  if (unknown === undefined) return;
  const line = `it is not known which permissions the agent has, it goes on without knowing: ${unknown.message}`;
  log.warn(line, { code: unknown.code });
}

/** Where something else does as well, that is what is asked for: it is less. */
function settled(missing: readonly Missing[], alsoMissing: readonly Missing[]): Missing[] {
  return missing.flatMap((each) => {
    const { instead } = each.need;
    return instead === undefined ? each : alsoMissing.filter(({ need }) => need === instead);
  });
}

function reportOf({ namespaces }: ObservationScope, missing: readonly Missing[]): PreflightReport {
  const isNeeded = needed(namespaces.type === 'listed' ? namespaces.names : undefined, missing);
  const errors = missing.filter(({ need }) => isNeeded(need));
  const warnings = missing.filter(({ need }) => !isNeeded(need));
  return { errors: linesOf(errors), warnings: linesOf(warnings), unknown: undefined };
}

/**
 * A listed namespace that may not be observed counts as not there, which it may well be: Roles come and go with their
 * namespaces. Only when none of them may be observed, nothing can be published.
 */
function needed(listed: readonly string[] | undefined, missing: readonly Missing[]): (need: Need) => boolean {
  const lacking = new Set(missing.filter(({ need }) => need.purpose === 'observing').map(({ need }) => need.namespace));
  const isNothingLeft = listed === undefined || listed.every((name) => lacking.has(name));
  return ({ purpose }) => purpose === 'leading' || (purpose === 'observing' && isNothingLeft);
}

/** What differs in the resource alone is one line. */
function linesOf(missing: readonly Missing[]): readonly string[] {
  const groups = new Map<string, [Missing, ...Missing[]]>();
  for (const each of missing) {
    const { purpose, namespace, name } = each.need;
    const key = JSON.stringify([purpose, namespace, name, each.verbs]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return [...groups.values()].map(lineOf);
}

function lineOf(group: readonly [Missing, ...Missing[]]): string {
  const [{ need, verbs }] = group;
  const { purpose, namespace, name } = need;
  const resources = group.map(({ need: { resource, group: api } }) => (api === '' ? resource : `${resource}.${api}`));
  const object = name === undefined ? '' : ` ${name}`;
  const [where, role] =
    namespace === undefined
      ? ['in the whole cluster', 'a ClusterRole and a ClusterRoleBinding']
      : [`in namespace ${namespace}`, `a Role and a RoleBinding in ${namespace}`];
  const granted = `${verbs.length === 1 ? 'the verb' : 'the verbs'} ${listed(
    verbs.map((verb) => `"${verb}"`),
    'and',
  )}`;
  return `may not ${listed(verbs, 'or')} ${listed(resources, 'or')}${object} ${where}${consequences[purpose]}: grant ${granted} with ${role}`;
}

const consequences: Readonly<Record<Need['purpose'], string>> = {
  observing: ', so their names cannot be published',
  leading: ', so this agent cannot lead',
  identity: ', so the edge cannot tell this cluster from others',
  events: ', so nobody is told of objects there that cannot be published',
};

function listed(words: readonly string[], last: 'and' | 'or'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
