/** Why a port of a Service has no SRV records. Pure. */
import { type Finding, finding, kubectl, nameIn, type Question } from './finding.ts';
import type { KubePod, KubeService, ServicePort } from './objects.ts';
import type { SeenObjects } from './seen.ts';

/** Undefined when no port is asked for, or the port is not what is missing. */
export function causeOfPort(question: Question, service: KubeService, seen: SeenObjects): Finding | undefined {
  const { port: wanted, protocol } = question;
  if (protocol === undefined) return undefined;
  const matching = service.ports.filter((port) => fits(port, wanted, protocol));
  if (matching.length === 0) return notThere(question, service);
  if (seen.pods === 'unknown' || seen.pods.length === 0) return undefined;
  const named = matching.flatMap(({ targetName }) => targetName ?? []);
  // A number needs no name on the pod.
  if (named.length < matching.length) return undefined;
  const without = seen.pods.filter((pod) => !named.some((name) => hasPort(pod, name)));
  const [first] = without;
  if (first === undefined || without.length < seen.pods.length) return undefined;
  return finding(
    'TARGET_PORT_MISSING',
    `Service ${service.name} sends this port to the targetPort "${named[0]}", which no container of ${first.name} has.`,
    `Name a port "${named[0]}" in the pods' containers, or correct the Service's targetPort.`,
  );
}

function fits(port: ServicePort, wanted: string | undefined, protocol: string): boolean {
  return port.protocol.toLowerCase() === protocol && (wanted === undefined || port.name === wanted);
}

function notThere(question: Question, service: KubeService): Finding {
  const asked =
    question.port === undefined ? `${question.protocol} port` : `port ${question.port} of ${question.protocol}`;
  const listed = service.ports.map(({ name, protocol }) => `_${name}._${protocol.toLowerCase()}`);
  const known = service.ports.flatMap(({ name }, i) => (name === '' ? [] : listed[i]!));
  if (service.ports.length > 0 && known.length === 0) {
    return finding(
      'PORT_NOT_ON_SERVICE',
      `The ports of Service ${service.name} have no names, and SRV names are made of them.`,
      `Give the port a name in the Service, or ask for the SRV records of ${nameIn(question, service.name)}.`,
    );
  }
  return finding(
    'PORT_NOT_ON_SERVICE',
    `Service ${service.name} has no ${asked}${known.length === 0 ? '' : `, but ${known.join(', ')}`}.`,
    known.length === 0
      ? `Add the port to the Service: ${kubectl(`edit service ${service.name}`, question)}.`
      : `Ask for ${known[0]}.${nameIn(question, service.name)}.`,
  );
}

function hasPort({ containers }: KubePod, name: string): boolean {
  return containers.some(({ portNames }) => portNames.includes(name));
}
