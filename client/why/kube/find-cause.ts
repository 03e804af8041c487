/** The first reason why a name does not exist, from the objects that decide it. Pure. */
import { causeOfExternalName } from './external-name-cause.ts';
import { type Finding, finding, kubectl, nameIn, type Question } from './finding.ts';
import type { KubeService } from './objects.ts';
import { causeOfPod } from './pod-cause.ts';
import { causeOfPort } from './port-cause.ts';
import { type SeenObjects, there } from './seen.ts';
import { causeOfService } from './service-cause.ts';

/** Undefined when the objects do not tell. The edge has said that there is no such name, or no such record. */
export function findCause(question: Question, seen: SeenObjects): Finding | undefined {
  const above = causeOfNamespace(question, seen) ?? causeOfAbsence(question, seen);
  if (above !== undefined) return above;
  const service = there(seen.service);
  if (service === undefined) return undefined;
  return (
    causeOfHiding(service) ??
    causeOfExternalName(question, service) ??
    causeOfPort(question, service, seen) ??
    (question.host === undefined
      ? causeOfService(question, service, seen)
      : causeOfPod({ ...question, host: question.host }, service, seen)) ??
    causeOfSilence(question, seen)
  );
}

function causeOfNamespace(question: Question, { namespace, namesakes }: SeenObjects): Finding | undefined {
  const { namespace: name, service } = question;
  if (namespace === 'absent') {
    return (
      wrongNamespace(question, namesakes) ??
      finding(
        'NAMESPACE_MISSING',
        `There is no namespace ${name}${service === undefined ? '' : ', so it has no Service either'}.`,
        'Check the namespace: "kubectl get namespaces" lists them.',
      )
    );
  }
  const hides = there(namespace)?.hides;
  if (hides === undefined || hides === 'false') return undefined;
  return finding(
    'NAMESPACE_HIDDEN',
    `Namespace ${name} has the annotation kube-doh/hide: "${hides}", which keeps all of it out.`,
    `Take the annotation away if the names are to be published: "kubectl annotate namespace ${name} kube-doh/hide-".`,
  );
}

/** Of the Service. */
function causeOfAbsence(question: Question, { service, namesakes, statefulSets }: SeenObjects): Finding | undefined {
  const { service: name, namespace } = question;
  if (name === undefined || service !== 'absent') return undefined;
  const governed =
    statefulSets === 'unknown' ? undefined : statefulSets.find(({ serviceName }) => serviceName === name);
  if (governed !== undefined) {
    return finding(
      'GOVERNING_SERVICE_MISSING',
      `StatefulSet ${governed.name} has serviceName ${name}, and namespace ${namespace} has no such Service.`,
      `Make the headless Service ${name} (clusterIP: None) with a selector for the StatefulSet's pods.`,
    );
  }
  return (
    wrongNamespace(question, namesakes) ??
    finding(
      'SERVICE_MISSING',
      `There is no Service ${name} in namespace ${namespace}.`,
      `Check the Service's name: ${kubectl('get services', question)} lists them.`,
    )
  );
}

const maxNamed = 3;

function wrongNamespace(question: Question, namesakes: readonly string[]): Finding | undefined {
  const { service, host, namespace } = question;
  const [first] = namesakes;
  if (service === undefined || first === undefined) return undefined;
  const more = namesakes.length > maxNamed ? ` and ${namesakes.length - maxNamed} more` : '';
  const where = `${namesakes.slice(0, maxNamed).join(', ')}${more}`;
  return finding(
    'WRONG_NAMESPACE',
    `There is no Service ${service} in namespace ${namespace}, but there is one in ${where}.`,
    `Ask for ${nameIn({ ...question, namespace: first }, service, host)}.`,
  );
}

function causeOfHiding({ name, namespace, hides }: KubeService): Finding | undefined {
  if (hides === undefined || hides === 'false') return undefined;
  return finding(
    'SERVICE_HIDDEN',
    `Service ${name} has the annotation kube-doh/hide: "${hides}", which keeps its names out.`,
    `Take the annotation away if they are to be published: "kubectl annotate service ${name} --namespace ${namespace} kube-doh/hide-".`,
  );
}

/** Kubernetes has all that the name needs. */
function causeOfSilence(question: Question, { pods, slices }: SeenObjects): Finding | undefined {
  // What was not seen may be what is missing.
  if (pods === 'unknown' || slices === 'unknown') return undefined;
  return finding(
    'NOT_PUBLISHED',
    `This cluster has all that the name needs in namespace ${question.namespace}, and the edge does not have the name.`,
    "See whether the kubeconfig is of the cluster that is published, then the agent's log and its --namespaces and --labels.",
  );
}
