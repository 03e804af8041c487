/** Rules for writing StatefulSets, Deployments and ReplicaSets. */
import { isDeepStrictEqual } from 'node:util';
import type { Deployment, JsonObject, ReplicaSet, StatefulSet, StatefulSetSpec, WorkloadSpec } from '../types.ts';
import type { ManifestReader } from './manifest-reader.ts';
import { readPodTemplate } from './pod-spec.ts';
import type { Strategy } from './strategy.ts';

export const statefulSetStrategy: Strategy<StatefulSet> = {
  prepare(body, reader, previous) {
    const fields = reader.object(body['spec'], 'spec');
    const policies = ['OrderedReady', 'Parallel'] as const;
    const spec: StatefulSetSpec = {
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      ...readWorkloadSpec(fields, reader),
      serviceName: reader.text(fields['serviceName'], 'spec.serviceName') ?? '',
      podManagementPolicy: reader.oneOf(fields['podManagementPolicy'], 'spec.podManagementPolicy', policies),
      updateStrategy: readUpdateStrategy(fields, reader),
    } as StatefulSetSpec;
    if (previous !== undefined && !isDeepStrictEqual(identityOf(spec), identityOf(previous.spec))) {
      const mutable =
        "'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds'";
      const message = `Forbidden: updates to statefulset spec for fields other than ${mutable} are forbidden`;
      reader.reject('FieldValueForbidden', 'spec', message);
    }
    return { spec, status: previous?.status ?? { replicas: 0, availableReplicas: 0 } };
  },
};

export const deploymentStrategy: Strategy<Deployment> = {
  prepare(body, reader, previous) {
    const fields = reader.object(body['spec'], 'spec');
    const spec = {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...readWorkloadSpec(fields, reader),
    };
    forbidNewSelector(spec, previous?.spec, reader);
    return { spec, status: previous?.status ?? {} };
  },
};

export const replicaSetStrategy: Strategy<ReplicaSet> = {
  prepare(body, reader, previous) {
    const spec = readWorkloadSpec(reader.object(body['spec'], 'spec'), reader);
    forbidNewSelector(spec, previous?.spec, reader);
    return { spec, status: previous?.status ?? { replicas: 0 } };
  },
};

/** The fields that all three have, with unknown ones as they came. */
function readWorkloadSpec(fields: JsonObject, reader: ManifestReader): WorkloadSpec {
  const selector = reader.object(fields['selector'], 'spec.selector');
  const matchLabels = reader.labels(selector['matchLabels'], 'spec.selector.matchLabels') ?? {};
  if (reader.list(selector['matchExpressions'], 'spec.selector.matchExpressions').length > 0) {
    reader.reject('FieldValueNotSupported', 'spec.selector', 'matchExpressions are not served by the embedded cluster');
  }
  if (Object.keys(matchLabels).length === 0) reader.required('spec.selector');
  const replicas = reader.integer(fields['replicas'], 'spec.replicas') ?? 1;
  if (replicas < 0) reader.wrong('spec.replicas', replicas, 'must be greater than or equal to 0');
  return {
    ...fields,
    replicas,
    selector: { matchLabels },
    template: readPodTemplate(fields['template'], matchLabels, reader),
  };
}

function readUpdateStrategy(fields: JsonObject, reader: ManifestReader): StatefulSetSpec['updateStrategy'] {
  const strategy = reader.object(fields['updateStrategy'], 'spec.updateStrategy');
  const type = reader.oneOf(strategy['type'], 'spec.updateStrategy.type', ['RollingUpdate', 'OnDelete']);
  if (type === 'OnDelete') return { type };
  const rollingUpdate = reader.object(strategy['rollingUpdate'], 'spec.updateStrategy.rollingUpdate');
  const partition = reader.integer(rollingUpdate['partition'], 'spec.updateStrategy.rollingUpdate.partition') ?? 0;
  return { type, rollingUpdate: { ...rollingUpdate, partition } };
}

/** What a StatefulSet's pods take their names from; it never changes. */
function identityOf(spec: StatefulSetSpec) {
  const { serviceName, selector, podManagementPolicy } = spec;
  return { serviceName, selector, podManagementPolicy };
}

function forbidNewSelector(spec: WorkloadSpec, previous: WorkloadSpec | undefined, reader: ManifestReader): void {
  if (previous === undefined || isDeepStrictEqual(spec.selector, previous.selector)) return;
  reader.reject('FieldValueInvalid', 'spec.selector', 'Invalid value: field is immutable');
}
