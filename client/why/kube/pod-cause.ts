/** Why a pod has no name below a Service. Pure. */
import { formatAddress, parseAddress } from '../../../zone/address.ts';
import { addressOfDashedLabel } from '../../../zone/dashed.ts';
import { type Finding, finding, kubectl, nameIn, type Question } from './finding.ts';
import { causeOfHostName } from './host-name-cause.ts';
import type { KubePod, KubeService } from './objects.ts';
import { causeOfState } from './pod-state-cause.ts';
import { isReady } from './readiness.ts';
import { type SeenObjects, there } from './seen.ts';
import { differing, mismatch } from './selector.ts';
import { noneSelected } from './service-cause.ts';
import { ordinalOf, statefulSetOf } from './stateful-set-of.ts';

export interface PodQuestion extends Question {
  readonly host: string;
}

/** Undefined when the name should exist, or nobody could look at the pods. */
export function causeOfPod(question: PodQuestion, service: KubeService, seen: SeenObjects): Finding | undefined {
  const pod = podOf(question, seen);
  if (pod === undefined) return causeOfNoPod(question, service, seen);
  const otherName = causeOfHostName(question, service, pod, seen);
  if (otherName?.code === 'SECOND_SERVICE') return otherName;
  // Below a Service with a cluster IP pods have names too, where they say themselves that they belong to it.
  if (otherName !== undefined && hasClusterIP(service)) return clusterIpCause(question, service);
  if (differing(service.selector, pod.labels).length > 0) {
    return mismatch(service, { title: `pod ${pod.name}`, labels: pod.labels });
  }
  return otherName ?? causeOfState(question, service, pod);
}

/** By its name, by its host name, which may differ, or by its address with dashes. */
function podOf({ host }: PodQuestion, { pod, pods }: SeenObjects): KubePod | undefined {
  const named = there(pod);
  if (named !== undefined || pods === 'unknown') return named;
  const address = addressOfDashedLabel(host);
  return pods.find((each) => each.hostname === host || (address && parseAddress(each.address) === address));
}

function causeOfNoPod(question: PodQuestion, service: KubeService, seen: SeenObjects): Finding | undefined {
  const { host, namespace } = question;
  if (seen.pod === 'unknown') return undefined;
  const set = statefulSetOf(question, seen.statefulSets);
  if (set === undefined) {
    if (hasClusterIP(service)) return clusterIpCause(question, service);
    if (seen.pods !== 'unknown' && seen.pods.length === 0 && Object.keys(service.selector).length > 0) {
      return noneSelected(question, service, seen);
    }
    const address = addressOfDashedLabel(host);
    if (address !== undefined && seen.pods !== 'unknown') {
      return finding(
        'POD_MISSING',
        `No pod that Service ${service.name} selects has the address ${formatAddress(address)}.`,
        `See which they have: ${kubectl('get pods --output wide', question)}; pods that restart get others.`,
      );
    }
    return finding(
      'POD_MISSING',
      `There is no pod ${host} in namespace ${namespace}.`,
      `See which there are: ${kubectl('get pods', question)}.`,
    );
  }
  const { name, replicas, firstOrdinal, serviceName } = set;
  const last = firstOrdinal + replicas - 1;
  const ordinal = ordinalOf(host);
  if (replicas === 0) {
    return finding(
      'REPLICA_MISSING',
      `StatefulSet ${name} has 0 replicas, so there are no pods.`,
      `Scale it: ${kubectl(`scale statefulset ${name} --replicas ${Math.max(1, ordinal - firstOrdinal + 1)}`, question)}.`,
    );
  }
  if (ordinal < firstOrdinal || ordinal > last) {
    const first = `${name}-${firstOrdinal}`;
    const range = replicas === 1 ? first : `${first} to ${name}-${last}`;
    // Below the asked Service they may have no names.
    const instead = serviceName === '' ? '' : `, or ask for ${nameIn(question, serviceName, first)}`;
    return finding(
      'REPLICA_MISSING',
      `StatefulSet ${name} has ${replicas === 1 ? '1 replica' : `${replicas} replicas`}, ${range}, and no ${host}.`,
      `To have it, scale the StatefulSet${instead}.`,
    );
  }
  const blocking = seen.pods === 'unknown' ? undefined : blockingPod(seen.pods, name, ordinal);
  const behind = blocking === undefined ? '' : `: it is made when ${blocking.name} is ready`;
  return finding(
    'POD_NOT_CREATED',
    `StatefulSet ${name} has not made pod ${host} yet${behind}.`,
    `See what it waits for: ${kubectl(`describe ${blocking === undefined ? `statefulset ${name}` : `pod ${blocking.name}`}`, question)}.`,
  );
}

/** A StatefulSet makes its pods one after the other, unless it is told to make all at once. */
function blockingPod(pods: readonly KubePod[], name: string, ordinal: number): KubePod | undefined {
  const isBefore = (pod: KubePod): boolean => pod.ownerName === name && ordinalOf(pod.name) < ordinal;
  return pods.find((pod) => isBefore(pod) && !isReady(pod));
}

function hasClusterIP({ clusterIP }: KubeService): boolean {
  return clusterIP !== undefined && clusterIP !== 'None';
}

function clusterIpCause(question: PodQuestion, { name, clusterIP }: KubeService): Finding {
  return finding(
    'HAS_CLUSTER_IP',
    `Service ${name} has the cluster IP ${clusterIP}, so it is not headless and its pods have no names below it.`,
    `Ask for ${nameIn(question, name)}, or make the Service anew with clusterIP: None: the field cannot be changed.`,
  );
}
