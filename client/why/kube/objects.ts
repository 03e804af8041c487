/** The few fields of Kubernetes objects that decide whether a name exists, read from what an API server sends. Pure. */
import { fieldsOf, textOf } from '../../../sync-agent/kube/json.ts';

type Labels = Readonly<Record<string, string>>;

interface KubeObject {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Of the annotation `kube-doh/hide`; undefined without it. */
  readonly hides: string | undefined;
}

export interface KubeNamespace extends KubeObject {
  readonly isTerminating: boolean;
}

export interface KubeService extends KubeObject {
  readonly type: string;
  /** `None` for a headless one; undefined where there is none, as of an ExternalName. */
  readonly clusterIP: string | undefined;
  /** Empty where there is none: then somebody else makes the endpoints. */
  readonly selector: Labels;
  readonly externalName: string;
  readonly publishesNotReady: boolean;
  readonly ports: readonly ServicePort[];
}

export interface ServicePort {
  readonly name: string;
  /** As `TCP`. */
  readonly protocol: string;
  /** The name of a container's port; undefined where it is a number. */
  readonly targetName: string | undefined;
}

export interface KubePod extends KubeObject {
  readonly phase: string;
  readonly isTerminating: boolean;
  /** Empty while it has none. */
  readonly address: string;
  readonly hostname: string;
  readonly subdomain: string;
  /** Such as `StatefulSet`; empty where nobody owns it. */
  readonly ownerKind: string;
  readonly ownerName: string;
  readonly conditions: readonly Condition[];
  readonly containers: readonly Container[];
  /** Conditions that must be true too (readiness gates). */
  readonly gates: readonly string[];
}

export interface Condition {
  readonly type: string;
  readonly isTrue: boolean;
  readonly reason: string;
  readonly message: string;
}

export interface Container {
  readonly name: string;
  readonly isReady: boolean;
  /** Why it does not run, such as `CrashLoopBackOff`; empty while it runs. */
  readonly waitingFor: string;
  readonly portNames: readonly string[];
}

export interface KubeStatefulSet extends KubeObject {
  readonly serviceName: string;
  readonly replicas: number;
  readonly firstOrdinal: number;
  readonly podLabels: Labels;
}

/** How many addresses the slices of a Service have, in DNS and beside it. */
export interface KubeSlice {
  readonly endpoints: number;
}

export function readNamespace(value: unknown): KubeNamespace {
  const { metadata } = fieldsOf(value);
  return { ...objectOf(value), isTerminating: fieldsOf(metadata)['deletionTimestamp'] !== undefined };
}

export function readService(value: unknown): KubeService {
  const spec = fieldsOf(fieldsOf(value)['spec']);
  return {
    ...objectOf(value),
    type: textOf(spec['type']) ?? 'ClusterIP',
    clusterIP: textOf(spec['clusterIP']),
    selector: labelsOf(spec['selector']),
    externalName: textOf(spec['externalName']) ?? '',
    publishesNotReady: spec['publishNotReadyAddresses'] === true,
    ports: listOf(spec['ports']).map((port) => ({
      name: textOf(port['name']) ?? '',
      protocol: textOf(port['protocol']) ?? 'TCP',
      targetName: textOf(port['targetPort']),
    })),
  };
}

export function readPod(value: unknown): KubePod {
  const { metadata, spec: specOf, status: statusOf } = fieldsOf(value);
  const spec = fieldsOf(specOf);
  const status = fieldsOf(statusOf);
  const meta = fieldsOf(metadata);
  const owner = listOf(meta['ownerReferences']).find(({ controller }) => controller === true) ?? {};
  return {
    ...objectOf(value),
    phase: textOf(status['phase']) ?? 'Pending',
    isTerminating: meta['deletionTimestamp'] !== undefined,
    address: textOf(status['podIP']) ?? '',
    hostname: textOf(spec['hostname']) ?? '',
    subdomain: textOf(spec['subdomain']) ?? '',
    ownerKind: textOf(owner['kind']) ?? '',
    ownerName: textOf(owner['name']) ?? '',
    conditions: listOf(status['conditions']).map((condition) => ({
      type: textOf(condition['type']) ?? '',
      isTrue: condition['status'] === 'True',
      reason: textOf(condition['reason']) ?? '',
      message: textOf(condition['message']) ?? '',
    })),
    containers: containersOf(spec, status),
    gates: listOf(spec['readinessGates']).flatMap(({ conditionType }) => textOf(conditionType) ?? []),
  };
}

export function readStatefulSet(value: unknown): KubeStatefulSet {
  const spec = fieldsOf(fieldsOf(value)['spec']);
  const template = fieldsOf(fieldsOf(spec['template'])['metadata']);
  return {
    ...objectOf(value),
    serviceName: textOf(spec['serviceName']) ?? '',
    replicas: numberOf(spec['replicas']) ?? 1,
    firstOrdinal: numberOf(fieldsOf(spec['ordinals'])['start']) ?? 0,
    podLabels: labelsOf(template['labels']),
  };
}

export function readSlice(value: unknown): KubeSlice {
  return { endpoints: listOf(fieldsOf(value)['endpoints']).length };
}

/** The objects of a list; none when it is no list. */
export function itemsOf<T>(list: unknown, read: (item: unknown) => T): readonly T[] {
  const { items } = fieldsOf(list);
  return Array.isArray(items) ? items.map(read) : [];
}

const hidingAnnotation = 'kube-doh/hide';

function objectOf(value: unknown): KubeObject {
  const metadata = fieldsOf(fieldsOf(value)['metadata']);
  return {
    name: textOf(metadata['name']) ?? '',
    namespace: textOf(metadata['namespace']) ?? '',
    labels: labelsOf(metadata['labels']),
    hides: labelsOf(metadata['annotations'])[hidingAnnotation],
  };
}

function containersOf(spec: Readonly<Record<string, unknown>>, status: Readonly<Record<string, unknown>>): Container[] {
  const statuses = listOf(status['containerStatuses']);
  return listOf(spec['containers']).map((container) => {
    const name = textOf(container['name']) ?? '';
    const { ready, state } = statuses.find((each) => each['name'] === name) ?? {};
    const { waiting, terminated } = fieldsOf(state);
    return {
      name,
      isReady: ready === true,
      waitingFor: textOf(fieldsOf(waiting)['reason']) ?? textOf(fieldsOf(terminated)['reason']) ?? '',
      portNames: listOf(container['ports']).flatMap((port) => textOf(port['name']) ?? []),
    };
  });
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function labelsOf(value: unknown): Labels {
  return Object.fromEntries(Object.entries(fieldsOf(value)).filter((entry) => typeof entry[1] === 'string')) as Labels;
}

function numberOf(value: unknown): number | undefined {
  return Number.isInteger(value) ? (value as number) : undefined;
}
