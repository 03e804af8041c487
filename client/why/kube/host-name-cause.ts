/** Why a pod that is there has another name in DNS, or none: hostname, subdomain, serviceName. Pure. */
import { parseAddress } from '../../../zone/address.ts';
import { addressOfDashedLabel, dashedLabel } from '../../../zone/dashed.ts';
import { type Finding, finding, nameIn } from './finding.ts';
import type { KubePod, KubeService } from './objects.ts';
import type { PodQuestion } from './pod-cause.ts';
import type { SeenObjects } from './seen.ts';
import { differing } from './selector.ts';

/** Undefined when the pod has the asked name below the Service: then something else is missing. */
export function causeOfHostName(
  question: PodQuestion,
  service: KubeService,
  pod: KubePod,
  seen: SeenObjects,
): Finding | undefined {
  const { hostname, subdomain } = pod;
  const isDashed = addressOfDashedLabel(question.host) !== undefined;
  if (hostname !== '' && subdomain === service.name) return hostname === question.host ? undefined : otherHostName();
  // Who has no host name has this one.
  if (isDashed) return undefined;
  if (pod.ownerKind === 'StatefulSet') return statefulSetCause(question, service, pod, seen);
  if (subdomain !== '' && hostname !== '') {
    return finding(
      'SUBDOMAIN_DIFFERS',
      `Pod ${pod.name} has subdomain ${subdomain}, so its name is below that Service and not below ${service.name}.`,
      `Ask for ${nameIn(question, subdomain, hostname)}.`,
    );
  }
  if (hostname !== '') {
    return finding(
      'HOSTNAME_WITHOUT_SUBDOMAIN',
      `Pod ${pod.name} has hostname ${hostname} and no subdomain, and it takes both for a name.`,
      `Set subdomain: ${service.name} in the pod template${meanwhile()}.`,
    );
  }
  if (subdomain !== '') {
    return finding(
      'SUBDOMAIN_WITHOUT_HOSTNAME',
      `Pod ${pod.name} has subdomain ${subdomain} and no hostname, and it takes both for a name.`,
      `Set a hostname in the pod template${meanwhile()}.`,
    );
  }
  const maker = pod.ownerKind === 'ReplicaSet' ? ', as those of Deployments are,' : '';
  return finding(
    'POD_WITHOUT_HOSTNAME',
    `Pod ${pod.name}${maker} is without hostname and subdomain, so it is named after its address only.`,
    `For stable names use a StatefulSet${meanwhile()}.`,
  );

  function otherHostName(): Finding {
    return finding(
      'HOSTNAME_DIFFERS',
      `Pod ${pod.name} has hostname ${hostname}, and that is its name in DNS.`,
      `Ask for ${nameIn(question, service.name, hostname)}.`,
    );
  }

  /** What can be asked for now. */
  function meanwhile(): string {
    const address = parseAddress(pod.address);
    if (address === undefined || differing(service.selector, pod.labels).length > 0) return '';
    return `; until then ask for ${nameIn(question, service.name, dashedLabel(address))}`;
  }
}

function statefulSetCause(
  question: PodQuestion,
  service: KubeService,
  pod: KubePod,
  { governing, statefulSets }: SeenObjects,
): Finding {
  const set = statefulSets === 'unknown' ? undefined : statefulSets.find(({ name }) => name === pod.ownerName);
  const serviceName = set?.serviceName ?? pod.subdomain;
  const title = `StatefulSet ${pod.ownerName}`;
  const anew = 'the field cannot be changed, so the StatefulSet has to be made anew';
  if (serviceName === '') {
    return finding(
      'SERVICE_NAME_EMPTY',
      `${title} has no serviceName, so its pods have no names in DNS.`,
      `Set serviceName: ${service.name}; ${anew} ("kubectl delete --cascade=orphan" keeps the pods).`,
    );
  }
  if (serviceName !== service.name && governing !== 'absent') {
    return finding(
      'SECOND_SERVICE',
      `${title} has serviceName ${serviceName}, so ${pod.name} has its name there and not below ${service.name}.`,
      `Ask for ${nameIn(question, serviceName, question.host)}.`,
    );
  }
  if (serviceName === service.name) {
    return finding(
      'SERVICE_NAME_DIFFERS',
      `Pod ${pod.name} is older than the serviceName ${serviceName} of its StatefulSet: its own subdomain is "${pod.subdomain}".`,
      `Delete the pod, and the StatefulSet makes it with its name: "kubectl delete pod ${pod.name} --namespace ${question.namespace}".`,
    );
  }
  return finding(
    'SERVICE_NAME_DIFFERS',
    `${title} has serviceName ${serviceName}, which is not Service ${service.name}, so its pods have no names below this.`,
    `Make a headless Service ${serviceName} with the same selector, or set serviceName: ${service.name}; ${anew}.`,
  );
}
