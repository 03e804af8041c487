/** The options that say what of a cluster is observed and which names it makes, with CoreDNS's meaning. */
import type { publishingOptions } from './configuration/agent-options.ts';
import type { Given, GivenOptions } from './configuration/option.ts';
import { selectorFault } from './kube/label-selector.ts';
import type { NamespaceScope } from './kube/scope.ts';
import { isLabel } from './kube/trimmed.ts';
import type { PodMode } from './records/options.ts';
import { type FlagChecks, UsageError } from './usage.ts';

export type ScopeFlags = Pick<
  GivenOptions<typeof publishingOptions>,
  'namespaces' | 'namespace-labels' | 'labels' | 'pods'
>;

export interface ScopeSettings {
  readonly namespaces: NamespaceScope;
  readonly labelSelector: string | undefined;
  readonly pods: PodMode;
}

/** Each is observed by itself: a list and a watch for each kind of object, and a question every few seconds. */
const maxListedNamespaces = 256;

/** Undefined when the checks have failed. */
export function readScopeFlags(flags: ScopeFlags, checks: FlagChecks): ScopeSettings | undefined {
  const namespaces = checks.read(() => readNamespaces(flags));
  const labels = checks.read(() => ({ selector: readSelector(flags.labels) }));
  const pods = checks.read(() => readPods(flags.pods));
  if (namespaces === undefined || labels === undefined || pods === undefined) return undefined;
  return { namespaces, labelSelector: labels.selector, pods };
}

/** As in CoreDNS, one way or the other. */
function readNamespaces({ namespaces, 'namespace-labels': labels }: ScopeFlags): NamespaceScope {
  if (namespaces.value.length > 0 && labels.value !== undefined) {
    throw new UsageError(`${namespaces.label} and ${labels.label} cannot be combined: leave one out`);
  }
  const selector = readSelector(labels);
  if (selector !== undefined) return { type: 'labelled', selector };
  if (namespaces.value.length === 0) return { type: 'all' };
  const names = [...new Set(namespaces.value.flatMap((list) => list.split(',')).map((name) => name.trim()))];
  const wrong = names.find((name) => !isLabel(name));
  const [first, ...others] = names;
  if (wrong !== undefined || first === undefined) {
    throw new UsageError(
      `${namespaces.label}: "${wrong}" is not a namespace's name; pass names with commas between them`,
    );
  }
  if (names.length > maxListedNamespaces) {
    const text = `${namespaces.label} names ${names.length} namespaces, each of which is watched by itself, and takes up to ${maxListedNamespaces}`;
    throw new UsageError(`${text}; use --namespace-labels`);
  }
  return { type: 'listed', names: [first, ...others] };
}

function readSelector({ value: text, label }: Given<string | undefined>): string | undefined {
  if (text === undefined) return undefined;
  if (text.trim() === '') throw new UsageError(`${label} needs a label selector such as team=web,stage!=test`);
  const fault = selectorFault(text);
  if (fault === undefined) return text;
  throw new UsageError(`${label} "${text}" is not a label selector: ${fault}`);
}

function readPods({ value: text, label }: Given<string>): PodMode {
  if (text === 'disabled' || text === 'insecure' || text === 'verified') return text;
  throw new UsageError(`${label} "${text}" is not disabled, insecure or verified`);
}
