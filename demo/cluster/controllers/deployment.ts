/** The Deployment controller: one ReplicaSet per template, the newest of full size. Pure. */
import type { Deployment, Draft, ReplicaSet } from '../types.ts';
import { templateHash } from './hash.ts';
import { controlledBy, controllerReference } from './ownership.ts';

/** The next step of a Deployment, and its status as of now. */
export interface DeploymentPlan {
  readonly create: readonly Draft<ReplicaSet>[];
  readonly resize: readonly { readonly replicaSet: ReplicaSet; readonly replicas: number }[];
  readonly status: Deployment['status'];
}

/** `replicaSets` are those of the Deployment's namespace. Older ones shrink when the newest is ready. */
export function planDeployment(deployment: Deployment, replicaSets: readonly ReplicaSet[]): DeploymentPlan {
  const own = controlledBy(deployment, replicaSets);
  const hash = templateHash(deployment.spec.template);
  const newest = own.find(({ metadata }) => metadata.labels?.[HASH_LABEL] === hash);
  const isReady = (newest?.status.readyReplicas ?? 0) >= deployment.spec.replicas;
  const sizes = own.map((replicaSet) => ({
    replicaSet,
    replicas: replicaSet === newest ? deployment.spec.replicas : isReady ? 0 : replicaSet.spec.replicas,
  }));
  return {
    create: newest === undefined ? [newReplicaSet(deployment, hash)] : [],
    resize: sizes.filter(({ replicaSet, replicas }) => replicaSet.spec.replicas !== replicas),
    status: statusOf(deployment, own, newest),
  };
}

const HASH_LABEL = 'pod-template-hash';

function newReplicaSet(deployment: Deployment, hash: string): Draft<ReplicaSet> {
  const { name, namespace } = deployment.metadata;
  const { template, replicas, selector } = deployment.spec;
  const labels = { ...template.metadata.labels, [HASH_LABEL]: hash };
  return {
    kind: 'ReplicaSet',
    apiVersion: 'apps/v1',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      selector: { matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: {},
  };
}

function statusOf(
  deployment: Deployment,
  own: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
): Deployment['status'] {
  const sum = (count: (replicaSet: ReplicaSet) => number | undefined) =>
    own.reduce((total, replicaSet) => total + (count(replicaSet) ?? 0), 0);
  const replicas = sum(({ status }) => status.replicas);
  const ready = sum(({ status }) => status.readyReplicas);
  return {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...(replicas === 0 ? {} : { replicas, updatedReplicas: newest?.status.replicas ?? 0 }),
    ...(ready === 0 ? {} : { readyReplicas: ready, availableReplicas: ready }),
  };
}
