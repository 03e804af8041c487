/**
 * API object → what supplements are made of. Pure and total, beside trim.ts: the same object is read for records first, and
 * what is wrong with it is told there.
 */
import { isPlainText } from '../../zone/endpoints/format.ts';
import type { Standing } from '../../zone/endpoints/line.ts';
import type { Endpoint, Service } from '../cluster.ts';
import type { EndpointFacts, ServiceFacts, ServiceFault, SliceFacts } from '../facts.ts';
import { trimEndpoints } from './endpoints.ts';
import { type Fields, fieldsOf, textOf } from './json.ts';
import { maxPorts, trimPorts } from './ports.ts';
import { sharedText } from './shared-text.ts';
import { serviceLabel } from './slice-owners.ts';
import { isLabel, ProblemList, type Trimmed, trimNamespaced } from './trimmed.ts';

/** No value for a Service that is hidden or has no usable name. `trimmed` is what records are made of. */
export function serviceFacts(object: unknown, { key, value }: Trimmed<Service>): Trimmed<ServiceFacts> {
  const facts = trimNamespaced<ServiceFacts>('Service', object, ({ namespace, name }, fields) => {
    if (value?.isHidden === true || !isLabel(name)) return undefined;
    const spec = fieldsOf(fields['spec']);
    const { selector, publishNotReadyAddresses } = spec as Readonly<
      Record<'selector' | 'publishNotReadyAddresses', unknown>
    >;
    return {
      namespace,
      name,
      hasSelector: Object.keys(fieldsOf(selector)).length > 0,
      publishesNotReady: publishNotReadyAddresses === true,
      targetNames: targetNamesOf(spec),
      fault: value === undefined ? faultOf(spec) : undefined,
    };
  });
  return { key, value: facts.value, problems: [] };
}

/** No value for a slice that belongs to no Service. */
export function sliceFacts(object: unknown, { key }: Trimmed<unknown>): Trimmed<SliceFacts> {
  const facts = trimNamespaced<SliceFacts>('EndpointSlice', object, ({ namespace, name }, fields) => {
    const service = textOf(fieldsOf(fieldsOf(fields['metadata'])['labels'])[serviceLabel]);
    if (service === undefined || !isLabel(service)) return undefined;
    const holdsHostNames = fields['addressType'] === 'FQDN';
    const endpoints = holdsHostNames ? [] : endpointsOf(fields['endpoints']);
    const ports = holdsHostNames ? [] : trimPorts(fields['ports'], 'ports', new ProblemList(''));
    return { namespace, name, service, holdsHostNames, endpoints, ports };
  });
  return { key, value: facts.value, problems: [] };
}

function faultOf({ type }: { readonly type?: unknown }): ServiceFault {
  return type === 'ExternalName' ? 'no-target' : 'no-cluster-ip';
}

function targetNamesOf(spec: Fields): Readonly<Record<string, string>> {
  const { ports } = spec as { readonly ports?: unknown };
  if (!Array.isArray(ports)) return {};
  return Object.fromEntries(
    ports.slice(0, maxPorts).flatMap((item) => {
      const target = textOf(fieldsOf(item)['targetPort']);
      const [port] = trimPorts([item], 'spec.ports', new ProblemList(''));
      if (target === undefined || !isLabel(target) || port === undefined || port.name === '') return [];
      return [[`_${port.name}._${port.protocol}`, target]];
    }),
  );
}

/** Whether one is in DNS, and under which name, is decided where records are: as it is, and as it would be if it were ready. */
function endpointsOf(value: unknown): EndpointFacts[] {
  if (!Array.isArray(value)) return [];
  const endpoints = value.slice(0, maxEndpoints).flatMap((item: unknown) => {
    const fields = fieldsOf(item);
    const standing: Standing = read([fields]).length > 0 ? 'ready' : standingOf(fieldsOf(fields['conditions']));
    const { kind, name } = fieldsOf(fields['targetRef']) as Readonly<Record<'kind' | 'name', unknown>>;
    const podName = kind === 'Pod' || kind === undefined ? plainText(name) : undefined;
    const nodeName = topologyText(fields['nodeName']);
    const topologyZone = topologyText(fields['zone']);
    return read([{ ...fields, conditions: {} }]).map(({ address, hostname, podName: targetName }) => ({
      address,
      hostname,
      podName,
      targetName,
      standing,
      nodeName,
      topologyZone,
    }));
  });
  return endpoints.slice(0, 2 * maxEndpoints);
}

/** Beyond that many, and twice as many addresses, no endpoint is in DNS either. */
const maxEndpoints = 1000;
/** The name of a pod, or of a node, is a DNS subdomain name at most. */
const maxNameCharacters = 253;

/** Few for very many endpoints, so that memory holds each once. */
function topologyText(value: unknown): string | undefined {
  const text = plainText(value);
  return text && sharedText(text);
}

/** Undefined where it is none that can stand in a line. */
function plainText(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && text.length <= maxNameCharacters && isPlainText(text) ? text : undefined;
}

function read(endpoints: readonly unknown[]): Endpoint[] {
  return trimEndpoints(endpoints, true, new ProblemList(''));
}

function standingOf({ terminating }: { readonly terminating?: unknown }): Exclude<Standing, 'ready'> {
  return terminating === true ? 'terminating' : 'not-ready';
}
