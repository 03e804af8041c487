/** Names of pods that one may expect below a Service that selects them, and why they are not there. Pure. */
import { apex, NameError } from '../../zone/name.ts';
import type { Remark } from '../../zone/remarks/remarks.ts';
import { asInDns, type EndpointFacts, podLabelOf, type ServiceFacts } from '../facts.ts';
import { checkedLabel } from '../records/host-label.ts';
import type { RecordOptions } from '../records/options.ts';
import { ownerName } from '../records/owner-name.ts';
import type { PodLabels } from './pod-labels.ts';
import { belowOtherService, namedAfterHostname, podNotReady, podTerminating, podWithoutHostname } from './pod-texts.ts';

export interface ExpectedPods {
  readonly facts: ServiceFacts;
  readonly isHeadless: boolean;
  /** Those that say most of a name come first (pod-labels.ts). */
  readonly endpoints: readonly EndpointFacts[];
  /** The labels that are there. */
  readonly hosts: ReadonlySet<string>;
  readonly elsewhere: PodLabels;
  readonly options: RecordOptions;
}

/** Remarks with names of ordinary length fit into a line so; on the others holds what is said of all names. */
const maxNames = 500;

/** By label; nothing for what is said of all names below the Service. */
export function expectedPods({ facts, endpoints, hosts, ...rest }: ExpectedPods): Readonly<Record<string, Remark>> {
  const remarks = new Map<string, Remark>();
  for (const endpoint of endpoints) {
    for (const label of [podLabelOf(endpoint), endpoint.hostname]) {
      if (label === undefined || hosts.has(label) || remarks.has(label)) continue;
      const remark = whyMissing(label, endpoint, { facts, endpoints, hosts, ...rest });
      if (remark !== undefined) remarks.set(label, remark);
      if (remarks.size === maxNames) return Object.fromEntries(remarks);
    }
  }
  return Object.fromEntries(remarks);
}

function whyMissing(
  label: string,
  endpoint: EndpointFacts,
  { facts, isHeadless, hosts, elsewhere, options }: ExpectedPods,
): Remark | undefined {
  const { hostname, standing } = endpoint;
  const podName = podLabelOf(endpoint);
  const own = ownLabel(endpoint, facts, options);
  if (label === own || (hostname !== undefined && !hosts.has(hostname))) {
    if (standing === 'terminating') return podTerminating(facts, label, podName);
    if (standing === 'not-ready') return podNotReady(facts, label, podName, facts.publishesNotReady);
    return undefined;
  }
  if (podName === undefined) return undefined;
  if (hostname !== undefined) return namedAfterHostname(facts, podName, hostname);
  const other = elsewhere.get(podName);
  if (other !== undefined && other.service !== facts.name) {
    return belowOtherService(facts, podName, other.service, other.label);
  }
  if (!isHeadless) return undefined;
  return podWithoutHostname(facts, podName, own !== undefined && hosts.has(own) ? own : undefined);
}

/** The label that an endpoint has, or would have if it were ready. */
function ownLabel(
  endpoint: EndpointFacts,
  { namespace, name }: ServiceFacts,
  { zoneOrigins, usesPodNames }: RecordOptions,
): string | undefined {
  const base = ownerName([name, namespace, 'svc'], apex, zoneOrigins);
  if (base instanceof NameError) return undefined;
  return checkedLabel(asInDns(endpoint), usesPodNames, base, zoneOrigins).label;
}
